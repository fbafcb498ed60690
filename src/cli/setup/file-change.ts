// Changes to configuration files: worked out first, then written all together, each at once and in place of a link's target.
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import { makeDirectories } from "../../base/directory.ts";
import { InputError, isScalrOciError, toScalrOciError, TransientError } from "../../base/errors.ts";
import { isMissing } from "../../credentials/private-file.ts";
import { writeWholeFile } from "../../base/whole-file.ts";
import type { WrittenFile } from "./setup-record.ts";

export interface FileChange {
  readonly path: string;
  /** For whom the file is, such as `OpenTofu`. */
  readonly client: string;
  /** Undefined when the file is not there. */
  readonly before: string | undefined;
  /** Undefined when the file goes. */
  readonly after: string | undefined;
  /** The lines that go and come, without those of others. */
  readonly diff: readonly string[];
  /** What of ours is in the file afterwards; undefined for nothing. */
  readonly written: WrittenFile | undefined;
}

/** As docker and the XDG Base Directory Specification have it; logins come to lie in the same directories. */
const directoryMode = 0o700;

/** The text of a file, or undefined when there is none. @throws InputError that names a file that cannot be read as one of UTF-8 */
export function findText(path: string): string | undefined {
  return withPath(path, () => {
    const target = findTarget(path);
    if (target === undefined) return undefined;
    // A named pipe would hold us for ever.
    if (!statSync(target).isFile()) throw invalid(path, "is not a file, expected one");
    return decode(readFileSync(target), path);
  });
}

/**
 * Writes the changes: first all of them beside their places, so that a full disk or a missing right is met before the first is in
 * place.
 * @throws our error that names the file, and what was written when something was
 */
export function writeChanges(changes: readonly FileChange[]): void {
  const written: string[] = [];
  try {
    for (const { path } of changes) withPath(path, () => checkPlace(path));
    stage(changes.toReversed(), (path) => written.push(path));
  } catch (thrown) {
    throw retell(thrown, (message) => `${message}; ${outcome(changes, written)}`);
  }
}

/** Does something and puts the path in front of what the system says when it fails. */
export function withPath<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if (isScalrOciError(thrown)) throw thrown;
    throw retell(thrown, (message) => `${path}: ${message}`);
  }
}

function outcome(changes: readonly FileChange[], written: readonly string[]): string {
  if (written.length === 0) return "nothing was written";
  const missing = changes.map(({ path }) => path).filter((path) => !written.includes(path));
  return `written: ${written.join(", ")}; not written: ${missing.join(", ")}`;
}

function stage([change, ...rest]: readonly FileChange[], tell: (path: string) => void): void {
  if (change === undefined) return;
  const { path, after } = change;
  withPath(path, () => {
    const target = findTarget(path) ?? path;
    if (after === undefined) {
      stage(rest, tell);
      unlinkSync(target);
    } else {
      makeDirectories(dirname(target), directoryMode);
      const old = statSync(target, { throwIfNoEntry: false });
      writeWholeFile(target, after, (temporary) => {
        if (old !== undefined) takeOver(temporary, old);
        stage(rest, tell);
      });
    }
  });
  tell(path);
}

/** Owner, then mode, which a change of owner may cut. */
function takeOver(temporary: string, { uid, gid, mode }: Stats): void {
  const mine = statSync(temporary);
  if (mine.uid !== uid || mine.gid !== gid) chownSync(temporary, uid, gid);
  chmodSync(temporary, mode & 0o777);
}

/** True for a link, which whoever made it wants to lead to a file: what it leads to is emptied rather than removed. */
export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** The file that a path means, links followed. @throws InputError for a link to nothing: where it should lead is not for us to say */
function findTarget(path: string): string | undefined {
  const entry = findStats(lstatSync, path);
  if (entry === undefined) return undefined;
  if (!entry.isSymbolicLink()) return path;
  try {
    return realpathSync(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    throw invalid(path, "is a link to nothing, expected a file", "make the file that it leads to, or remove the link");
  }
}

/** Undefined for what is not there, or cannot be because a directory above it is none. */
function findStats(read: (path: string) => Stats, path: string): Stats | undefined {
  try {
    return read(path);
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

/** That the nearest directory which is there is one, and may be written to. */
function checkPlace(path: string): void {
  let directory = dirname(findTarget(path) ?? path);
  while (findStats(statSync, directory) === undefined && dirname(directory) !== directory) {
    directory = dirname(directory);
  }
  if (!statSync(directory).isDirectory()) throw invalid(path, `cannot be made, ${directory} is not a directory`);
  accessSync(directory, constants.W_OK | constants.X_OK);
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(path, "is not UTF-8, expected UTF-8", `save ${path} as UTF-8`);
  }
}

function invalid(path: string, problem: string, hint?: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${path} ${problem}`, { path, hint });
}

function retell(thrown: unknown, message: (old: string) => string): unknown {
  const error = toScalrOciError(thrown);
  const options = { hint: error.hint, cause: error.cause };
  if (error.kind === "input") return new InputError((error as InputError).code, message(error.message), options);
  if (error.kind !== "transient") return thrown;
  return new TransientError((error as TransientError).code, message(error.message), options);
}
