// Requests to one registry: authorized, redirects followed, retried, refusals turned into errors.
import type { Clock } from "../base/clock.ts";
import { RemoteError, type ScalrOciError } from "../base/errors.ts";
import { retry, type RetryPolicy } from "../base/retry.ts";
import { dockerHubHost, isDockerHub, type RegistryHost } from "../names/registry-host.ts";
import { Authorizer, type FindCredential } from "./authorizer.ts";
import type { RegistryAction } from "./permission.ts";
import { type FollowedResponse, sendFollowing } from "./redirect.ts";
import { refusalOf, tokenRefusalOf } from "./refusal.ts";
import { repositoryScope } from "./scope.ts";
import type { HttpMethod, HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** Registries ask for up to a minute under load; a publisher would rather wait than start again. */
export const registryRetryPolicy: RetryPolicy = { attempts: 5, baseDelayMs: 250, maxDelayMs: 30_000 };
/** For a request and its reply where neither carries a blob. */
const deadlineMs = 60_000;

export interface ConnectionOptions {
  readonly host: RegistryHost;
  readonly find: FindCredential;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tokens are asked for with this right, even where a call needs less. @default what the call needs */
  readonly intent?: "pull" | "push" | undefined;
}

export interface RegistryCall {
  readonly method: HttpMethod;
  /** Path under the registry, or a URL that the registry gave. */
  readonly target: string | URL;
  /** Undefined for the registry itself. */
  readonly repository?: string;
  readonly action: RegistryAction;
  /** Another repository that is read from beside, for a mount. */
  readonly alsoPull?: string | undefined;
  /** Statuses that are answers; any other is an error. */
  readonly expected: readonly number[];
  /** What the message of an error calls it, such as `acme/vpc:1.4.0`. @default the repository */
  readonly what?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for each attempt. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  /** True when a blob goes one way or the other, for which there is no deadline. @default false */
  readonly isLong?: boolean;
  /** False where the caller has a better way than to send it all again. @default true */
  readonly isRetried?: boolean;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #origin: string;
  readonly #authorizer: Authorizer;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#origin = isDockerHub(options.host) ? `https://${dockerHubHost}` : options.host.url;
    const { host, find, transport, clock } = options;
    const refusal = async (response: HttpResponse, scopes: readonly string[]): Promise<ScalrOciError> => {
      const password = (await this.#authorizer.findCredential())?.password;
      return tokenRefusalOf(response, { host, ...readScopes(scopes), password }, clock.now());
    };
    this.#authorizer = new Authorizer({ host, find, transport, clock, refusal });
  }

  get host(): RegistryHost {
    return this.#options.host;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get retryPolicy(): RetryPolicy {
    return this.#options.retryPolicy ?? registryRetryPolicy;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** The URL that a registry's Location header means. @throws RemoteError REGISTRY_PROTOCOL_BROKEN */
  resolve(location: string | undefined, base: URL | string = this.#origin): URL {
    if (location !== undefined && URL.canParse(location, String(base))) {
      const url = new URL(location, base);
      if (url.protocol === "https:" && url.username === "" && url.password === "") return url;
    }
    const message = `${this.host.value} sent no usable location, expected an https URL without user info`;
    throw new RemoteError("REGISTRY_PROTOCOL_BROKEN", message);
  }

  /**
   * @returns a reply with one of the expected statuses; its body must be read or discarded
   * @throws AuthError, NotFoundError, RemoteError or TransientError, see refusal.ts; what the transport throws
   */
  async call(call: RegistryCall): Promise<HttpResponse> {
    if (call.isRetried === false) return this.#once(call);
    // Every request of the protocol may be repeated: content is addressed by digest, tags are set to a value, and an upload
    // that was started twice leaves one that the registry forgets.
    const { clock, retryPolicy: policy, signal } = this;
    return retry(() => this.#once(call), { idempotent: true, clock, policy, signal });
  }

  async #once(call: RegistryCall): Promise<HttpResponse> {
    const { response, isElsewhere, authorization } = await this.#authorized(call);
    if (call.expected.includes(response.status)) return response;
    // The credential is only looked for when the registry asked for one.
    const hasAsked = authorization !== undefined || response.status === 401;
    const credential = hasAsked ? await this.#authorizer.findCredential() : undefined;
    const { host, action, what = call.repository } = { ...call, host: this.host };
    const isAdmitted = authorization?.startsWith("Bearer ") === true;
    const asked = { host, action, what, password: credential?.password, isAdmitted, isElsewhere };
    throw await refusalOf(response, asked, this.clock.now());
  }

  async #authorized(call: RegistryCall): Promise<FollowedResponse & { authorization: string | undefined }> {
    const url = call.target instanceof URL ? call.target : this.resolve(call.target);
    if (url.origin !== this.#origin) {
      return { ...(await this.#send(call, url, undefined)), isElsewhere: true, authorization: undefined };
    }
    const scopes = scopesOf(call, this.#options.intent);
    const first = await this.#authorizer.findHeader(scopes);
    const answer = await this.#send(call, url, first);
    if (answer.response.status !== 401 || answer.isElsewhere) return { ...answer, authorization: first };
    await answer.response.discard();
    this.#authorizer.learn(answer.response, scopes);
    const second = await this.#authorizer.findHeader(scopes, first);
    if (second === undefined || second === first) return { ...answer, authorization: second };
    return { ...(await this.#send(call, url, second)), authorization: second };
  }

  async #send(call: RegistryCall, url: URL, authorization: string | undefined): Promise<FollowedResponse> {
    const { method, headers = {} } = call;
    const request: HttpRequest = {
      method,
      url,
      headers: authorization === undefined ? headers : { ...headers, authorization },
      body: call.body?.(),
      signal: this.#signalFor(call),
    };
    if (method === "GET" || method === "HEAD") return sendFollowing(this.#options.transport, request);
    return { response: await this.#options.transport.send(request), isElsewhere: false };
  }

  #signalFor(call: RegistryCall): AbortSignal | undefined {
    if (call.isLong === true) return this.signal;
    const deadline = AbortSignal.timeout(deadlineMs);
    return this.signal === undefined ? deadline : AbortSignal.any([deadline, this.signal]);
  }
}

function scopesOf({ repository, action, alsoPull }: RegistryCall, intent: "pull" | "push" | undefined): string[] {
  if (repository === undefined) return [];
  const isPush = action === "push" || (action === "pull" && intent === "push");
  const own = repositoryScope(repository, isPush ? ["pull", "push"] : [action]);
  return alsoPull === undefined ? [own] : [own, repositoryScope(alsoPull, ["pull"])];
}

/** What a token was wanted for, in the words of an error. */
function readScopes(scopes: readonly string[]): { action: RegistryAction; what: string | undefined } {
  const [, what, actions = ""] = /^repository:(.+):([^:]*)$/.exec(scopes[0] ?? "") ?? [];
  const action = (["push", "delete"] as const).find((one) => actions.split(",").includes(one)) ?? "pull";
  return { action, what };
}
