// Makes a directory and those above it.
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * As `mkdirSync` with `recursive`, which never returns below /proc and automounters: they
 * say that the directory above is missing.
 * @param mode of each that is made
 * @throws what mkdir throws, such as EACCES, ENOTDIR, or ENOENT where the system takes no new directories
 */
export function makeDirectories(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let next = path; makeOne(next, mode) !== undefined; next = dirname(next)) missing.unshift(next);
  for (const next of missing) {
    const reason = makeOne(next, mode);
    if (reason !== undefined) throw reason;
  }
}

/** Makes one directory. @returns the error when the directory above is not there; undefined when it is made or was there */
function makeOne(path: string, mode: number): Error | undefined {
  try {
    mkdirSync(path, { mode });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT") return thrown as Error;
    if (code !== "EEXIST" || !statSync(path).isDirectory()) throw thrown;
  }
  return undefined;
}
