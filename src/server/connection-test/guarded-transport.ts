// HTTPS to places that a user names: every address is checked when the connection is made, so a name that changes its mind
// between check and use gains nothing. No redirect is followed, sizes and times are bounded.
import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, request } from "undici";
import type { AddressRule } from "./address-rule.ts";

/** DNS, TCP and TLS together; a registry that is up needs far less than one second. */
const connectTimeoutMs = 5_000;
const headersTimeoutMs = 5_000;
const bodyTimeoutMs = 5_000;
/** A registry answers /v2/ with two bytes and a token service with some thousand. */
const maxResponseBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;

/** Thrown instead of connecting to an address that the rule refuses. */
export class AddressRefusedError extends Error {
  override readonly name = "AddressRefusedError";
}

export interface GuardedReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface GuardedTransport {
  /** Sends GET. @throws AddressRefusedError, the signal's reason, or what undici throws */
  get(url: string, options: { authorization?: string | undefined; signal: AbortSignal }): Promise<GuardedReply>;
  close(): Promise<void>;
}

export interface GuardedTransportOptions {
  readonly isAllowed: AddressRule;
  /** PEM certificates to trust; undefined for Node's own. */
  readonly certificates: readonly string[] | undefined;
  /** Resolves names; the system's by default. */
  readonly lookup?: LookupFunction | undefined;
}

export function createGuardedTransport(options: GuardedTransportOptions): GuardedTransport {
  const agent = new Agent({
    connect: guardedConnector(options),
    pipelining: 0,
    // The next test asks the name server again.
    keepAliveTimeout: 1,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: bodyTimeoutMs,
    maxResponseSize: maxResponseBytes,
    maxHeaderSize: maxHeaderBytes,
  });
  return {
    get: async (url, { authorization, signal }) => {
      const headers = {
        "user-agent": "scalr-oci",
        accept: "application/json",
        ...(authorization && { authorization }),
      };
      const reply = await request(url, { dispatcher: agent, method: "GET", headers, signal });
      return { status: reply.statusCode, headers: reply.headers, body: await reply.body.text() };
    },
    close: () => agent.destroy(),
  };
}

function guardedConnector(options: GuardedTransportOptions): buildConnector.connector {
  const { isAllowed, certificates } = options;
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    maxCachedSessions: 0,
    allowH2: false,
    lookup: guardedLookup(isAllowed, options.lookup ?? systemLookup),
    ...(certificates !== undefined && { ca: [...certificates] }),
  });
  return (target, callback) => {
    const refuse = () => callback(new AddressRefusedError("address is refused"), null);
    const literal = target.hostname.replace(/^\[|\]$/g, "");
    // Node does not look up literals, so they would pass by the check there.
    if (target.protocol !== "https:" || (isIP(literal) !== 0 && !isAllowed(literal))) return refuse();
    connect(target, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error !== null) return callback(error, null);
      if (isAllowed(socket.remoteAddress ?? "")) return callback(null, socket);
      socket.destroy();
      return refuse();
    });
  };
}

/** Refuses a name when any of its addresses is refused: which one Node would pick is not ours to guess. */
function guardedLookup(isAllowed: AddressRule, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const addresses = found as unknown as LookupAddress[];
      const first = addresses[0];
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
        return callback(new AddressRefusedError("address is refused"), "", 0);
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
