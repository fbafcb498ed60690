// One process at a time looks for an answer; the others wait for what it finds. A lock is a file with its process's identity.
import { linkSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { removeFile } from "../private-file.ts";
import { ownIdentity, stateOf } from "../process-identity.ts";

/** How soon a waiting process looks again: at first little against a request, then no load even when two hundred wait. */
const firstPauseMs = 15;
const longestPauseMs = 250;
/** An answer takes 10 seconds at most; a lock of a process that cannot be seen from here is given up after that. */
const maxForeignAgeMs = 15_000;

/** The right to look for an answer. */
export interface Flight {
  /** Lets the next one in. */
  land(): void;
}

/**
 * @param isAnswered looked at while another process holds the lock; nobody needs to take off when it gives true
 * @returns undefined when there is an answer, or when another process still holds the lock after `waitMs`: then nobody is waited for
 *   any longer
 */
export async function takeOff(
  lock: string,
  waitMs: number,
  isAnswered: () => boolean = () => false,
): Promise<Flight | undefined> {
  const identity = ownIdentity();
  // Not `performance`, which is loaded when it is first named, and costs 2 ms.
  const deadline = process.uptime() + waitMs / 1000;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    if (create(lock, identity)) return { land: () => remove(lock, identity) };
    if (isAbandoned(lock)) breakLock(lock, identity);
    else if (process.uptime() > deadline) return undefined;
    else await pause(pauseMs * (0.5 + Math.random()));
    if (isAnswered()) return undefined;
  }
}

async function pause(durationMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Written before it has its name, so that no lock is ever empty. */
function create(lock: string, identity: string): boolean {
  const own = `${lock}.${identity}`;
  try {
    writeFileSync(own, identity, { mode: 0o600 });
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    removeFile(own);
  }
}

function isAbandoned(lock: string): boolean {
  const holder = read(lock);
  if (holder === undefined) return false;
  const state = stateOf(holder);
  if (state !== "unknown") return state === "ended";
  const stats = statSync(lock, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > maxForeignAgeMs;
}

/** Only one of several can take it away; whoever took away a fresh one by that puts it back. */
function breakLock(lock: string, identity: string): void {
  const holder = read(lock);
  const taken = `${lock}.${identity}.broken`;
  try {
    renameSync(lock, taken);
    if (read(taken) !== holder) linkSync(taken, lock);
  } catch {
    // Another one was quicker.
  }
  removeFile(taken);
}

function remove(lock: string, identity: string): void {
  if (read(lock) === identity) removeFile(lock);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
