// Content digests; OCI image specification, descriptor.md "Digests".
import { createHash } from "node:crypto";

const pattern = /^sha256:[a-f0-9]{64}$|^sha512:[a-f0-9]{128}$/;

/** `sha256:HEX` or `sha512:HEX`. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

/** True for the two registered algorithms with the right number of lower-case hex digits. */
export function isDigest(text: string): text is Digest {
  return pattern.test(text);
}

/** SHA-256 of the bytes in digest form. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
