// The part of the management API that a run needs: mint a run token, read exported credentials, end the token. Over node:https,
// because it runs for every `tofu init`; everything else goes through `api/`. Extensions of `scalr-oci serve` under /api/oci/v1.
import type { Clock } from "../base/clock.ts";
import type { Credential } from "../base/credential.ts";
import { errorCodes } from "../base/error-codes.ts";
import { RemoteError } from "../base/errors.ts";
import { retry, type RetryPolicy } from "../base/retry.ts";
import { Secret } from "../base/secret.ts";
import type { ManagementHost } from "../names/management-host.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import type { HttpClient, HttpReply, HttpRequest } from "./http-client.ts";
import { isCredentialNotFound, parseObject, toRefusal } from "./run-api-refusal.ts";
import { type ServerRole, toServerError } from "./server-error.ts";

export const runApiPaths = {
  credentials: "/api/oci/v1/credentials",
  dockerConfig: "/api/oci/v1/docker-config",
  runTokens: "/api/oci/v1/run-tokens",
  currentRunToken: "/api/oci/v1/run-tokens/current",
} as const;

const jsonApiMediaType = "application/vnd.api+json";
/** The helper has 10 seconds in all: one more attempt, soon. */
const retryPolicy: RetryPolicy = { attempts: 2, baseDelayMs: 250, maxDelayMs: 2_000 };

/** A management or run token, and what gave it; messages name that. */
export interface TokenInUse {
  readonly token: Secret;
  /** Such as `SCALR_OCI_TOKEN`. */
  readonly source: string;
}

/** `auths` of a Docker configuration file: base64 of `USER:PASSWORD` by host. */
export type DockerAuths = Readonly<Record<string, { readonly auth: string }>>;

export interface RunTokenRequest {
  /** Registry hosts, any spelling; undefined for all that are exported. */
  readonly hosts?: readonly string[] | undefined;
  /** The server's default is an hour. */
  readonly lifetimeSeconds?: number | undefined;
}

export interface RunApiOptions {
  readonly host: ManagementHost;
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** Calls end with the signal; each tries twice. Their errors name the server and are those of HttpClient and toRefusal. */
export class RunApi {
  readonly #options: RunApiOptions;
  readonly #role: ServerRole;

  constructor(options: RunApiOptions) {
    this.#options = options;
    this.#role = {
      name: `management api at ${options.host.value}`,
      unreachable: "API_UNREACHABLE",
      untrusted: "API_UNTRUSTED",
      broken: "API_PROTOCOL_BROKEN",
    };
  }

  /** The login for one host; undefined only when the server says CREDENTIAL_NOT_FOUND. */
  async findCredential(host: RegistryHost, by: TokenInUse, signal: AbortSignal): Promise<Credential | undefined> {
    const path = `${runApiPaths.credentials}/${encodeURIComponent(host.credentialKey)}`;
    const reply = await this.#send({ method: "GET", path }, by, signal);
    if (isCredentialNotFound(reply)) return undefined;
    const { username, password } = attributesOf(this.#parse(reply, by));
    if (typeof username === "string" && typeof password === "string")
      return { username, password: new Secret(password) };
    throw this.#broken(reply);
  }

  /** The logins for all hosts of the run; a Docker auth file has them as they come. */
  async readDockerAuths(by: TokenInUse, signal: AbortSignal): Promise<DockerAuths> {
    const reply = await this.#send({ method: "GET", path: runApiPaths.dockerConfig }, by, signal);
    const { auths } = this.#parse(reply, by) as { auths?: unknown };
    if (isDockerAuths(auths)) return auths;
    throw this.#broken(reply);
  }

  /** Mints a run token. Asked again after a lost reply: a token that nobody got ends by itself. */
  async mintRunToken(request: RunTokenRequest, by: TokenInUse, signal: AbortSignal): Promise<Secret> {
    const { hosts, lifetimeSeconds } = request;
    const attributes = {
      ...(hosts !== undefined && { hosts }),
      ...(lifetimeSeconds !== undefined && { "lifetime-seconds": lifetimeSeconds }),
    };
    const body = JSON.stringify({ data: { type: "run-tokens", attributes } });
    const reply = await this.#send({ method: "POST", path: runApiPaths.runTokens, body }, by, signal);
    const { token } = attributesOf(this.#parse(reply, by));
    if (typeof token === "string" && token !== "") return new Secret(token);
    throw this.#broken(reply);
  }

  /** Ends the run token; one that has ended already is no error. */
  async revokeRunToken(by: TokenInUse, signal: AbortSignal): Promise<void> {
    const reply = await this.#send({ method: "DELETE", path: runApiPaths.currentRunToken }, by, signal);
    if (reply.status >= 300 && reply.status !== 401) throw toRefusal(reply, this.#context(by));
  }

  async #send(call: Call, by: TokenInUse, signal: AbortSignal): Promise<HttpReply> {
    const { host, http, clock } = this.#options;
    const request: HttpRequest = {
      method: call.method,
      url: new URL(`${host.origin}${call.path}`),
      headers: {
        accept: `${jsonApiMediaType}, application/json`,
        authorization: `Bearer ${by.token.reveal()}`,
        ...(call.body !== undefined && { "content-type": jsonApiMediaType }),
      },
      body: call.body,
      signal,
    };
    const attempt = async () => {
      const reply = await http.send(request, this.#role);
      if (reply.status === 429 || reply.status >= 500) throw toRefusal(reply, this.#context(by));
      return reply;
    };
    try {
      return await retry(attempt, { idempotent: true, clock, policy: retryPolicy, signal });
    } catch (thrown) {
      throw toServerError(thrown, this.#role);
    }
  }

  /** The document of a reply that is a success. */
  #parse(reply: HttpReply, by: TokenInUse): object {
    if (reply.status >= 300) throw toRefusal(reply, this.#context(by));
    const document = parseObject(reply.body);
    if (document === undefined) throw this.#broken(reply);
    return document;
  }

  #context({ source }: TokenInUse) {
    return { server: this.#role.name, tokenSource: source, nowMs: this.#options.clock.now() };
  }

  #broken({ status }: HttpReply): RemoteError {
    const message = `${this.#role.name} answered ${status} without a document of its own`;
    return new RemoteError("API_PROTOCOL_BROKEN", message, { status, hint: errorCodes.API_PROTOCOL_BROKEN.nextStep });
  }
}

interface Call {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly body?: string;
}

function attributesOf(document: object): Readonly<Record<string, unknown>> {
  const { data } = document as { data?: { attributes?: unknown } | null };
  const attributes = data?.attributes;
  return typeof attributes === "object" && attributes !== null ? (attributes as Record<string, unknown>) : {};
}

function isDockerAuths(value: unknown): value is DockerAuths {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry: { auth?: unknown } | null) => typeof entry?.auth === "string");
}
