// Sends requests with undici over keep-alive connections. No redirect is followed: the token belongs to one origin.
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { jsonApiMediaType } from "./documents.ts";
import type { ApiReply, ApiRequest, Transport } from "./exchange.ts";
import type { Secret } from "../base/secret.ts";

/** More than OpenTofu's default of ten operations at once, and nothing a server would mind. */
const maxConnections = 16;
const connectTimeoutMs = 10_000;
/** A page of 100 integrations has about 60 KB. */
const maxBodyBytes = 8 * 1024 * 1024;

export interface HttpTransportOptions {
  readonly origin: string;
  readonly token: Secret;
  readonly userAgent: string;
  /** PEM certificates to trust; undefined for Node's own. */
  readonly ca: readonly string[] | undefined;
  /** Proxy to go through; undefined for a direct connection. */
  readonly proxy?: URL | undefined;
}

/** A reply that is larger than any the API has. */
export class BodyTooLarge extends Error {}

export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #agent: Dispatcher;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#agent = createAgent(options);
  }

  async send(request: ApiRequest, signal: AbortSignal): Promise<ApiReply> {
    const reply = await this.#agent.request({
      origin: this.#options.origin,
      method: request.method,
      path: pathOf(request),
      headers: this.#headers(),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    });
    return {
      status: reply.statusCode,
      body: await collect(reply),
      retryAfter: one(reply.headers["retry-after"]),
      requestId: one(reply.headers["x-request-id"]),
      location: one(reply.headers["location"]),
    };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #headers(): Record<string, string> {
    return {
      accept: `${jsonApiMediaType}, application/json`,
      "content-type": jsonApiMediaType,
      authorization: `Bearer ${this.#options.token.reveal()}`,
      "user-agent": this.#options.userAgent,
    };
  }
}

/** Idle connections do not keep the process alive: undici takes their reference away. */
function createAgent({ ca, proxy }: HttpTransportOptions): Dispatcher {
  const tls = ca === undefined ? {} : { ca: [...ca] };
  // Neither has a limit of its own for headers and body: the attempt's deadline is the limit.
  const common = { connections: maxConnections, allowH2: false, headersTimeout: 0, bodyTimeout: 0 } as const;
  if (proxy === undefined) return new Agent({ ...common, connect: { timeout: connectTimeoutMs, ...tls } });
  const requestTls = { timeout: connectTimeoutMs, ...tls };
  return new ProxyAgent({ ...common, uri: proxy.href, connectTimeout: connectTimeoutMs, requestTls, proxyTls: tls });
}

function pathOf({ path, query }: ApiRequest): string {
  const search = new URLSearchParams(query).toString();
  return search === "" ? path : `${path}?${search}`;
}

async function collect({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new BodyTooLarge(`more than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
