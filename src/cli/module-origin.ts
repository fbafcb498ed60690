// Where a module comes from, read from its git repository, as annotations; OCI image specification, annotations.md.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Environment } from "../base/env.ts";

const annotationPrefix = "org.opencontainers.image";
/** git answers in some milliseconds; a repository on a dead network drive does not. */
const gitTimeoutMs = 5_000;

export interface ModuleOrigin {
  /** https address of the repository, without user info; undefined when there is none. */
  readonly source: string | undefined;
  /** Commit; undefined outside of git, and when the directory differs from its commit. */
  readonly revision: string | undefined;
  /** Time of the commit, or what SOURCE_DATE_EPOCH says; never the time of the push, so that a push can be repeated. */
  readonly created: string | undefined;
}

/** Of a directory about which nothing is known. */
export const noOrigin: ModuleOrigin = { source: undefined, revision: undefined, created: undefined };

/** What git knows about a directory; nothing where there is no git. */
export async function findModuleOrigin(directory: string, environment: Environment): Promise<ModuleOrigin> {
  const git = (...args: string[]): Promise<string | undefined> => runGit(directory, environment, args);
  const [remote, changes, head] = await Promise.all([
    git("config", "--get", "remote.origin.url"),
    git("status", "--porcelain", "--ignored=no", "--", "."),
    git("show", "-s", "--format=%H %ct", "HEAD"),
  ]);
  const [revision, committed] = changes === "" ? (head ?? "").split(" ") : [];
  const epoch = environment["SOURCE_DATE_EPOCH"] || committed;
  return {
    source: remote && toHttpsUrl(remote),
    revision: revision || undefined,
    created: epoch && /^\d{1,12}$/.test(epoch) ? new Date(Number(epoch) * 1000).toISOString() : undefined,
  };
}

/** The origin and what else is known, as annotations of a manifest. */
export function toAnnotations(
  origin: ModuleOrigin,
  more: { readonly version?: string | undefined; readonly licenses?: string | undefined },
): Record<string, string> {
  const pairs = Object.entries({ ...origin, ...more }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return Object.fromEntries(pairs.map(([name, value]) => [`${annotationPrefix}.${name}`, value]));
}

/** `git@HOST:PATH.git`, `ssh://…` and `https://…` as one https address; undefined for a local path. */
export function toHttpsUrl(remote: string): string | undefined {
  const scp = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(?!\d+\/)(.+)$/.exec(remote);
  const text = scp === null ? remote : `ssh://${scp[1]}/${scp[2]}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!["https:", "http:", "ssh:", "git:"].includes(url.protocol)) return undefined;
  return `https://${url.hostname}${url.pathname.replace(/\.git\/?$/, "").replace(/\/$/, "")}`;
}

async function runGit(
  directory: string,
  environment: Environment,
  args: readonly string[],
): Promise<string | undefined> {
  // A repository's own configuration may name programs to run; this one is only read.
  const safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", directory, ...safe, ...args], {
      env: { ...environment, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      timeout: gitTimeoutMs,
    });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
