// Hides how long a password is.

/** Most logins then have the same length; the rest tell theirs to the nearest block. */
const blockBytes = 64;

/** Fills JSON text with blanks, which a JSON parser skips, to a multiple of 64 bytes. */
export function pad(json: string): Uint8Array {
  const bytes = Buffer.from(json);
  const padded = Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, " ");
  bytes.copy(padded);
  return padded;
}
