// Writes files that are complete or absent, and for their owner alone: what holds a secret is never seen half-written or by others.
import { randomBytes } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Windows does not have the flag, and undefined adds nothing. */
const { O_WRONLY: writeOnly, O_CREAT: create, O_EXCL: exclusive, O_NOFOLLOW: noFollow } = constants;

/**
 * Puts a file in its place at once, mode 0600, when all of it is on disk. A file that was there is replaced; nothing stays behind
 * when that fails.
 * @param beforeInPlace does something to the file before it has its name
 * @throws the system's error
 */
export function writeWholeFile(path: string, text: string, beforeInPlace?: (temporary: string) => void): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = openSync(temporary, writeOnly | create | exclusive | noFollow, 0o600);
  try {
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    beforeInPlace?.(temporary);
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
}
