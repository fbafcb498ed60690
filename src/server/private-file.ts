// Files that only their owner may read, complete or absent.
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";

/** Writes a file with mode 0600 beside its place and moves it there when it is on disk. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = openSync(temporary, "wx", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
