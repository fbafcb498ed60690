// One temporary directory for a whole run of jest, removed at its end: what tests, the programs they start and the libraries they
// use (every `new App()` of cdktf makes a directory) leave there goes with it. Plain JavaScript, because jest loads it untransformed.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the credential helper keeps answers of users without a runtime directory, by the name of their home. */
const sharedMemory = "/dev/shm";

/** jest's globalSetup: workers, and what they start, inherit TMPDIR. The name is short because paths of sockets have to be. */
export default function setUp() {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), "so-"));
}

/** Removes the directory and what homes inside it left in shared memory. */
export function removeTemporaryDirectory() {
  const directory = process.env.TMPDIR;
  rmSync(directory, { recursive: true, force: true });
  if (!existsSync(sharedMemory)) return;
  const prefix = `scalr-oci-cache${directory.replaceAll("/", "-")}-`;
  for (const name of readdirSync(sharedMemory).filter((name) => name.startsWith(prefix))) {
    rmSync(join(sharedMemory, name), { recursive: true, force: true });
  }
}
