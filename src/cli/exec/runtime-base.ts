// Where private directories of runs are made: on a memory file system where there is one, in a directory of the user's own.
import { accessSync, constants, existsSync, lstatSync, realpathSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError, isScalrOciError } from "../../base/errors.ts";
import { ensurePrivateDirectory } from "../../credentials/private-file.ts";

/** File systems that live in memory: tmpfs and ramfs; statfs(2). */
const memoryFileSystems: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);
const sharedMemory = "/dev/shm";
const ownDirectory = "scalr-oci";

/** What XDG_RUNTIME_DIR names, when it is a directory. */
export function findRuntimeDirectory(environment: Environment): string | undefined {
  const path = environment["XDG_RUNTIME_DIR"];
  if (path === undefined || !isAbsolute(path)) return undefined;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : undefined;
}

/** All directories in which runs of this user may have left something, the best one for a new run first. They need not exist. */
export function runtimeBases(environment: Environment): string[] {
  const runtime = findRuntimeDirectory(environment);
  // Inside an `exec`, this is a link to the directory in which the outer run's own was made.
  const own = runtime !== undefined && isPrivate(runtime) ? [resolveLink(join(runtime, ownDirectory))] : [];
  const shared = [sharedMemory, environment["TMPDIR"] || tmpdir()].filter((parent) => existsSync(parent));
  const all = [...own, ...shared.map((parent) => join(parent, `${ownDirectory}-${process.getuid?.() ?? "user"}`))];
  return [...all.filter(isInMemory), ...all.filter((base) => !isInMemory(base))];
}

/** Ours and closed to others, as the XDG Base Directory Specification has it; `sudo` may leave another user's in the environment. */
function isPrivate(directory: string): boolean {
  const stats = statSync(directory);
  return stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
}

/**
 * The first base that can be had, made where it is missing.
 * @throws InputError PRIVATE_FILE_UNSAFE when there is only what somebody else has made, SYSTEM_REFUSED when nothing can be written
 */
export function ensureRuntimeBase(bases: readonly string[]): string {
  let failure: unknown;
  for (const base of bases) {
    try {
      ensurePrivateDirectory(base);
      // One of an earlier run may lie on what is read-only now.
      accessSync(base, constants.W_OK);
      return base;
    } catch (error) {
      failure = error;
    }
  }
  if (isScalrOciError(failure)) throw failure;
  const got = (failure as NodeJS.ErrnoException | undefined)?.code ?? "none";
  throw new InputError(
    "SYSTEM_REFUSED",
    `there is no place for the files of a run, got ${got}, expected a directory that can be written`,
    { hint: "set TMPDIR to one, or give the container a writable /tmp", cause: failure },
  );
}

function isInMemory(base: string): boolean {
  try {
    return memoryFileSystems.has(statfsSync(join(base, "..")).type);
  } catch {
    return false;
  }
}

function resolveLink(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? realpathSync(path) : path;
}
