// The local store: what `docker login` and `scalr-oci login` hand over, one file a login, so that two at once lose nothing. Where the
// desktop has a keychain, the file says so and the password is there.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { findLoginDirectory } from "./places.ts";
import { findPrivateFile, isMissing, overwritePrivateFile, removeFile, writePrivateFile } from "./private-file.ts";
import { fileNow, variableNow } from "./condition.ts";
import { always, type CredentialSource } from "./source.ts";

const fileSuffix = ".json";
/** What a file says whose login is gone, but which cannot be removed. */
const erasedText = '{"erased":true}\n';
/** Whoever changes a login with the keychain's own tools waits no longer than who changes one at the management API. */
const keychainRepeatableForMs = 60_000;

/** What is known of a login without asking a keychain. */
export interface StoreEntry {
  /** As the client wrote it; what `list` shows. */
  readonly serverUrl: string;
  readonly username: string;
}

export interface StoredLogin extends StoreEntry, Credential {}

/** A login of which only the password is elsewhere. */
export interface HeldLogin extends StoreEntry {
  /** The keychain that has it; src/credentials/keychain.ts. */
  readonly keychain: string;
}

/** Logins by key: a host's `credentialKey`, or a whole URL where a client keeps more than one login for a host. */
export interface LocalStore extends CredentialSource {
  /** What the file says, without the keychain. @throws InputError PRIVATE_FILE_UNSAFE or STORED_LOGIN_INVALID */
  findByKey(key: string): StoredLogin | HeldLogin | undefined;
  /** The login, wherever its password is. @throws ScalrOciError also when the keychain that has it does not open */
  obtain(key: string, signal: AbortSignal): Promise<Credential | undefined>;
  /** Adds or replaces. @throws InputError PRIVATE_FILE_UNSAFE, or SYSTEM_REFUSED where the user has no home */
  store(key: string, login: StoredLogin | HeldLogin): void;
  /** @returns true when there was one @throws the system's error when it can neither be removed nor written over */
  erase(key: string): boolean;
  /** All logins that can be read, sorted by URL. */
  list(): StoreEntry[];
}

export function createLocalStore(environment: Environment): LocalStore {
  const directory = findLoginDirectory(environment);
  const findByKey = (key: string) => (directory === undefined ? undefined : readLogin(fileOf(directory, key)));
  const obtain: LocalStore["obtain"] = async (key, signal) => {
    const login = findByKey(key);
    if (login === undefined || isHere(login)) return login;
    const { readFromKeychain } = await import("./keychain.ts");
    return await readFromKeychain(login.keychain, key, environment, signal);
  };
  const isHeld = (key: string) => {
    try {
      const login = findByKey(key);
      return login !== undefined && !isHere(login);
    } catch {
      // A question gets the error.
      return false;
    }
  };
  return {
    name: "local store",
    get isConfigured() {
      return directory !== undefined && fileNames(directory).length > 0;
    },
    isRemote: ({ credentialKey }) => isHeld(credentialKey),
    find: async ({ credentialKey }, signal) => await obtain(credentialKey, signal),
    validity: ({ credentialKey }) => {
      const place = [variableNow(environment, "HOME"), variableNow(environment, "XDG_STATE_HOME")];
      if (directory === undefined) return always(...place);
      const conditions = [...place, fileNow(fileOf(directory, credentialKey))];
      if (!isHeld(credentialKey)) return always(...conditions);
      const keychain = variableNow(environment, "SCALR_OCI_KEYCHAIN");
      return { repeatableForMs: keychainRepeatableForMs, conditions: [...conditions, keychain] };
    },
    findByKey,
    obtain,
    store: (key, login) => writePrivateFile(fileOf(directory ?? noHome(), key), encodeLogin(login)),
    erase: (key) => directory !== undefined && eraseFile(fileOf(directory, key)),
    list: () => (directory === undefined ? [] : listLogins(directory)),
  };
}

function fileOf(directory: string, key: string): string {
  return join(directory, `${encodeURIComponent(key)}${fileSuffix}`);
}

/** A directory may be read-only where its files are not. */
function eraseFile(path: string): boolean {
  try {
    return removeFile(path);
  } catch (error) {
    try {
      const text = findPrivateFile(path);
      if (text === erasedText) return false;
      overwritePrivateFile(path, erasedText);
      return true;
    } catch {
      throw error;
    }
  }
}

export function isHere(login: StoredLogin | HeldLogin): login is StoredLogin {
  return "password" in login;
}

function readLogin(path: string): StoredLogin | HeldLogin | undefined {
  const text = findPrivateFile(path);
  return text === undefined || text === erasedText ? undefined : decodeLogin(text);
}

/** A login that cannot be read is left out: one broken file must not hide the others. */
function listLogins(directory: string): StoreEntry[] {
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

function encodeLogin(login: StoredLogin | HeldLogin): string {
  const { serverUrl, username } = login;
  const rest = isHere(login) ? { password: login.password.reveal() } : { keychain: login.keychain };
  return `${JSON.stringify({ serverUrl, username, ...rest })}\n`;
}

function decodeLogin(text: string): StoredLogin | HeldLogin {
  const { serverUrl, username, password, keychain } = parseObject(text);
  if (typeof serverUrl !== "string" || typeof username !== "string") throw notALogin();
  if (typeof password === "string") return { serverUrl, username, password: new Secret(password) };
  // It becomes part of a program's name.
  if (typeof keychain === "string" && /^[a-z0-9][a-z0-9-]*$/.test(keychain)) return { serverUrl, username, keychain };
  throw notALogin();
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
