// Which Authorization header a request to one registry gets: none, Basic, or a Bearer token for its scopes.
import type { Clock } from "../base/clock.ts";
import type { Credential } from "../base/credential.ts";
import { RemoteError, type ScalrOciError } from "../base/errors.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { mergeScopes } from "./scope.ts";
import { basicAuthorization, type BearerToken, requestToken } from "./token.ts";
import type { HttpResponse, Transport } from "./transport.ts";

/** Finds the credential of a host; undefined means that there is none and anonymous is right. */
export type FindCredential = (host: RegistryHost) => Promise<Credential | undefined>;

export interface AuthorizerOptions {
  readonly host: RegistryHost;
  readonly find: FindCredential;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Turns the reply of a token realm that gave no token into an error. */
  readonly refusal: (response: HttpResponse, scopes: readonly string[]) => Promise<ScalrOciError>;
}

/** Knows how one registry wants to be asked. The credential goes to that registry and its token realm, nowhere else. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #tokens = new Map<string, BearerToken>();
  /** Tokens that are being asked for: many requests at once need one token once. */
  readonly #pending = new Map<string, Promise<BearerToken>>();
  /** What the registry's challenges named beside our own scopes; some know a repository by another name than its path. */
  readonly #named = new Map<string, readonly string[]>();
  #challenge: Challenge | undefined;
  #credential: Promise<Credential | undefined> | undefined;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The credential, looked for once, when the registry first asks for one. */
  findCredential(): Promise<Credential | undefined> {
    this.#credential ??= this.#options.find(this.#options.host);
    return this.#credential;
  }

  /**
   * The header for these scopes, as far as the registry's way is known.
   * @param refused the header that was just refused: a token kept from before is then replaced
   * @returns undefined before the registry's first challenge, and where it wants Basic and there is no credential
   */
  async findHeader(scopes: readonly string[], refused?: string): Promise<string | undefined> {
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    if (challenge.scheme === "bearer") return `Bearer ${await this.#findToken(challenge, scopes, refused)}`;
    const credential = await this.findCredential();
    return credential && basicAuthorization(credential);
  }

  /**
   * Learns from a 401.
   * @throws RemoteError REGISTRY_CHALLENGE_INVALID; REGISTRY_PROTOCOL_BROKEN when there is no challenge that this client can answer
   */
  learn(response: HttpResponse, scopes: readonly string[]): void {
    const challenges = parseChallenges(response.headers("www-authenticate"));
    const challenge =
      challenges.find(({ scheme }) => scheme === "bearer") ?? challenges.find(({ scheme }) => scheme === "basic");
    if (challenge === undefined) {
      const { value } = this.#options.host;
      const message = `${value} answered 401 without a challenge that can be answered, expected Basic or Bearer`;
      throw new RemoteError("REGISTRY_PROTOCOL_BROKEN", message);
    }
    this.#challenge = challenge;
    const named = challenge.parameters.get("scope")?.split(" ").filter(Boolean) ?? [];
    this.#named.set(scopes.join(" "), named);
  }

  async #findToken(challenge: Challenge, scopes: readonly string[], refused: string | undefined): Promise<string> {
    const wanted = mergeScopes([...scopes, ...(this.#named.get(scopes.join(" ")) ?? [])]);
    const key = wanted.join(" ");
    const known = this.#tokens.get(key);
    const isUsable = known !== undefined && known.usableUntilMs > this.#options.clock.now();
    if (isUsable && refused !== `Bearer ${known.value}`) return known.value;
    const asked = this.#pending.get(key) ?? this.#requestToken(challenge, wanted, key);
    return (await asked).value;
  }

  #requestToken(challenge: Challenge, scopes: readonly string[], key: string): Promise<BearerToken> {
    const asked = this.#askRealm(challenge, scopes)
      .then((token) => {
        this.#tokens.set(key, token);
        return token;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, asked);
    return asked;
  }

  async #askRealm(challenge: Challenge, scopes: readonly string[]): Promise<BearerToken> {
    const { transport, host, clock, refusal } = this.#options;
    const credential = await this.findCredential();
    const answer = await requestToken(transport, { host, challenge, scopes, credential }, clock.now());
    if ("value" in answer) return answer;
    throw await refusal(answer, scopes);
  }
}
