// Puts another key-encryption key in the place of the one that a database needs. A server that runs meanwhile goes on.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { databaseFile } from "./open-parts.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { findKey, readOrMakeKeyFile } from "./vault/key-source.ts";
import { findNeededFingerprint, rewrapDataKeys } from "./vault/vault.ts";

export interface KeyRotationOptions {
  readonly dataDirectory: string;
  /** File of the key in use. @default as for the server */
  readonly keyFile?: string | undefined;
  /** File of the key to use from now on; made when it is not there. */
  readonly newKeyFile: string;
  readonly environment: Environment;
  readonly clock: Clock;
}

export interface KeyRotation {
  /** Fingerprint of the key that was in use; the new one's when it was in use already. */
  readonly from: string;
  readonly to: string;
  /** True when the new key was made just now. */
  readonly isNewKeyMade: boolean;
  /** True when others may read the new key's file. */
  readonly isNewKeyExposed: boolean;
}

/** @throws InputError INVALID_ARGUMENT where there is no database; KEY_WRONG, KEY_MISSING, KEY_INVALID, KEY_BESIDE_DATA */
export async function rotateKey(options: KeyRotationOptions): Promise<KeyRotation> {
  const { dataDirectory, clock } = options;
  const path = join(dataDirectory, databaseFile);
  if (!existsSync(path)) throw noDatabase();
  const store = openSqliteStore(path, clock.now());
  try {
    return await rotateIn(store, options);
  } finally {
    await store.close();
  }
}

async function rotateIn(store: Store, options: KeyRotationOptions): Promise<KeyRotation> {
  const { dataDirectory, environment, keyFile, newKeyFile } = options;
  const needed = await findNeededFingerprint(store);
  if (needed === undefined) throw noDatabase();
  const next = readOrMakeKeyFile(newKeyFile, "--new-key-file", dataDirectory);
  const to = next.key.fingerprint;
  if (needed !== to) {
    const current = findKey({ environment, keyFile, dataDirectory, neededFingerprint: needed });
    await rewrapDataKeys(store, current.key, next.key);
  }
  return { from: needed, to, isNewKeyMade: next.origin === "made", isNewKeyExposed: next.exposed };
}

function noDatabase(): InputError {
  return new InputError(
    "INVALID_ARGUMENT",
    "data directory has no database, expected that of a server that was started",
    {
      path: "--data",
      hint: "a server that was never started has no key to replace: give its first one by --key-file",
    },
  );
}
