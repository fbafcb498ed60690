// Files that hold secrets: for their owner alone, never through a link, complete or absent.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { makeDirectories } from "../base/directory.ts";
import { InputError } from "../base/errors.ts";
import { writeWholeFile } from "../base/whole-file.ts";

/** Any right of group and others. */
const foreignRights = 0o077;
/** Rights of group and others to put files into a directory. */
export const foreignWriteRights = 0o022;
/** A login takes a few KiB, a Docker auth file with a thousand of them less than this. */
const maxFileBytes = 8 * 1024 * 1024;
// Windows has neither of the two flags, and undefined adds nothing; there the user's profile is what keeps others out.
const { O_NOFOLLOW: noFollow, O_NONBLOCK: nonBlock } = constants;

/**
 * The text of a file that only its owner may read, or undefined when there is none.
 * @throws InputError PRIVATE_FILE_UNSAFE when it is a link or no file, belongs to somebody else or is open to others
 */
export function findPrivateFile(path: string): string | undefined {
  const file = openForReading(path);
  if (file === undefined) return undefined;
  try {
    const stats = fstatSync(file);
    refuseUnsafe(stats, foreignRights, "file", stats.isFile());
    if (stats.size > maxFileBytes)
      throw unsafe("file", `is too large, got ${stats.size} bytes`, `at most ${maxFileBytes}`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

/**
 * Puts a file in its place at once, mode 0600, when all of it is on disk. Its directory is made, mode 0700, where it is missing.
 * @param beforeInPlace does something to the file before it has its name
 * @throws InputError PRIVATE_FILE_UNSAFE when the directory is a link, belongs to somebody else or is open to others
 */
export function writePrivateFile(path: string, text: string, beforeInPlace?: (temporary: string) => void): void {
  ensurePrivateDirectory(dirname(path));
  writeWholeFile(path, text, beforeInPlace);
}

/** Removes a file where there is one. @returns true when there was */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Writes over the file's content where it lies, for what cannot be replaced because its directory is read-only.
 * @throws InputError PRIVATE_FILE_UNSAFE for a link, another's file, or one that has a second name; else the system's error
 */
export function overwritePrivateFile(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | noFollow | nonBlock);
  try {
    const stats = fstatSync(file);
    refuseUnsafe(stats, foreignRights, "file", stats.isFile());
    if (stats.nlink > 1) throw unsafe("file", "has another name as well", "one name");
    ftruncateSync(file);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a directory, mode 0700, or checks the one that is there.
 * @throws InputError PRIVATE_FILE_UNSAFE when it is a link or no directory, belongs to somebody else or others may write to it
 */
export function ensurePrivateDirectory(path: string): void {
  makeDirectories(dirname(path), 0o700);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const stats = lstatSync(path);
  refuseUnsafe(stats, foreignWriteRights, "directory", stats.isDirectory());
}

/** True for the errors that say that a path, or a directory above it, is not there or cannot be. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG";
}

function openForReading(path: string): number | undefined {
  try {
    // Without O_NONBLOCK a named pipe in the file's place would hold us for ever.
    return openSync(path, constants.O_RDONLY | noFollow | nonBlock);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if ((error as NodeJS.ErrnoException).code === "ELOOP") throw unsafe("file", "is a symbolic link", "a file");
    throw error;
  }
}

function refuseUnsafe(stats: Stats, refusedRights: number, what: "file" | "directory", isOfKind: boolean): void {
  if (!isOfKind) throw unsafe(what, `is no ${what}`, `a ${what}`);
  const user = process.getuid?.();
  if (user === undefined) return;
  if (stats.uid !== user) throw unsafe(what, `belongs to user ${stats.uid}`, `user ${user}`);
  const rights = stats.mode & 0o777;
  if ((rights & refusedRights) !== 0)
    throw unsafe(what, `is open to others, got mode ${octal(rights)}`, `mode ${octal(rights & 0o700)}`);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** The path stays out of the message: it may show the user's home. */
function unsafe(what: "file" | "directory", problem: string, expected: string): InputError {
  return new InputError("PRIVATE_FILE_UNSAFE", `the ${what} of a stored login ${problem}, expected ${expected}`, {
    expected,
  });
}
