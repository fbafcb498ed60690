// An OCI registry inside this process, for the demonstration and for tests; OCI distribution specification 1.1.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { createSelfSignedCertificate } from "../base/certificate.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { parseRegistryHost, type RegistryHost } from "../names/registry-host.ts";
import { needsOf, type RegistryUser, wishesOf } from "./embedded/access.ts";
import { ContentStore } from "./embedded/content-store.ts";
import { openDirectoryStore } from "./embedded/directory-store.ts";
import { answerRoute } from "./embedded/dispatch.ts";
import { Fault } from "./embedded/fault.ts";
import { createBasicGate, createTokenGate, type Gate, openGate } from "./embedded/gate.ts";
import { createMemoryStore } from "./embedded/memory-store.ts";
import type { Reply } from "./embedded/reply.ts";
import { type LoggedRequest, RequestLog } from "./embedded/request-log.ts";
import { findRoute } from "./embedded/route.ts";
import { TokenIssuer } from "./embedded/token-issuer.ts";

const loopbackAddress = "127.0.0.1";
/** Longest request, for an upload of a large module over a slow line. */
const requestTimeoutMs = 60 * 60 * 1000;
/** The certificate is made at each start; a year outlives any process. */
const certificateLifetimeMs = 365 * 24 * 60 * 60 * 1000;
/** Clocks of two machines may differ by this. */
const clockToleranceMs = 60 * 60 * 1000;
/** Largest form at the token endpoint: a user name, a password of some KB, a few scopes. */
const maxFormBytes = 64 * 1024;

/** How callers show who they are. */
export type EmbeddedRegistryAuth =
  | { readonly kind: "none" }
  | {
      readonly kind: "basic";
      readonly users: readonly RegistryUser[];
      /** Lets everybody pull. @default false */
      readonly anonymousPull?: boolean;
    }
  | {
      readonly kind: "token";
      readonly users: readonly RegistryUser[];
      /** Lets everybody pull. @default false */
      readonly anonymousPull?: boolean;
      /** @default "jwt" */
      readonly format?: "jwt" | "opaque";
      /** @default "embedded-registry" */
      readonly service?: string;
      /** The realm to announce. @default `/token` of the host that the caller asked */
      readonly realm?: string;
      /** Answers 403 to a token request without a scope, as some registries do. @default false */
      readonly refuseScopeless?: boolean;
      /** @default 60 */
      readonly lifetimeSeconds?: number;
    };

export interface EmbeddedRegistryOptions {
  /** @default a certificate for localhost that nobody signed; clients must be told to trust it */
  readonly tls?: { readonly certificatePem: string; readonly privateKeyPem: string };
  /** @default none */
  readonly auth?: EmbeddedRegistryAuth;
  /** Keeps the content in this directory. @default in memory */
  readonly directory?: string;
  /** @default 127.0.0.1 */
  readonly address?: string;
  /** @default a free one */
  readonly port?: number;
  /** The name that `host` has; the certificate must be for it. @default localhost */
  readonly hostname?: string;
  readonly clock?: Clock;
  /** Sees every request first; true when it has answered itself. For tests of faults. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

export interface EmbeddedRegistry {
  readonly host: RegistryHost;
  readonly port: number;
  /** For clients that must be told to trust it. */
  readonly certificatePem: string;
  readonly requests: RequestLog;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a registry over HTTPS.
 * @returns when it listens
 * @throws the system's error when the address cannot be listened on or the directory not be made
 */
export async function startEmbeddedRegistry(options: EmbeddedRegistryOptions): Promise<EmbeddedRegistry> {
  const bytes = options.directory === undefined ? createMemoryStore() : await openDirectoryStore(options.directory);
  const store = new ContentStore(bytes);
  await store.removeForgottenUploads();
  const requests = new RequestLog();
  const handler = new RequestHandler(store, requests, options);
  const hostname = options.hostname ?? "localhost";
  const { certificatePem, privateKeyPem } = options.tls ?? makeCertificate(hostname, options.clock ?? systemClock);
  const server = createServer(
    { cert: certificatePem, key: privateKeyPem, requestTimeout: requestTimeoutMs },
    (request, response) => void handler.handle(request, response),
  );
  const port = await listen(server, options.port ?? 0, options.address ?? loopbackAddress);
  const host = parseRegistryHost(`${hostname}:${port}`);
  return { host, port, certificatePem, requests, close: () => close(server) };
}

class RequestHandler {
  readonly #store: ContentStore;
  readonly #requests: RequestLog;
  readonly #options: EmbeddedRegistryOptions;
  readonly #clock: Clock;
  readonly #issuer: TokenIssuer | undefined;
  readonly #gate: Gate;

  constructor(store: ContentStore, requests: RequestLog, options: EmbeddedRegistryOptions) {
    this.#store = store;
    this.#requests = requests;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#issuer = createIssuer(options.auth, this.#clock);
    this.#gate = createGate(options.auth, this.#issuer);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let username: string | undefined;
    response.once("close", () => this.#requests.add(describe(request, response, username, this.#clock.now())));
    try {
      if ((await this.#options.intercept?.(request, response)) === true) return;
      const answer = await this.#answer(request);
      username = answer.username;
      await write(response, answer.reply, request.method === "HEAD");
    } catch (thrown) {
      writeFault(response, thrown, request.method === "HEAD");
    }
  }

  async #answer(request: IncomingMessage): Promise<{ reply: Reply; username: string | undefined }> {
    const { path, query } = splitTarget(request.url ?? "");
    if (path === "/token" && this.#issuer !== undefined) return answerToken(this.#issuer, request, query);
    const route = findRoute(path);
    if (route === undefined) throw new Fault(404, "UNSUPPORTED", "there is nothing here");
    const visitor = { authorization: request.headers.authorization, origin: `https://${request.headers.host}` };
    const method = request.method ?? "";
    const access = this.#gate.admit(visitor, needsOf(method, route), wishesOf(method, route, query));
    const reply = await answerRoute(this.#store, { route, query, access, message: request });
    return { reply, username: access.username };
  }
}

function makeCertificate(hostname: string, clock: Clock): { certificatePem: string; privateKeyPem: string } {
  const nowMs = clock.now();
  return createSelfSignedCertificate({
    commonName: "embedded registry",
    dnsNames: [...new Set([hostname, "localhost"])],
    ipAddresses: [loopbackAddress, "::1"],
    notBefore: new Date(nowMs - clockToleranceMs),
    notAfter: new Date(nowMs + certificateLifetimeMs),
  });
}

function createIssuer(auth: EmbeddedRegistryAuth | undefined, clock: Clock): TokenIssuer | undefined {
  if (auth?.kind !== "token") return undefined;
  return new TokenIssuer({
    users: auth.users,
    mayPull: auth.anonymousPull ?? false,
    format: auth.format ?? "jwt",
    service: auth.service ?? "embedded-registry",
    realm: auth.realm,
    refuseScopeless: auth.refuseScopeless ?? false,
    lifetimeSeconds: auth.lifetimeSeconds,
    clock,
  });
}

function createGate(auth: EmbeddedRegistryAuth | undefined, issuer: TokenIssuer | undefined): Gate {
  if (issuer !== undefined) return createTokenGate(issuer);
  return auth?.kind === "basic" ? createBasicGate(auth.users, auth.anonymousPull ?? false) : openGate;
}

async function answerToken(
  issuer: TokenIssuer,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<{ reply: Reply; username: string | undefined }> {
  const { authorization } = request.headers;
  if (request.method === "GET") return issuer.issue({ method: "GET", authorization, parameters: query });
  if (request.method !== "POST") throw new Fault(405, "UNSUPPORTED", "tokens are had by GET or POST");
  return issuer.issue({ method: "POST", authorization, parameters: await readForm(request) });
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxFormBytes) throw new Fault(413, "SIZE_INVALID", "the form is too large");
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const at = target.indexOf("?");
  const path = at === -1 ? target : target.slice(0, at);
  return { path, query: new URLSearchParams(at === -1 ? "" : target.slice(at + 1)) };
}

async function write(response: ServerResponse, reply: Reply, isHead: boolean): Promise<void> {
  response.writeHead(reply.status, { "content-length": 0, ...reply.headers });
  if (reply.body === undefined || isHead) response.end();
  else if (reply.body instanceof Uint8Array) response.end(reply.body);
  else await pipeline(reply.body, response);
}

function writeFault(response: ServerResponse, thrown: unknown, isHead: boolean): void {
  if (response.headersSent) return void response.destroy();
  const fault = thrown instanceof Fault ? thrown : new Fault(500, "UNKNOWN", "the registry failed");
  const body = Buffer.from(fault.document());
  response.writeHead(fault.status, {
    "content-type": "application/json",
    "content-length": body.length,
    ...fault.headers,
  });
  response.end(isHead ? undefined : body);
}

function describe(
  request: IncomingMessage,
  response: ServerResponse,
  username: string | undefined,
  atMs: number,
): LoggedRequest {
  const { path } = splitTarget(request.url ?? "");
  const scheme = request.headers.authorization?.split(" ", 1)[0]?.toLowerCase() ?? "none";
  const known = scheme === "none" || scheme === "basic" || scheme === "bearer" ? scheme : "other";
  return { method: request.method ?? "", path, status: response.statusCode, username, scheme: known, atMs };
}

async function listen(server: Server, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
