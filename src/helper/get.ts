// `get`: from the cache where there is a current answer, else from the sources; what they say is kept for the next call.
import type { AnswerCache } from "../credentials/cache/answer-cache.ts";
import type { CachedAnswer } from "../credentials/cache/cache-entry.ts";
import type { Flight } from "../credentials/cache/flight.ts";
import { failureRepeatableForMs } from "../credentials/cache/remembered-failures.ts";
import type { CredentialChain, Resolution } from "../credentials/chain.ts";
import type { LocalStore } from "../credentials/local-store.ts";
import type { Validity } from "../credentials/source.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import type { Answer } from "./answer.ts";
import { failureText } from "./failure-text.ts";
import { formatReply, formatReplyTail, missingServerUrlText, notFoundText, readServerUrl } from "./protocol.ts";
import { parseServerUrl } from "./server-url.ts";

/** What can be said without the caller's variables. */
type SpokenAnswer = Exclude<CachedAnswer, { readonly kind: "variables" }>;

export interface GetSources {
  readonly chain: Pick<CredentialChain, "resolve" | "cacheKey">;
  readonly store: Pick<LocalStore, "obtain">;
  readonly cache: AnswerCache;
  /** For how long another process that looks for the same answer is waited for. */
  readonly waitMs: number;
}

/** The answer for a server URL. @throws ScalrOciError for what is no server URL */
export async function get(input: string, sources: GetSources): Promise<Answer> {
  const serverUrl = readServerUrl(input);
  if (serverUrl === "") return { text: missingServerUrlText, exitCode: 1 };
  const { key, registry, repository } = parseServerUrl(serverUrl);
  const answer =
    registry === undefined ? await findExtraLogin(key, sources) : await findLogin(registry, repository, sources);
  return answer.kind === "text"
    ? { text: answer.text, exitCode: 1 }
    : { text: formatReply(serverUrl, answer.replyTail), exitCode: 0 };
}

/** What only the client itself understands comes from where the client put it. */
async function findExtraLogin(key: string, { store, waitMs }: GetSources): Promise<SpokenAnswer> {
  const login = await store.obtain(key, AbortSignal.timeout(waitMs));
  return login === undefined ? notFound : { kind: "login", replyTail: formatReplyTail(login) };
}

async function findLogin(
  host: RegistryHost,
  repository: string | undefined,
  { chain, cache, waitMs }: GetSources,
): Promise<SpokenAnswer> {
  const key = chain.cacheKey(host, repository);
  const findKept = (): SpokenAnswer | undefined => {
    const answer = cache.find(key);
    return answer?.kind === "variables" ? undefined : answer;
  };
  let kept = findKept();
  if (kept !== undefined) return kept;
  const sinceMs = Date.now();
  let flight: Flight | undefined;
  try {
    const takeOff = async () => {
      flight = await cache.takeOff(key, waitMs);
      kept = findKept();
      return kept === undefined;
    };
    const resolution = await chain.resolve(host, takeOff, repository);
    if (resolution === undefined) return kept ?? notFound;
    const answer = answerOf(resolution);
    const isInVariables = resolution.kind === "found" && resolution.isInVariables;
    const keepable: CachedAnswer = isInVariables ? { kind: "variables" } : answer;
    cache.keep(key, { answer: keepable, validity: validityOf(resolution), sinceMs });
    return answer;
  } finally {
    flight?.land();
  }
}

const notFound: SpokenAnswer = { kind: "text", text: notFoundText };

function answerOf(resolution: Resolution): SpokenAnswer {
  switch (resolution.kind) {
    case "found":
      return { kind: "login", replyTail: formatReplyTail(resolution.credential) };
    case "none":
      return notFound;
    case "failed":
      return { kind: "text", text: failureText(resolution.error) };
  }
}

function validityOf({ kind, validity }: Resolution): Validity {
  if (kind !== "failed") return validity;
  return { ...validity, repeatableForMs: Math.min(validity.repeatableForMs, failureRepeatableForMs) };
}
