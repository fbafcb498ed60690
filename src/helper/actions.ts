// What a credential helper does for each action; docker/docker-credential-helpers, credentials/credentials.go.
import type { Credential } from "../base/credential.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import type { CredentialChain } from "../credentials/chain.ts";
import type { LocalStore } from "../credentials/local-store.ts";
import {
  formatGetReply,
  missingServerUrlText,
  missingUsernameText,
  notFoundText,
  parseStoreRequest,
} from "./protocol.ts";
import { findServerUrl, parseServerUrl } from "./server-url.ts";

/** What goes to stdout, without the line's end, and the exit code. Clients only tell 0 from the others. */
export interface Answer {
  readonly text: string;
  readonly exitCode: 0 | 1;
}

export interface Sources {
  readonly chain: Pick<CredentialChain, "find">;
  readonly store: LocalStore;
}

const done: Answer = { text: "", exitCode: 0 };

/** The login for a server URL. @throws ScalrOciError when a source cannot tell: not found would mean that anonymous is right */
export async function getCredential(input: string, { chain, store }: Sources): Promise<Answer> {
  const serverUrl = input.trim();
  if (serverUrl === "") return refused(missingServerUrlText);
  const { key, registry } = parseServerUrl(serverUrl);
  const credential = registry === undefined ? store.findByKey(key) : await chain.find(registry);
  return credential === undefined ? refused(notFoundText) : { text: replyOf(serverUrl, credential), exitCode: 0 };
}

/** Keeps what `docker login` hands over. @throws ScalrOciError when it cannot be kept */
export function storeCredential(input: string, { store }: Sources): Answer {
  const request = parseStoreRequest(input);
  if (request === undefined) throw notALogin();
  const { serverUrl, username, secret } = request;
  if (serverUrl === "") return refused(missingServerUrlText);
  if (username === "") return refused(missingUsernameText);
  store.store(parseServerUrl(serverUrl).key, { serverUrl, username, password: new Secret(secret) });
  return done;
}

/** Forgets a login. Nothing to forget is no failure: clients erase every spelling of a host, and some crash on a refusal. */
export function eraseCredential(input: string, { store }: Sources): Answer {
  const serverUrl = input.trim();
  if (serverUrl === "") return refused(missingServerUrlText);
  const key = findServerUrl(serverUrl)?.key;
  if (key !== undefined) store.erase(key);
  return done;
}

/** User names by server URL of what was stored here; offline, because clients list before every build. */
export function listCredentials({ store }: Sources): Answer {
  const entries = store.list().map(({ serverUrl, username }) => [serverUrl, username] as const);
  return { text: JSON.stringify(Object.fromEntries(entries)), exitCode: 0 };
}

function replyOf(serverUrl: string, { username, password }: Credential): string {
  return formatGetReply({ serverUrl, username, secret: password.reveal() });
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
