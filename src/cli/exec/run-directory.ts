// The private runtime directory of one run: its own containers/auth.json, everything else a link to the real one.
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import type { DockerAuths } from "../../credentials/run-api.ts";
import { ownIdentity, stateOf } from "../../credentials/process-identity.ts";
import { readText } from "../opentofu/read-text.ts";

const authDirectory = "containers";
const authFile = "auth.json";
/** A run of another namespace, such as a container's, counts as ended when no run may last so long: twice a run token's longest life. */
const maxForeignAgeMs = 48 * 60 * 60 * 1000;
/** `IDENTITY.RANDOM` */
const namePattern = /^(?<identity>[0-9a-z]+-[0-9a-z]+-[0-9a-z]+)\.[0-9a-f]{8}$/;

export interface RunDirectory {
  /** For XDG_RUNTIME_DIR of the run's command. */
  readonly path: string;
  readonly authFile: string;
  /** Removes it with all that the run left in it. */
  wipe(): void;
}

export interface RunDirectoryOptions {
  /** Directory of the user's own in which it is made. */
  readonly base: string;
  /** The real runtime directory; undefined where there is none. */
  readonly runtime: string | undefined;
  readonly auths: DockerAuths;
}

/** Makes one. It exists until `wipe()`, or until a later run finds that this process has ended. */
export function makeRunDirectory({ base, runtime, auths }: RunDirectoryOptions): RunDirectory {
  const path = join(base, `${ownIdentity()}.${randomBytes(4).toString("hex")}`);
  const wipe = () => wipeDirectory(path);
  mkdirSync(path, { mode: 0o700 });
  try {
    mkdirSync(join(path, authDirectory), { mode: 0o700 });
    const file = join(path, authDirectory, authFile);
    const own = runtime === undefined ? {} : readOwn(join(runtime, authDirectory, authFile));
    writeFileSync(file, `${JSON.stringify(layOver(own, auths))}\n`, { mode: 0o600, flag: "wx" });
    if (runtime !== undefined) {
      linkAll(runtime, path, authDirectory);
      linkAll(join(runtime, authDirectory), join(path, authDirectory), authFile);
    }
    return { path, authFile: file, wipe };
  } catch (error) {
    wipe();
    throw error;
  }
}

/** True for the name of a directory whose run has not ended; also when the run is of another namespace and cannot be seen. */
export function isLiveRunDirectory(name: string): boolean {
  const identity = namePattern.exec(name)?.groups?.["identity"];
  return identity !== undefined && stateOf(identity) !== "ended";
}

/** Wipes what ended runs have left. One that cannot be wiped is left to the next. */
export function sweepEndedRuns(bases: readonly string[], nowMs: number): void {
  for (const base of bases) {
    for (const name of namesIn(base)) {
      const identity = namePattern.exec(name)?.groups?.["identity"];
      if (identity !== undefined && hasEnded(join(base, name), identity, nowMs)) wipeDirectory(join(base, name));
    }
  }
}

function hasEnded(path: string, identity: string, nowMs: number): boolean {
  const state = stateOf(identity);
  if (state !== "unknown") return state === "ended";
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && nowMs - stats.mtimeMs > maxForeignAgeMs;
}

/** Links are removed, not what they lead to. */
function wipeDirectory(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
  } catch {
    // Another run may be sweeping it, or a child of the command still writing; the next sweep tries again.
  }
}

/** The user's own file; one that is no JSON object counts as empty, as it does for OpenTofu. */
function readOwn(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readText(path));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

function layOver(own: Record<string, unknown>, auths: DockerAuths): Record<string, unknown> {
  const ownAuths = typeof own["auths"] === "object" && own["auths"] !== null ? own["auths"] : {};
  return { ...own, auths: { ...ownAuths, ...auths } };
}

function linkAll(from: string, to: string, except: string): void {
  for (const name of namesIn(from)) {
    if (name !== except) symlinkSync(join(from, name), join(to, name));
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
