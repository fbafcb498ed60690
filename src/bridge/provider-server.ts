// One running provider: what its calls share. Nothing in it belongs to one resource, since calls run at the same time.
import { Call } from "./call.ts";
import type { LogSink } from "./log.ts";
import { collectSecrets } from "./mask.ts";
import type { Provider } from "./provider.ts";
import type { Values } from "./resource.ts";

export interface ProviderServerOptions {
  readonly provider: Provider;
  readonly sink: LogSink;
  /** Milliseconds that only grow, for durations. */
  readonly monotonicMs: () => number;
  readonly newRequestId: () => string;
}

export class ProviderServer {
  readonly provider: Provider;
  readonly monotonicMs: () => number;
  readonly #options: ProviderServerOptions;
  #stop = new AbortController();
  #data: unknown;
  #secrets: ReadonlySet<string> = new Set();

  constructor(options: ProviderServerOptions) {
    this.#options = options;
    this.provider = options.provider;
    this.monotonicMs = options.monotonicMs;
  }

  beginCall(rpc: string): Call {
    let id: string | undefined;
    const requestId = () => (id ??= this.#options.newRequestId());
    const { sink } = this.#options;
    return new Call({ rpc, requestId, sink, signal: this.#stop.signal, data: this.#data, secrets: this.#secrets });
  }

  /** Takes over what `configure` gave. The sensitive values of the configuration are masked in every later call. */
  configured(data: unknown, config: Values): void {
    const secrets = new Set<string>();
    collectSecrets(this.provider.schema.shape, config, secrets);
    this.#data = data;
    this.#secrets = secrets;
    // A provider that several commands share is not stopped for good by the end of one.
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
  }

  /** Aborts the signal of every call, those under way and those to come. */
  stop(): void {
    this.#stop.abort();
  }
}
