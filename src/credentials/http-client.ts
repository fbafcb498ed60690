// A small HTTP client over node:https for what starts for every `tofu init`: no redirect followed, bounded replies, proxies and
// SSL_CERT_FILE as Go programs have them. Load it lazily: node:https costs a quarter of the helper's start.
import { Agent as PlainAgent, type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { type Agent, request as requestTls } from "node:https";
import { isIPv4 } from "node:net";
import type { Environment } from "../base/env.ts";
import { version } from "../base/version.ts";
import { isUnknownAuthority, ReplyTooLarge, type ServerRole, toServerError } from "./server-error.ts";
import { createTlsAgent, type TunnelRequestOptions } from "./tls-agent.ts";
import { trustSteps } from "./trust-steps.ts";

/** Replies hold a login or, for a whole account, a thousand of them. */
const maxReplyBytes = 4 * 1024 * 1024;
const userAgent = `scalr-oci/${version}`;

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** A header by its lower-case name, or undefined. */
  header(name: string): string | undefined;
  readonly body: string;
}

export interface HttpClient {
  /**
   * Sends one request; every status is a reply, a redirect too.
   * @throws the role's `unreachable` error when there is no whole reply in time, its `untrusted` error when the certificate is
   *   not trusted, its `broken` error when the reply is too large or no HTTP; InputError for a wrong SSL_CERT_FILE or proxy
   */
  send(request: HttpRequest, role: ServerRole): Promise<HttpReply>;
  /** Closes the connections that are kept for the next request. */
  close(): void;
}

export function createHttpClient(environment: Environment): HttpClient {
  const agents = createAgents(environment);
  const send: HttpClient["send"] = async (request, role) => {
    try {
      return await sendTrusting(agents, request);
    } catch (thrown) {
      throw toServerError(thrown, role);
    }
  };
  return { send, close: () => agents.close() };
}

/** One kept connection a server and kind; what is trusted grows when a server asks for it. */
interface Agents {
  plain(): PlainAgent;
  tls(): Agent;
  /** Trusts more from now on. @returns false when there is no more */
  trustMore(): boolean;
  close(): void;
}

function createAgents(environment: Environment): Agents {
  let plain: PlainAgent | undefined;
  let tls: Agent | undefined;
  let trustsAll = false;
  return {
    plain: () => (plain ??= new PlainAgent({ keepAlive: true })),
    tls: () => (tls ??= createTlsAgent(environment, trustSteps(environment)[0])),
    trustMore: () => {
      if (trustsAll) return false;
      trustsAll = true;
      tls?.destroy();
      tls = createTlsAgent(environment, trustSteps(environment)[1]());
      return true;
    },
    close: () => {
      plain?.destroy();
      tls?.destroy();
    },
  };
}

async function sendTrusting(agents: Agents, request: HttpRequest): Promise<HttpReply> {
  for (;;) {
    try {
      return await exchange(agents, request);
    } catch (thrown) {
      // The handshake failed, so nothing was sent.
      if (!isUnknownAuthority(thrown) || !agents.trustMore()) throw thrown;
    }
  }
}

async function exchange(agents: Agents, request: HttpRequest): Promise<HttpReply> {
  return await new Promise((resolve, reject) => {
    const outgoing = open(agents, request);
    abortWith(request.signal, outgoing);
    outgoing.once("response", (reply) => readReply(reply, resolve, reject));
    outgoing.once("error", reject);
    outgoing.end(request.body);
  });
}

function open(agents: Agents, { method, url, headers, body, signal }: HttpRequest): ClientRequest {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options = { method, headers: { "user-agent": userAgent, ...headers, ...length } };
  if (url.protocol !== "https:") return requestPlain(url, { ...options, agent: agents.plain() });
  const tunnel: TunnelRequestOptions = { tunnelSignal: signal };
  return requestTls(url, { ...options, ...tunnel, servername: serverNameOf(url), agent: agents.tls() });
}

/** Said here, because Node's own test for an address is the slowest part of a request. RFC 6066 section 3: never an address. */
function serverNameOf({ hostname }: URL): string {
  return hostname.startsWith("[") || isIPv4(hostname) ? "" : hostname;
}

/** Node's option for it takes longer to load. */
function abortWith(signal: AbortSignal, outgoing: ClientRequest): void {
  const abort = () => outgoing.destroy(signal.reason as Error);
  if (signal.aborted) return void abort();
  signal.addEventListener("abort", abort, { once: true });
  outgoing.once("close", () => signal.removeEventListener("abort", abort));
}

/** By events: an iterator over a stream takes milliseconds to load. */
function readReply(
  reply: IncomingMessage,
  resolve: (reply: HttpReply) => void,
  reject: (error: unknown) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  reply.on("data", (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxReplyBytes) reply.destroy(new ReplyTooLarge(maxReplyBytes));
  });
  reply.once("error", reject);
  reply.once("end", () => {
    const header = (name: string) => {
      const value = reply.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    resolve({ status: reply.statusCode ?? 0, header, body: Buffer.concat(chunks).toString("utf8") });
  });
}
