// Seals registry logins so that a stolen or altered database gives none away: every ciphertext opens only in its own row.
import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Credential } from "../../base/credential.ts";
import { InputError, InternalError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import type { DataKeyPurpose, DataKeyRow, Store, StoreReader } from "../store/store.ts";
import { decryptJwe, encryptJwe } from "./jwe.ts";
import type { KeyEncryptionKey } from "./key-encryption.ts";
import { pad } from "./padding.ts";

const dataKeyBytes = 32;

/** Where a secret lies. All of it is associated data: a ciphertext that was moved does not open. */
export interface SecretPlace {
  readonly accountId: string;
  readonly integrationId: string;
  /** The host that the login belongs to: an altered row cannot send it to another. */
  readonly host: string;
  readonly version: number;
}

export interface SealedSecret {
  readonly secret: string;
  readonly secretKeyId: string;
}

interface DataKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Holds the unwrapped data keys. */
export class Vault {
  readonly #keys: ReadonlyMap<string, DataKey>;
  readonly #active: Readonly<Record<DataKeyPurpose, DataKey>>;

  constructor(keys: ReadonlyMap<string, DataKey>, active: Readonly<Record<DataKeyPurpose, DataKey>>) {
    this.#keys = keys;
    this.#active = active;
  }

  async seal(credential: Credential, place: SecretPlace): Promise<SealedSecret> {
    const key = this.#active.secret;
    const plaintext = pad(JSON.stringify({ u: credential.username, p: credential.password.reveal() }));
    const secret = await encryptJwe(plaintext, key.bytes, key.id, associatedData(place));
    return { secret, secretKeyId: key.id };
  }

  /** @throws InternalError SECRET_UNREADABLE, never an empty password */
  async open(sealed: SealedSecret, place: SecretPlace): Promise<Credential> {
    try {
      const key = this.#keys.get(sealed.secretKeyId);
      if (key === undefined) throw new Error("data key is not there");
      const plaintext = await decryptJwe(sealed.secret, key.bytes, associatedData(place));
      const { u, p } = JSON.parse(Buffer.from(plaintext).toString()) as { u: string; p: string };
      return { username: u, password: new Secret(p) };
    } catch (cause) {
      throw new InternalError("SECRET_UNREADABLE", `stored login of integration ${place.integrationId} does not open`, {
        hint: "its row was altered or damaged: set the password again",
        cause,
      });
    }
  }

  /** A digest that says nothing about the text to whoever lacks the key; 64 hex digits. */
  digest(text: string): string {
    return createHmac("sha256", this.#active.digest.bytes).update(text).digest("hex");
  }
}

/**
 * Unwraps the data keys, making them at the first start; the wrapping authenticates, so a key that unwraps is the right one.
 * @throws InputError KEY_WRONG, naming the fingerprint that is needed
 */
export async function openVault(store: Store, wrappingKey: KeyEncryptionKey, clock: Clock): Promise<Vault> {
  for (const purpose of ["secret", "digest"] as const) await ensureDataKey(store, wrappingKey, clock, purpose);
  const rows = await store.listDataKeys();
  const keys = new Map<string, DataKey>();
  for (const row of rows) keys.set(row.id, await unwrap(row, wrappingKey));
  return new Vault(keys, { secret: activeKey(rows, keys, "secret"), digest: activeKey(rows, keys, "digest") });
}

/**
 * Wraps every data key with another key, all or none; what the data keys sealed stays as it is, and so does a server that
 * has them open.
 * @throws InputError KEY_WRONG when the old key is not the one they are wrapped by
 */
export async function rewrapDataKeys(store: Store, from: KeyEncryptionKey, to: KeyEncryptionKey): Promise<void> {
  await store.write(async (writer) => {
    for (const row of await writer.listDataKeys()) {
      const { bytes } = await unwrap(row, from);
      const wrapped = await to.wrap(bytes, wrappingContext(row.id, row.purpose));
      await writer.rewrapDataKey(row.id, { wrapped, wrappingKeyId: to.fingerprint });
    }
  });
}

/** Fingerprint of the key that the database needs, undefined before the first start. */
export async function findNeededFingerprint(store: StoreReader): Promise<string | undefined> {
  const rows = await store.listDataKeys();
  return rows.at(-1)?.wrappingKeyId;
}

async function ensureDataKey(
  store: Store,
  wrappingKey: KeyEncryptionKey,
  clock: Clock,
  purpose: DataKeyPurpose,
): Promise<void> {
  const id = `dek-${randomBytes(8).toString("hex")}`;
  const wrapped = await wrappingKey.wrap(randomBytes(dataKeyBytes), wrappingContext(id, purpose));
  await store.write(async (writer) => {
    const present = await writer.listDataKeys();
    if (present.some((row) => row.purpose === purpose)) return;
    const row = {
      id,
      purpose,
      wrappingKeyId: wrappingKey.fingerprint,
      wrapped,
      state: "active",
      createdAt: clock.now(),
    } as const;
    await writer.insertDataKey(row);
  });
}

async function unwrap(row: DataKeyRow, wrappingKey: KeyEncryptionKey): Promise<DataKey> {
  if (row.wrappingKeyId !== wrappingKey.fingerprint) throw wrongKey(row.wrappingKeyId, wrappingKey.fingerprint);
  try {
    return { id: row.id, bytes: await wrappingKey.unwrap(row.wrapped, wrappingContext(row.id, row.purpose)) };
  } catch (cause) {
    throw new InternalError("SECRET_UNREADABLE", `data key ${row.id} does not open with key ${row.wrappingKeyId}`, {
      hint: "its row was altered or damaged: restore the database from a backup",
      cause,
    });
  }
}

function wrongKey(needed: string, got: string): InputError {
  return new InputError("KEY_WRONG", `key does not open this database, got ${got}, expected ${needed}`, {
    path: "--key-file",
    got,
    expected: needed,
    hint: `give the key with the fingerprint ${needed} by --key-file or SCALR_OCI_KEY`,
  });
}

function activeKey(rows: readonly DataKeyRow[], keys: ReadonlyMap<string, DataKey>, purpose: DataKeyPurpose): DataKey {
  const row = rows.find((candidate) => candidate.purpose === purpose && candidate.state === "active");
  const key = row && keys.get(row.id);
  if (key === undefined) throw new InternalError("SECRET_UNREADABLE", `there is no active data key for ${purpose}s`);
  return key;
}

function wrappingContext(id: string, purpose: DataKeyPurpose): string {
  return JSON.stringify(["scalr-oci-data-key", 1, id, purpose]);
}

function associatedData(place: SecretPlace): string {
  const { accountId, integrationId, host, version } = place;
  return JSON.stringify(["scalr-oci-secret", 1, accountId, "docker-integrations", integrationId, host, version]);
}
