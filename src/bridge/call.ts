// What every call of a provider's author is handed: data, diagnostics, log, and the signal that ends it.
import { createMask, collectSecrets, type Mask } from "./mask.ts";
import { Diagnostics, diagnosticOf } from "./diagnostics.ts";
import { type Log, logOf, type LogFields, type LogSink } from "./log.ts";
import { stackOf } from "./thrown.ts";
import type { Shape } from "./value-type.ts";

export interface CallContext<D> {
  /** What the provider's `configure` gave. */
  readonly data: D;
  readonly diagnostics: Diagnostics;
  /** Aborted when the user interrupts the run. Hand it to whatever waits. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** What the module says in `provider_meta`, by the provider's `metaSchema`; null when it says nothing. */
  readonly meta: Readonly<Record<string, unknown>> | null;
}

export interface CallOptions {
  readonly rpc: string;
  readonly requestId: () => string;
  readonly sink: LogSink;
  readonly signal: AbortSignal;
  readonly data: unknown;
  /** Sensitive values of the provider's own configuration. */
  readonly secrets: ReadonlySet<string>;
}

/** One RPC on its way through the bridge. */
export class Call implements CallContext<unknown> {
  readonly data: unknown;
  readonly diagnostics: Diagnostics = new Diagnostics();
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly rpc: string;
  meta: Readonly<Record<string, unknown>> | null = null;
  #subject = "";
  #shape: Shape | undefined;
  readonly #options: CallOptions;
  readonly #sensitive: (readonly [Shape, unknown])[] = [];
  #mask: Mask | undefined;

  constructor(options: CallOptions) {
    this.#options = options;
    this.data = options.data;
    this.signal = options.signal;
    this.rpc = options.rpc;
    this.log = logOf(
      options.sink,
      () => this.#fields(),
      () => this.mask,
    );
  }

  /** What the author's code is handed. */
  get context(): CallContext<unknown> {
    const { data, diagnostics, signal, log, meta } = this;
    return { data, diagnostics, signal, log, meta };
  }

  /** Says which resource type, data source or function the call is about, and the shape that its paths go through. */
  about(subject: string, shape: Shape): void {
    this.#subject = subject;
    this.#shape = shape;
  }

  get shape(): Shape | undefined {
    return this.#shape;
  }

  /** Remembers a value whose sensitive parts must not be printed. */
  protect(shape: Shape, value: unknown): void {
    this.#sensitive.push([shape, value]);
    this.#mask = undefined;
  }

  /** Replaces every sensitive value that this call has seen. */
  get mask(): Mask {
    if (this.#mask === undefined) {
      const secrets = new Set(this.#options.secrets);
      for (const [shape, value] of this.#sensitive) collectSecrets(shape, value, secrets);
      this.#mask = createMask(secrets);
    }
    return this.#mask;
  }

  /** Runs code of the provider's author; what it throws becomes a diagnostic. @returns undefined when it threw */
  async guard<Result>(doing: string, run: () => Result | Promise<Result>): Promise<Result | undefined> {
    try {
      return await run();
    } catch (thrown) {
      this.fail(thrown, doing);
      return undefined;
    }
  }

  fail(thrown: unknown, doing: string): void {
    this.diagnostics.error(diagnosticOf(thrown, doing));
    this.log.error("the provider threw", () => ({ error: stackOf(thrown) }));
  }

  #fields(): LogFields {
    const { rpc, requestId } = this.#options;
    return { tf_req_id: requestId(), tf_rpc: rpc, tf_resource_type: this.#subject === "" ? undefined : this.#subject };
  }
}
