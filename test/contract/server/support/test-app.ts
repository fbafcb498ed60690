// The application over a database in memory, asked through inject(): everything but the socket.
import type { LookupFunction } from "node:net";
import type { Kysely } from "kysely";
import { createLogger } from "../../../../src/base/log.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { createApp } from "../../../../src/server/app.ts";
import { openParts } from "../../../../src/server/open-parts.ts";
import type { ServerParts } from "../../../../src/server/parts.ts";
import type { Tables } from "../../../../src/server/store/tables.ts";
import type { FakeClock } from "../../../support/fake-clock.ts";

export const integrationsUrl = "/api/iacp/v3/integrations/docker";

export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The body as JSON; undefined when there is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read replies of every shape
  readonly json: any;
}

export interface CallOptions {
  /** The admin token unless given; null for none. */
  readonly token?: string | null;
  /** An object becomes JSON, a text goes as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApp extends AsyncDisposable {
  readonly parts: ServerParts;
  readonly adminToken: string;
  /** Log lines so far. */
  log(): string;
  call(method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT", url: string, options?: CallOptions): Promise<Reply>;
  /** Creates an integration with what is given laid over a default. */
  create(attributes: Readonly<Record<string, unknown>>, token?: string): Promise<Reply>;
  update(id: string, attributes: Readonly<Record<string, unknown>>): Promise<Reply>;
  makeToken(
    role: "admin" | "manage" | "mint",
    expiresAt?: string,
  ): Promise<{ readonly token: string; readonly id: string }>;
  mint(attributes?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** PEM file of authorities that the registry probe trusts. */
  readonly trust?: string | undefined;
  readonly allowedRegistryCidrs?: readonly string[];
  readonly clock?: FakeClock;
  readonly lookup?: LookupFunction;
  readonly dataDirectory?: string;
  readonly auditDays?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const lines: string[] = [];
  const clock = options.clock ?? systemClock;
  const opened = await openParts({
    dataDirectory: options.dataDirectory,
    allowedRegistryCidrs: options.allowedRegistryCidrs ?? ["127.0.0.0/8", "::1/128"],
    auditDays: options.auditDays ?? 400,
    environment: { ...options.environment, SSL_CERT_FILE: options.trust },
    clock,
    logger: createLogger({ level: "trace", write: (line) => void lines.push(line), clock }),
    lookup: options.lookup,
  });
  const { fastify } = createApp({ parts: opened.parts });
  const adminToken = opened.firstStart.madeAdminToken?.reveal() ?? "";
  const call: TestApp["call"] = async (method, url, { token = adminToken, body, headers } = {}) => {
    const response = await fastify.inject({
      method,
      url,
      headers: {
        accept: "application/vnd.api+json",
        "content-type": "application/vnd.api+json",
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return {
      status: response.statusCode,
      contentType: response.headers["content-type"],
      headers: response.headers,
      text: response.body,
      json: response.body === "" ? undefined : (JSON.parse(response.body) as unknown),
    };
  };
  const close = async () => {
    await fastify.close();
    await opened.close();
  };
  return {
    parts: opened.parts,
    adminToken,
    log: () => lines.join(""),
    call,
    create: (attributes, token) =>
      call("POST", integrationsUrl, { ...(token && { token }), body: integrationBody(attributes) }),
    update: (id, attributes) =>
      call("PATCH", `${integrationsUrl}/${id}`, {
        body: { data: { type: "docker-integrations", attributes, relationships: {} } },
      }),
    makeToken: async (role, expiresAt) => {
      const attributes = { role, ...(expiresAt !== undefined && { "expires-at": expiresAt }) };
      const reply = await call("POST", "/api/oci/v1/access-tokens", {
        body: { data: { type: "access-tokens", attributes } },
      });
      return { token: reply.json.data.attributes.token as string, id: reply.json.data.id as string };
    },
    mint: async (attributes = {}) => {
      const reply = await call("POST", "/api/oci/v1/run-tokens", {
        body: { data: { type: "run-tokens", attributes } },
      });
      return reply.json.data.attributes.token as string;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The database under a test's application. */
export function tablesOf({ parts }: TestApp): Kysely<Tables> {
  return (parts.store as unknown as { readonly database: Kysely<Tables> }).database;
}

/** As Scalr's official provider sends it. */
export function integrationBody(attributes: Readonly<Record<string, unknown>>) {
  const all = { "export-credentials": false, name: "ghcr", password: "pass-word-1", username: "bot", ...attributes };
  return { data: { type: "docker-integrations", attributes: all, relationships: {} } };
}

/** An address on loopback where nothing listens: a create stores it as failed, at once. */
export const deadRegistryUrl = "https://127.0.0.1:9";
