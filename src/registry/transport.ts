// HTTP under the registry client: one request, one response, no redirect, no retry; undici.
import { createSecureContext, type SecureContext } from "node:tls";
import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import type { Environment } from "../base/env.ts";
import { isScalrOciError, RemoteError, type ScalrOciError, TransientError } from "../base/errors.ts";
import { findProxy } from "../base/proxy-rule.ts";
import { trustedCertificates } from "../base/trust.ts";
import { version } from "../base/version.ts";
import { SharedConnections } from "./shared-connections.ts";

const connectTimeoutMs = 10_000;
/** Until the headers of a reply are there; a registry checks the digest of a large blob before it answers. */
const headersTimeoutMs = 120_000;
/** Between two pieces of a reply's body. */
const bodyTimeoutMs = 60_000;
const maxHeaderBytes = 32 * 1024;
const httpsPort = 443;

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface HttpRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** The first value of a header, or undefined; any spelling of the name. */
  header(name: string): string | undefined;
  /** All values of a header that may be sent more than once. */
  headers(name: string): string[];
  /** Must be read or discarded, or the connection is not used again. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

/** Sends requests; tests give their own. */
export interface Transport {
  /**
   * @returns any reply, whatever its status
   * @throws TransientError REGISTRY_UNREACHABLE when there is no reply; RemoteError REGISTRY_UNTRUSTED when the certificate is
   *   not trusted; the signal's reason when aborted
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Many small reads come at once: where the server speaks HTTP/2 they share a connection. @default false */
  readonly sharesConnections?: boolean | undefined;
}

/**
 * A transport that trusts what SSL_CERT_FILE names and goes through HTTPS_PROXY but for NO_PROXY, as Go programs do.
 * @throws InputError INVALID_ARGUMENT when SSL_CERT_FILE cannot be read
 */
export function createTransport(environment: Environment, options: TransportOptions = {}): Transport {
  const dispatchers = new Dispatchers(environment);
  return {
    send: async (message) => {
      const isShared = options.sharesConnections === true && message.body === undefined;
      const shared = isShared ? dispatchers.findShared(message.url) : undefined;
      if (shared === undefined) return send(dispatchers.for(message.url), message);
      return shared.send(message.url, async (dispatcher) => send(dispatcher, message));
    },
    close: () => dispatchers.close(),
  };
}

/** Up to `maxBytes` of a reply's body. @throws RemoteError REGISTRY_PROTOCOL_BROKEN when it is longer */
export async function readBody(response: HttpResponse, host: string, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new RemoteError("REGISTRY_PROTOCOL_BROKEN", `${host} sent too much, expected at most ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What a failed connection means. Errors of ours pass through. */
export function toNetworkError(thrown: unknown, host: string): ScalrOciError {
  if (isScalrOciError(thrown)) return thrown;
  const code = codeOf(thrown);
  const distrust = certificateFaults[code];
  if (distrust !== undefined) {
    const hint = "name the file of its certificate authority in SSL_CERT_FILE";
    return new RemoteError("REGISTRY_UNTRUSTED", `${host} is not trusted: ${distrust}`, { hint, cause: thrown });
  }
  const reason = networkFaults[code] ?? "the connection failed";
  return new TransientError("REGISTRY_UNREACHABLE", `${host} cannot be reached: ${reason}`, { cause: thrown });
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate's authority is unknown",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate's authority is unknown",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate's authority is unknown",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate's authority is unknown",
};

const networkFaults: Readonly<Record<string, string>> = {
  EAI_AGAIN: "its name cannot be resolved at the moment",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network",
  ENOTFOUND: "its name is unknown",
  EPIPE: "the connection was cut",
  EPROTO: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ETIMEDOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "it stopped sending",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time",
  UND_ERR_HEADERS_OVERFLOW: "its reply is not HTTP",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_SOCKET: "the connection was cut",
};

/** The direct way, and one through each proxy that is needed. */
class Dispatchers {
  readonly #environment: Environment;
  readonly #tls: { readonly secureContext?: SecureContext };
  readonly #byProxy = new Map<string, Dispatcher>();
  #shared: SharedConnections | undefined;

  constructor(environment: Environment) {
    const ca = trustedCertificates(environment);
    this.#environment = environment;
    // Made once: from `ca` every connection would parse some 150 certificates again, which takes longer than its handshake.
    this.#tls = ca === undefined ? {} : { secureContext: createSecureContext({ ca }) };
  }

  for(url: URL): Dispatcher {
    const proxy = this.#findProxy(url);
    const key = proxy?.href ?? "";
    const dispatcher = this.#byProxy.get(key) ?? this.#create(proxy);
    this.#byProxy.set(key, dispatcher);
    return dispatcher;
  }

  /** Undefined where a proxy is in between. */
  findShared(url: URL): SharedConnections | undefined {
    if (this.#findProxy(url) !== undefined) return undefined;
    this.#shared ??= new SharedConnections(this.for(url), limits, this.#connectOptions());
    return this.#shared;
  }

  async close(): Promise<void> {
    const all: { close(): Promise<void> }[] = [...this.#byProxy.values()];
    if (this.#shared !== undefined) all.push(this.#shared);
    await Promise.all(all.map((one) => one.close()));
  }

  #findProxy({ hostname, port }: URL): URL | undefined {
    return findProxy(hostname.replace(/^\[|\]$/g, ""), Number(port || httpsPort), this.#environment);
  }

  #create(proxy: URL | undefined): Dispatcher {
    // Over HTTP/2 undici 8.12 never ends a request whose connection is cut while its body is sent (resume.test.ts shows it).
    const options = { ...limits, allowH2: false };
    const tls = this.#connectOptions();
    if (proxy === undefined) return new Agent({ ...options, connect: tls });
    return new ProxyAgent({ ...options, uri: proxy.href, requestTls: tls, proxyTls: tls });
  }

  #connectOptions(): { readonly secureContext?: SecureContext; readonly timeout: number } {
    return { ...this.#tls, timeout: connectTimeoutMs };
  }
}

const limits = {
  headersTimeout: headersTimeoutMs,
  bodyTimeout: bodyTimeoutMs,
  maxHeaderSize: maxHeaderBytes,
};

async function send(dispatcher: Dispatcher, message: HttpRequest): Promise<HttpResponse> {
  try {
    const response = await request(message.url, {
      dispatcher,
      method: message.method,
      headers: { "user-agent": `scalr-oci/${version}`, ...message.headers },
      body: (message.body ?? null) as never,
      ...(message.signal === undefined ? {} : { signal: message.signal }),
    });
    return wrap(response, message);
  } catch (thrown) {
    throw toSendError(thrown, message);
  }
}

function wrap(response: Dispatcher.ResponseData, message: HttpRequest): HttpResponse {
  const all = (name: string): string[] => {
    const value = response.headers[name.toLowerCase()];
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  };
  return {
    status: response.statusCode,
    header: (name) => all(name)[0],
    headers: all,
    body: translated(response.body, message),
    discard: () => response.body.dump(),
  };
}

async function* translated(body: AsyncIterable<Uint8Array>, message: HttpRequest): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw toSendError(thrown, message);
  }
}

function toSendError(thrown: unknown, { signal, url }: HttpRequest): unknown {
  if (signal?.aborted !== true) return toNetworkError(thrown, url.host);
  // A deadline is trouble with the network; anything else is the caller's own wish.
  const isDeadline = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
  return isDeadline ? toNetworkError({ code: "ETIMEDOUT" }, url.host) : signal.reason;
}

/** The code of the innermost error that has one; undici wraps what sockets throw. */
function codeOf(thrown: unknown): string {
  const { code, cause } = (thrown ?? {}) as { code?: unknown; cause?: unknown };
  const inner = cause === undefined ? "" : codeOf(cause);
  return inner !== "" ? inner : typeof code === "string" ? code : "";
}
