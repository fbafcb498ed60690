// Connections to TLS servers, straight or through a proxy's tunnel, kept for the next request.
import { Agent, type AgentOptions } from "node:https";
import { connect, type ConnectionOptions } from "node:tls";
import type { Duplex } from "node:stream";
import { callbackify } from "node:util";
import type { Environment } from "../base/env.ts";
import { findProxy } from "../base/proxy-rule.ts";
import { openTunnel } from "./proxy-tunnel.ts";

const defaultPort = 443;

/** @param authorities PEM certificates to trust; undefined for the built-in ones */
export function createTlsAgent(environment: Environment, authorities: readonly string[] | undefined): Agent {
  const options = { keepAlive: true, ...(authorities !== undefined && { ca: [...authorities] }) };
  return new TunnelAgent(environment, options);
}

type ConnectionCallback = (error: Error | null, stream: Duplex) => void;

/** What a request adds to its options: Node keeps `signal` to itself, and a request that waits for a tunnel does not see it. */
export interface TunnelRequestOptions {
  readonly tunnelSignal: AbortSignal;
}

/** What Node hands to createConnection: the request's options, and the server's name for the handshake. */
type RequestedConnection = ConnectionOptions & Partial<TunnelRequestOptions>;

class TunnelAgent extends Agent {
  readonly #environment: Environment;

  constructor(environment: Environment, options: AgentOptions) {
    super(options);
    this.#environment = environment;
  }

  override createConnection(options: RequestedConnection, callback?: ConnectionCallback): Duplex | null | undefined {
    const { host = "", port = defaultPort } = options;
    const proxy = findProxy(host.toLowerCase(), port, this.#environment);
    if (proxy === undefined || callback === undefined) return super.createConnection(options, callback);
    const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const tunnel = { proxy, target, signal: options.tunnelSignal, ca: options.ca };
    callbackify(async () => connect({ ...options, socket: await openTunnel(tunnel) }))(callback);
    return undefined;
  }
}
