// Where the key-encryption key comes from: a file that is named, the environment, or the user's configuration directory.
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { makeDirectories } from "../../base/directory.ts";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { writeWholeFile } from "../../base/whole-file.ts";
import { createLocalKey, type KeyEncryptionKey } from "./key-encryption.ts";

const keyVariable = "SCALR_OCI_KEY";
const keyFileName = "server-key";

export interface KeySourceOptions {
  readonly environment: Environment;
  /** `--key-file`; beats the environment. */
  readonly keyFile?: string | undefined;
  /** Directory of the database, where no key may lie. */
  readonly dataDirectory: string;
  /** Fingerprint of the key that the database needs; undefined when there is no database yet. */
  readonly neededFingerprint: string | undefined;
}

export interface FoundKey {
  readonly key: KeyEncryptionKey;
  /** What to tell the operator: where the key is, and whether it was made just now. */
  readonly origin: "key-file" | "environment" | "configuration" | "made";
  /** Undefined for the environment. */
  readonly path: string | undefined;
  /** True when others than the owner may read the file. */
  readonly exposed: boolean;
}

/**
 * Finds the key, or makes one for a new database.
 * @throws InputError KEY_INVALID, KEY_MISSING (naming the fingerprint that is needed), KEY_BESIDE_DATA
 */
export function findKey(options: KeySourceOptions): FoundKey {
  const { environment, keyFile, dataDirectory } = options;
  if (keyFile !== undefined) return readKeyFile(keyFile, "key-file", "--key-file", dataDirectory);
  const text = environment[keyVariable];
  if (text !== undefined && text !== "") {
    return {
      key: createLocalKey(new Secret(text), keyVariable),
      origin: "environment",
      path: undefined,
      exposed: false,
    };
  }
  const path = defaultKeyPath(environment);
  if (existsSync(path)) return readKeyFile(path, "configuration", path, dataDirectory);
  if (options.neededFingerprint !== undefined) throw missingKey(options.neededFingerprint);
  makeKeyFile(path, dataDirectory);
  return readKeyFile(path, "made", path, dataDirectory);
}

/**
 * The key in a file that is named; makes the file when there is none.
 * @param option what named it, for errors
 * @throws InputError KEY_INVALID, KEY_BESIDE_DATA, KEY_MISSING when the file cannot be read or made
 */
export function readOrMakeKeyFile(path: string, option: string, dataDirectory: string): FoundKey {
  if (existsSync(path)) return readKeyFile(path, "key-file", option, dataDirectory);
  try {
    makeKeyFile(path, dataDirectory);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const got = (cause as NodeJS.ErrnoException).code ?? "an error";
    throw new InputError("KEY_MISSING", `key file cannot be made, got ${got}, expected a place to write to`, {
      path: option,
      cause,
    });
  }
  return readKeyFile(path, "made", option, dataDirectory);
}

function defaultKeyPath(environment: Environment): string {
  const configured = environment["XDG_CONFIG_HOME"];
  if (configured !== undefined && configured !== "") return join(configured, "scalr-oci", keyFileName);
  const home = environment["HOME"] ?? environment["USERPROFILE"];
  if (home !== undefined && home !== "") return join(home, ".config", "scalr-oci", keyFileName);
  throw new InputError("KEY_MISSING", "there is no place for a key, expected HOME, XDG_CONFIG_HOME or a key", {
    path: "--key-file",
    hint: `make a key with openssl rand -base64 32 and give it by --key-file or ${keyVariable}`,
  });
}

function readKeyFile(path: string, origin: FoundKey["origin"], option: string, dataDirectory: string): FoundKey {
  const text = readText(path, option);
  refuseBesideData(path, dataDirectory);
  const exposed = process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
  return { key: createLocalKey(new Secret(text), option), origin, path, exposed };
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new InputError("KEY_MISSING", "key file cannot be read, expected a readable file", {
      path: option,
      hint: "make a key with: openssl rand -base64 32",
      cause,
    });
  }
}

/** Linked into place when complete, so that of two servers that start at once both read the same key. */
function makeKeyFile(path: string, dataDirectory: string): void {
  makeDirectories(dirname(path), 0o700);
  refuseBesideData(path, dataDirectory);
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  writeWholeFile(temporary, `${randomBytes(32).toString("base64")}\n`);
  try {
    linkSync(temporary, path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  } finally {
    rmSync(temporary);
  }
}

function refuseBesideData(path: string, dataDirectory: string): void {
  const place = existsSync(path) ? dirname(realpathSync(path)) : realpathSync(dirname(resolve(path)));
  const between = relative(realpathSync(dataDirectory), place);
  if (between === ".." || between.startsWith(`..${sep}`) || resolve(between) === between) return;
  throw new InputError("KEY_BESIDE_DATA", "key lies in the data directory, expected a place outside of it", {
    path: "--key-file",
    hint: "move the key: whoever copies the data directory must not get the key with it",
  });
}

function missingKey(fingerprint: string): InputError {
  return new InputError(
    "KEY_MISSING",
    `there is no key for this database, expected the one with the fingerprint ${fingerprint}`,
    {
      path: "--key-file",
      expected: fingerprint,
      hint: `give it by --key-file or ${keyVariable}, or put it back into the configuration directory of the user who started the server first`,
    },
  );
}
