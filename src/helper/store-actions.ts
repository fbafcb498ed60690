// `store`, `erase` and `list`: what clients keep here; docker/docker-credential-helpers, credentials/credentials.go.
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import type { AnswerCache } from "../credentials/cache/answer-cache.ts";
import type { LocalStore } from "../credentials/local-store.ts";
import type { Answer } from "./answer.ts";
import { missingServerUrlText, missingUsernameText, parseStoreRequest, readServerUrl } from "./protocol.ts";
import { findServerUrl, parseServerUrl } from "./server-url.ts";

export interface StoreParts {
  readonly environment: Environment;
  /** Where an older answer may be kept. */
  readonly cache: Pick<AnswerCache, "forget">;
}

const done: Answer = { text: "", exitCode: 0 };

/**
 * Keeps what `docker login` hands over. Where a rule has no place for it, it is dropped in silence: the login itself was good.
 * @throws ScalrOciError when it cannot be kept
 */
export async function storeLogin(input: string, { environment, cache }: StoreParts): Promise<Answer> {
  const request = parseStoreRequest(input);
  if (request === undefined) throw notALogin();
  const { serverUrl, username, secret } = request;
  if (serverUrl === "") return refused(missingServerUrlText);
  if (username === "") return refused(missingUsernameText);
  const { key, registry: host } = parseServerUrl(serverUrl);
  const { keepLogin } = await import("../credentials/keep-login.ts");
  const login = { serverUrl, username, password: new Secret(secret) };
  try {
    await keepLogin({ key, host }, login, environment);
  } catch (thrown) {
    if (!isAboutRules(thrown)) throw thrown;
    // The client cannot mend them, and the login was good: whoever asks for it is told what is wrong with them.
    await keepLogin({ key, host: undefined }, login, environment);
  }
  cache.forget(key);
  return done;
}

function isAboutRules(thrown: unknown): boolean {
  return thrown instanceof InputError && (thrown.code === "RULES_INVALID" || thrown.code === "RULES_UNSAFE");
}

/**
 * Forgets a login. Nothing to forget is no failure, nor is a login that cannot be removed: clients erase every spelling of a host, and
 * some crash on a refusal. `scalr-oci logout` says what remains.
 */
export async function eraseLogin(input: string, { environment, cache }: StoreParts): Promise<Answer> {
  const serverUrl = readServerUrl(input);
  if (serverUrl === "") return refused(missingServerUrlText);
  const found = findServerUrl(serverUrl);
  if (found === undefined) return done;
  const { key, registry: host } = found;
  const { forgetLogin } = await import("../credentials/keep-login.ts");
  try {
    await forgetLogin({ key, host }, environment);
  } catch {
    // A file system that is read-only, say.
  } finally {
    cache.forget(key);
  }
  return done;
}

/** User names by server URL of what was stored here; offline, because clients list before every build. */
export function listLogins(store: LocalStore): Answer {
  const entries = store.list().map(({ serverUrl, username }) => [serverUrl, username] as const);
  return { text: JSON.stringify(Object.fromEntries(entries)), exitCode: 0 };
}

function refused(text: string): Answer {
  return { text, exitCode: 1 };
}

/** What was sent is not repeated: it may hold a password. */
function notALogin(): InputError {
  return new InputError("INVALID_ARGUMENT", "the input of store is no login, expected a JSON object with ServerURL", {
    path: "stdin",
    expected: "ServerURL, Username and Secret",
  });
}
