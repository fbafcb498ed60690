// The client of the management API: Scalr's, or that of `scalr-oci serve`. One for each hostname and token.
import { type Clock, systemClock } from "../base/clock.ts";
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { type Logger, silentLogger } from "../base/log.ts";
import { findProxy } from "../base/proxy-rule.ts";
import type { RetryPolicy } from "../base/retry.ts";
import type { Secret } from "../base/secret.ts";
import { trustedCertificates } from "../base/trust.ts";
import { version } from "../base/version.ts";
import { parseManagementHost } from "../names/management-host.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { AuditCalls } from "./audit.ts";
import {
  credentialDocumentSchema,
  credentialsPath,
  type DockerConfig,
  dockerConfigPath,
  dockerConfigSchema,
  fromCredentialDocument,
  memberPath,
} from "./documents.ts";
import { HttpTransport } from "./http-transport.ts";
import { IntegrationCalls } from "./integrations.ts";
import { checkToken } from "./settings.ts";
import { apiRetryPolicy, type CallOptions, type Deadlines, defaultDeadlines, Session } from "./session.ts";
import { AccessTokenCalls, RunTokenCalls } from "./tokens.ts";

export interface ManagementClientOptions {
  /** `HOST`, `HOST:PORT` or `https://HOST[:PORT]`. */
  readonly hostname: string;
  /** What named it, for errors; `SCALR_HOSTNAME` unless given. */
  readonly hostnameSource?: string | undefined;
  /** Management token, or a run token for what runs may do. */
  readonly token: Secret;
  /** What gave it, for errors; `SCALR_TOKEN` unless given. */
  readonly tokenSource?: string | undefined;
  /** For SSL_CERT_FILE, HTTPS_PROXY and NO_PROXY. */
  readonly environment: Environment;
  /** Name and version of the program that asks, such as `terraform-provider-scalr/1.2.0`. */
  readonly product?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
  /** From 0 up to 1, for the jitter of waits; Math.random unless given. */
  readonly random?: (() => number) | undefined;
}

export class ManagementClient implements AsyncDisposable {
  /** `HOST[:PORT]` in normal form. */
  readonly hostname: string;
  readonly integrations: IntegrationCalls;
  readonly runTokens: RunTokenCalls;
  readonly accessTokens: AccessTokenCalls;
  readonly audit: AuditCalls;
  readonly #session: Session;
  readonly #transport: HttpTransport;

  constructor(session: Session, transport: HttpTransport) {
    this.hostname = session.host;
    this.integrations = new IntegrationCalls(session);
    this.runTokens = new RunTokenCalls(session);
    this.accessTokens = new AccessTokenCalls(session);
    this.audit = new AuditCalls(session);
    this.#session = session;
    this.#transport = transport;
  }

  /**
   * The Docker auth configuration of everything that the run token may read; its `auth` values are secrets.
   * @throws AuthError RIGHT_MISSING when the client was not made with a run token
   */
  async dockerConfig(options: CallOptions = {}): Promise<DockerConfig> {
    const request = { method: "GET", path: dockerConfigPath } as const;
    return this.#session.read(dockerConfigSchema, request, { ...options, notFound: "ROUTE_NOT_FOUND" });
  }

  /**
   * The login for one registry host, read with a run token.
   * @throws NotFoundError CREDENTIAL_NOT_FOUND when none is exported, AuthError CREDENTIAL_REFUSED when the registry refuses it
   */
  async credential(host: RegistryHost, options: CallOptions = {}): Promise<Credential> {
    const request = { method: "GET", path: memberPath(credentialsPath, host.value) } as const;
    const read = this.#session.read(credentialDocumentSchema, request, { ...options, notFound: "ROUTE_NOT_FOUND" });
    return fromCredentialDocument(await read);
  }

  /** Ends its connections; requests under way fail. Idle connections alone do not keep a process alive. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * A client for one management API; nothing is sent yet.
 * @throws InputError INVALID_ARGUMENT for a hostname or token that cannot be, or when SSL_CERT_FILE cannot be
 */
export function createManagementClient(options: ManagementClientOptions): ManagementClient {
  const host = parseManagementHost(options.hostname, options.hostnameSource ?? "SCALR_HOSTNAME");
  checkToken(options.token, options.tokenSource ?? "SCALR_TOKEN");
  const transport = new HttpTransport({
    origin: host.origin,
    token: options.token,
    userAgent: `${options.product ?? `scalr-oci/${version}`} node/${process.versions.node}`,
    ca: trustedCertificates(options.environment),
    proxy: proxyFor(host.origin, options.environment),
  });
  const session = new Session({
    transport,
    host,
    token: options.token,
    tokenSource: options.tokenSource ?? "SCALR_TOKEN",
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    retryPolicy: options.retryPolicy ?? apiRetryPolicy,
    random: options.random ?? Math.random,
  });
  return new ManagementClient(session, transport);
}

function proxyFor(origin: string, environment: Environment): URL | undefined {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol === "http:") return undefined;
  return findProxy(hostname.replace(/^\[|\]$/g, ""), port === "" ? 443 : Number(port), environment);
}
