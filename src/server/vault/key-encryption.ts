// The key-encryption key: wraps data keys and never lies beside the database.
import { createHash } from "node:crypto";
import { InputError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import { decryptJwe, encryptJwe } from "./jwe.ts";

const keyBytes = 32;

/** Wraps data keys; a key in a file or variable today, a key service where one is wanted. */
export interface KeyEncryptionKey {
  /** Names the key without telling it: what a server that lacks it asks for. */
  readonly fingerprint: string;
  wrap(dataKey: Uint8Array, context: string): Promise<string>;
  /** @throws when this key, for this context, did not wrap it */
  unwrap(wrapped: string, context: string): Promise<Uint8Array>;
}

/**
 * A key from its text: 32 bytes as base64, base64url or hex.
 * @param path the option or variable that holds it, for the error
 * @throws InputError KEY_INVALID
 */
export function createLocalKey(text: Secret, path: string): KeyEncryptionKey {
  const key = parseKey(text.reveal().trim());
  if (key === undefined) {
    throw new InputError("KEY_INVALID", "key cannot be read, expected 32 bytes as base64 or 64 hex digits", {
      path,
      expected: "32 bytes as base64 or 64 hex digits",
      hint: "make one with: openssl rand -base64 32",
    });
  }
  const fingerprint = fingerprintOf(key);
  return {
    fingerprint,
    wrap: (dataKey, context) => encryptJwe(dataKey, key, fingerprint, context),
    unwrap: (wrapped, context) => decryptJwe(wrapped, key, context),
  };
}

function parseKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, "base64url");
  return key.length === keyBytes ? key : undefined;
}

/** 64 bits of a hash with a prefix of its own: enough to tell keys apart, no help in finding one. */
function fingerprintOf(key: Uint8Array): string {
  const hash = createHash("sha256").update("scalr-oci key-encryption key\0").update(key);
  return `key-${hash.digest("hex").slice(0, 16)}`;
}
