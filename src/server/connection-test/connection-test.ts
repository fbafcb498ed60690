// Tests a registry login as a client would use it: ping, challenge, token, ping again; OCI distribution specification,
// "Determining Support", and the token authentication of docker's registry documentation.
import type { Credential } from "../../base/credential.ts";
import { isScalrOciError } from "../../base/errors.ts";
import { findRegistryHost, type RegistryHost } from "../../names/registry-host.ts";
import { parseChallenges, type Challenge } from "../../registry/challenge.ts";
import { createGate } from "./gate.ts";
import { AddressRefusedError, type GuardedReply, type GuardedTransport } from "./guarded-transport.ts";
import type { TestOutcome, TestOutcomeCode } from "./outcome.ts";
import { findTokenUrl } from "./token-realm.ts";

export interface TestLimits {
  /** Longest test. */
  readonly testMs: number;
  /** Longest wait for one's turn. */
  readonly queueMs: number;
  /** Tests at the same time. */
  readonly concurrent: number;
}

/**
 * Together under 15 s: Scalr's clients give up after 30 s, and the reply needs time as well. So many at a time that some
 * hundred creates at once are tested, so few that the server is no scanner.
 */
export const defaultTestLimits: TestLimits = { testMs: 12_000, queueMs: 2_500, concurrent: 32 };

const harmlessScope = "repository:scalr-oci/connection-test:pull";

export interface ConnectionTester {
  /** @returns the outcome, or undefined when the server was too busy to test in time */
  test(registry: RegistryHost, credential: Credential): Promise<TestOutcome | undefined>;
  close(): Promise<void>;
}

export function createConnectionTester(
  transport: GuardedTransport,
  limits: TestLimits = defaultTestLimits,
): ConnectionTester {
  const gate = createGate(limits.concurrent);
  return {
    test: async (registry, credential) => {
      const patience = AbortSignal.timeout(limits.queueMs);
      try {
        return await gate.enter(patience, () =>
          testLogin(transport, registry, credential, AbortSignal.timeout(limits.testMs)),
        );
      } catch (thrown) {
        if (thrown === patience.reason) return undefined;
        throw thrown;
      }
    },
    close: () => transport.close(),
  };
}

async function testLogin(
  transport: GuardedTransport,
  registry: RegistryHost,
  credential: Credential,
  signal: AbortSignal,
): Promise<TestOutcome> {
  try {
    return await new LoginTest(transport, registry, credential, signal).run();
  } catch (thrown) {
    return { code: outcomeOfFailure(thrown) };
  }
}

class LoginTest {
  readonly #transport: GuardedTransport;
  readonly #registry: RegistryHost;
  readonly #basic: string;
  readonly #signal: AbortSignal;

  constructor(transport: GuardedTransport, registry: RegistryHost, credential: Credential, signal: AbortSignal) {
    this.#transport = transport;
    this.#registry = registry;
    this.#basic = `Basic ${Buffer.from(`${credential.username}:${credential.password.reveal()}`).toString("base64")}`;
    this.#signal = signal;
  }

  async run(): Promise<TestOutcome> {
    const reply = await this.#ping(undefined);
    if (reply.status >= 300 && reply.status < 400)
      return { code: "redirected", target: targetOf(reply, this.#registry) };
    if (reply.status === 401) return this.#authenticate(parseChallenges(reply.headers["www-authenticate"]));
    if (isFailing(reply)) return { code: "registry-failing" };
    if (!isRegistryReply(reply)) return { code: "not-a-registry" };
    // Open to anonymous clients; a login can still be refused.
    return this.#verify(this.#basic);
  }

  async #authenticate(challenges: readonly Challenge[]): Promise<TestOutcome> {
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) return this.#authenticateByToken(bearer);
    if (challenges.some(({ scheme }) => scheme === "basic")) return this.#verify(this.#basic);
    return { code: challenges.length === 0 ? "not-a-registry" : "authentication-unsupported" };
  }

  async #authenticateByToken(challenge: Challenge): Promise<TestOutcome> {
    const url = findTokenUrl(this.#registry, challenge.parameters);
    if (url === undefined) return { code: "realm-refused" };
    const reply = await this.#askForToken(url);
    if (reply.status === 401 || reply.status === 403) return { code: "credentials-refused" };
    const token = reply.status === 200 ? findToken(reply.body) : undefined;
    return token === undefined ? { code: "registry-failing" } : this.#verify(`Bearer ${token}`);
  }

  /** Some services refuse a good login with 403 when no scope is asked for; what repository the scope names is all one. */
  async #askForToken(url: URL): Promise<GuardedReply> {
    const options = { authorization: this.#basic, signal: this.#signal };
    const reply = await this.#transport.get(url.href, options);
    if (reply.status !== 403 || url.searchParams.has("scope")) return reply;
    url.searchParams.set("scope", harmlessScope);
    return this.#transport.get(url.href, options);
  }

  async #verify(authorization: string): Promise<TestOutcome> {
    const reply = await this.#ping(authorization);
    if (reply.status === 401 || reply.status === 403) return { code: "credentials-refused" };
    return { code: reply.status === 200 ? "ok" : "registry-failing" };
  }

  #ping(authorization: string | undefined): Promise<GuardedReply> {
    return this.#transport.get(`${this.#registry.url}/v2/`, { authorization, signal: this.#signal });
  }
}

/** 403 before a login is a firewall's word, not a registry's. */
function isFailing(reply: GuardedReply): boolean {
  return reply.status >= 500 || reply.status === 429 || reply.status === 403;
}

/** A 200 proves nothing: any website gives one. A registry says its version, or answers with a JSON object. */
function isRegistryReply(reply: GuardedReply): boolean {
  if (reply.status !== 200) return false;
  if (reply.headers["docker-distribution-api-version"] !== undefined) return true;
  return parseObject(reply.body) !== undefined;
}

/** Host that the redirect points to, undefined when it stays on the registry's own. */
function targetOf(reply: GuardedReply, registry: RegistryHost): string | undefined {
  const location = reply.headers["location"];
  if (typeof location !== "string" || !URL.canParse(location, registry.url)) return undefined;
  const target = findRegistryHost(new URL(location, registry.url).host);
  return target === undefined || target.value === registry.value ? undefined : target.value;
}

function findToken(body: string): string | undefined {
  const reply = parseObject(body);
  const token = reply?.["token"] ?? reply?.["access_token"];
  // What a header can carry; RFC 6750 section 2.1.
  return typeof token === "string" && /^[A-Za-z0-9._~+/-]+=*$/.test(token) ? token : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const outcomeOfErrorCode: ReadonlyMap<string, TestOutcomeCode> = new Map([
  ["ENOTFOUND", "name-unresolved"],
  ["EAI_AGAIN", "name-unresolved"],
  ["EAI_NODATA", "name-unresolved"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate-untrusted"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "certificate-untrusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate-untrusted"],
  ["UNABLE_TO_GET_ISSUER_CERT", "certificate-untrusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate-untrusted"],
  ["CERT_UNTRUSTED", "certificate-untrusted"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate-mismatch"],
  ["CERT_HAS_EXPIRED", "certificate-expired"],
  ["CERT_NOT_YET_VALID", "certificate-expired"],
  ["UND_ERR_RES_EXCEEDED_MAX_SIZE", "not-a-registry"],
  ["UND_ERR_HEADERS_OVERFLOW", "not-a-registry"],
]);

function outcomeOfFailure(thrown: unknown): TestOutcomeCode {
  if (thrown instanceof AddressRefusedError) return "address-refused";
  if (isScalrOciError(thrown)) return "not-a-registry";
  const code = (thrown as { code?: unknown }).code;
  return (typeof code === "string" && outcomeOfErrorCode.get(code)) || "unreachable";
}
