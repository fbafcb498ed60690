// The local store: what `docker login` and `scalr-oci login` hand over, one file a login, so that two at once lose nothing.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { findLoginDirectory } from "./places.ts";
import { findPrivateFile, isMissing, removeFile, writePrivateFile } from "./private-file.ts";
import { fileNow, variableNow } from "./condition.ts";
import { always, type CredentialSource } from "./source.ts";

const fileSuffix = ".json";

export interface StoredLogin extends Credential {
  /** As the client wrote it; what `list` shows. */
  readonly serverUrl: string;
}

/** Logins by key: a host's `credentialKey`, or a whole URL where a client keeps more than one login for a host. */
export interface LocalStore extends CredentialSource {
  /** @throws InputError PRIVATE_FILE_UNSAFE or STORED_LOGIN_INVALID */
  findByKey(key: string): StoredLogin | undefined;
  /** Adds or replaces. @throws InputError PRIVATE_FILE_UNSAFE, or SYSTEM_REFUSED where the user has no home */
  store(key: string, login: StoredLogin): void;
  /** @returns true when there was one */
  erase(key: string): boolean;
  /** All logins that can be read, sorted by URL. */
  list(): StoredLogin[];
}

export function createLocalStore(environment: Environment): LocalStore {
  const directory = findLoginDirectory(environment);
  const findByKey = (key: string) => (directory === undefined ? undefined : readLogin(fileOf(directory, key)));
  return {
    name: "local store",
    get isConfigured() {
      return directory !== undefined && fileNames(directory).length > 0;
    },
    isRemote: () => false,
    find: async (host) => findByKey(host.credentialKey),
    validity: ({ credentialKey }) => {
      const place = [variableNow(environment, "HOME"), variableNow(environment, "XDG_STATE_HOME")];
      return directory === undefined ? always(...place) : always(...place, fileNow(fileOf(directory, credentialKey)));
    },
    findByKey,
    store: (key, login) => writePrivateFile(fileOf(directory ?? noHome(), key), encodeLogin(login)),
    erase: (key) => directory !== undefined && removeFile(fileOf(directory, key)),
    list: () => (directory === undefined ? [] : listLogins(directory)),
  };
}

function fileOf(directory: string, key: string): string {
  return join(directory, `${encodeURIComponent(key)}${fileSuffix}`);
}

function readLogin(path: string): StoredLogin | undefined {
  const text = findPrivateFile(path);
  return text === undefined ? undefined : decodeLogin(text);
}

/** A login that cannot be read is left out: one broken file must not hide the others. */
function listLogins(directory: string): StoredLogin[] {
  const logins = fileNames(directory).flatMap((name) => {
    try {
      return readLogin(join(directory, name)) ?? [];
    } catch {
      return [];
    }
  });
  return logins.sort((one, other) => (one.serverUrl < other.serverUrl ? -1 : 1));
}

function fileNames(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(fileSuffix));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function encodeLogin({ serverUrl, username, password }: StoredLogin): string {
  return `${JSON.stringify({ serverUrl, username, password: password.reveal() })}\n`;
}

function decodeLogin(text: string): StoredLogin {
  const { serverUrl, username, password } = parseObject(text);
  if (typeof serverUrl !== "string" || typeof username !== "string" || typeof password !== "string") throw notALogin();
  return { serverUrl, username, password: new Secret(password) };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // The parser's message quotes the text, which holds the password.
  }
  throw notALogin();
}

function notALogin(): InputError {
  return new InputError(
    "STORED_LOGIN_INVALID",
    "the local store holds something that is no login, expected what it wrote",
    {
      hint: "log in to the host again",
    },
  );
}

function noHome(): never {
  throw new InputError("SYSTEM_REFUSED", "there is no place for logins, expected HOME or XDG_STATE_HOME", {
    path: "HOME",
    hint: "set HOME",
  });
}
