// One connection for many small reads of a server, where it speaks HTTP/2; RFC 9113. Connections of their own for a hundred of
// them would take a second of handshakes.
import { Agent, buildConnector, type Dispatcher } from "undici";

/** Takes reads alone: a request whose connection is cut while its body is sent never ends over HTTP/2, see transport.ts. */
export class SharedConnections {
  readonly #shared: Agent;
  readonly #separate: Dispatcher;
  /** Whether an origin speaks HTTP/2, from its first connection. */
  readonly #speaksHttp2 = new Map<string, PromiseWithResolvers<boolean>>();

  /**
   * @param separate for servers that speak HTTP/1.1 only
   * @param tls of the shared connections, as undici's own connector takes it
   */
  constructor(separate: Dispatcher, options: Agent.Options, tls: buildConnector.BuildOptions) {
    this.#separate = separate;
    const connect = buildConnector({ ...tls, allowH2: true, preferH2: true });
    this.#shared = new Agent({
      ...options,
      allowH2: true,
      connections: 1,
      connect: (to, callback) =>
        connect(to, (...result) => {
          const [, socket] = result;
          // Of a connection that failed undici gives no socket at all, whatever its types say.
          const isHttp2 = (socket as { alpnProtocol?: unknown } | null | undefined)?.alpnProtocol === "h2";
          this.#speaksHttp2.get(originOf(to.protocol, to.host ?? to.hostname))?.resolve(isHttp2);
          callback(...result);
        }),
    });
  }

  /** Sends a read by the right way. The first to a server learns what it speaks; others wait for that, not for its answer. */
  async send<Response>(
    { protocol, host }: URL,
    read: (dispatcher: Dispatcher) => Promise<Response>,
  ): Promise<Response> {
    const origin = originOf(protocol, host);
    const known = this.#speaksHttp2.get(origin);
    if (known !== undefined) return read((await known.promise) ? this.#shared : this.#separate);
    const learned = Promise.withResolvers<boolean>();
    this.#speaksHttp2.set(origin, learned);
    try {
      return await read(this.#shared);
    } finally {
      // Without effect when there was a connection. Without one, the others find out for themselves what is wrong.
      learned.resolve(false);
    }
  }

  async close(): Promise<void> {
    await this.#shared.close();
  }
}

function originOf(protocol: string, host: string): string {
  return `${protocol}//${host}`;
}
