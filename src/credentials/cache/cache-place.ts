// Where answers are kept for a moment: in memory, below a directory that only the user can have made. The launcher looks in the
// same place (src/helper/launcher.sh).
import { existsSync, lstatSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { absolute } from "../places.ts";
import { ensurePrivateDirectory, foreignWriteRights } from "../private-file.ts";

const switchedOff = "SCALR_OCI_NO_CACHE";
const sharedMemory = "/dev/shm";

/**
 * The directory, or undefined where answers are not kept: switched off, or no memory to keep them in. It need not exist.
 * Inside `scalr-oci exec`, the runtime directory has a link to the real one's `scalr-oci`, so that a run has what its parent has.
 */
export function findCacheDirectory(environment: Environment): string | undefined {
  if (environment[switchedOff]) return undefined;
  const runtime = absolute(environment["XDG_RUNTIME_DIR"]);
  if (runtime) return isOurs(runtime, statSync) ? join(runtime, "scalr-oci", "cache") : undefined;
  const home = absolute(environment["HOME"]);
  if (home && existsSync(sharedMemory)) return join(sharedMemory, `scalr-oci-cache${home.replaceAll("/", "-")}`);
  // macOS has neither, but a directory of the user's own for temporary files.
  const temporary = absolute(environment["TMPDIR"]);
  const isUsable = temporary && !existsSync(sharedMemory) && isOurs(temporary, statSync);
  return isUsable ? join(temporary, "scalr-oci-cache") : undefined;
}

/**
 * True when the directory is there, no link, the user's own, and no others may write to it: then nobody else can have put anything into
 * it. A shell cannot read rights; it goes by the owner of an entry and by the name in it.
 */
export function isSafeCacheDirectory(directory: string): boolean {
  return isOurs(directory, lstatSync, foreignWriteRights);
}

/** Makes the directory where it is missing. @returns false when it cannot be made, or is not safe: then nothing is kept */
export function ensureCacheDirectory(directory: string): boolean {
  try {
    ensurePrivateDirectory(directory);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param look `lstatSync` where a link in its place is not a directory of ours
 * @param refusedRights of group and others
 */
function isOurs(path: string, look: (path: string) => Stats, refusedRights = 0): boolean {
  try {
    const stats = look(path);
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & refusedRights) === 0;
  } catch {
    return false;
  }
}
