// One secret, one flattened JWE: direct encryption with AES-256-GCM; RFC 7516 section 7.2.2, RFC 7518 sections 4.5 and 5.3.
import { FlattenedEncrypt, flattenedDecrypt, type FlattenedJWE } from "jose";

const algorithm = "dir";
const encryption = "A256GCM";
const mediaType = "scalr-oci-secret+jwe";

/**
 * Encrypts under a 32-byte key. The associated data is authenticated but not stored: whoever opens it must know it.
 * @returns JSON text with `protected`, `iv`, `ciphertext` and `tag`
 */
export async function encryptJwe(
  plaintext: Uint8Array,
  key: Uint8Array,
  keyId: string,
  associatedData: string,
): Promise<string> {
  const jwe = await new FlattenedEncrypt(plaintext)
    .setProtectedHeader({ alg: algorithm, enc: encryption, kid: keyId, typ: mediaType })
    .setAdditionalAuthenticatedData(Buffer.from(associatedData))
    .encrypt(key);
  return JSON.stringify({ protected: jwe.protected, iv: jwe.iv, ciphertext: jwe.ciphertext, tag: jwe.tag });
}

/** @throws whatever goes wrong: text that is no such JWE, another algorithm, key or associated data, a changed byte */
export async function decryptJwe(text: string, key: Uint8Array, associatedData: string): Promise<Uint8Array> {
  const { protected: header, iv, ciphertext, tag } = JSON.parse(text) as FlattenedJWE;
  const jwe = {
    protected: header,
    iv,
    ciphertext,
    tag,
    aad: Buffer.from(associatedData).toString("base64url"),
  } as FlattenedJWE;
  const { plaintext } = await flattenedDecrypt(jwe, key, {
    keyManagementAlgorithms: [algorithm],
    contentEncryptionAlgorithms: [encryption],
  });
  return plaintext;
}
