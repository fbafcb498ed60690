// Logins of a run in a Docker auth file that others write, too. Each entry of ours says so, with what it replaced: a field that OpenTofu,
// docker and podman do not know and leave alone, as Go's decoder does. Nothing else is needed to take the logins out again.
import { existsSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { makeDirectories } from "../../base/directory.ts";
import { InputError, isScalrOciError } from "../../base/errors.ts";
import { writeWholeFile } from "../../base/whole-file.ts";
import { takeOff } from "../../credentials/cache/flight.ts";
import { removeFile } from "../../credentials/private-file.ts";
import type { DockerAuths } from "../../credentials/run-api.ts";
import { findRegistryHost } from "../../names/registry-host.ts";
import { readText } from "../opentofu/read-text.ts";

/** In an entry of ours: when it was written, and the entry that was there before. */
const mark = "scalr-oci";
/** Another hook of the machine holds the lock for a few milliseconds. */
const lockWaitMs = 5_000;

interface Entry {
  readonly [field: string]: unknown;
}

interface Mark {
  /** ISO 8601. */
  readonly written: string;
  /** Null where there was none. */
  readonly replaced: Entry | null;
}

type Entries = Readonly<Record<string, Entry>>;
type AuthFile = Readonly<Record<string, unknown>>;

/**
 * Lays logins over those of a file, mode 0600; what else is in it stays. Logins of ours that were left by an earlier run and are not
 * among these go.
 * @throws InputError INVALID_ARGUMENT when the file is there and no Docker auth file; the system's error when it cannot be written
 */
export async function layLogins(path: string, auths: DockerAuths, nowMs: number): Promise<void> {
  makeDirectories(dirname(path), 0o700);
  await change(path, (document, entries) => {
    const before = withoutOurs(entries, undefined).entries;
    const written = new Date(nowMs).toISOString();
    const ours = Object.entries(auths).map(([host, { auth }]) => {
      const ourMark: Mark = { written, replaced: before[host] ?? null };
      return [host, { auth, [mark]: ourMark }] as const;
    });
    return { ...document, auths: { ...before, ...Object.fromEntries(ours) } };
  });
}

/**
 * Takes out what layLogins put in, and puts back what that replaced. A login that somebody has changed since is theirs and stays. A file
 * with nothing left in it goes.
 * @param hosts their credential keys; undefined for all @returns the hosts whose logins were taken out
 */
export async function removeLogins(path: string, hosts: readonly string[] | undefined): Promise<string[]> {
  if (!existsSync(path)) return [];
  let removed: string[] = [];
  await change(path, (document, entries) => {
    const rest = withoutOurs(entries, hosts);
    ({ removed } = rest);
    return removed.length === 0 ? undefined : { ...document, auths: rest.entries };
  });
  return removed;
}

function withoutOurs(entries: Entries, hosts: readonly string[] | undefined): { entries: Entries; removed: string[] } {
  const kept: Record<string, Entry> = {};
  const removed: string[] = [];
  for (const [host, entry] of Object.entries(entries)) {
    const ourMark = entry?.[mark] as Mark | undefined;
    if (ourMark === undefined || isOther(host, hosts)) {
      kept[host] = entry;
      continue;
    }
    removed.push(host);
    if (isObject(ourMark.replaced)) kept[host] = ourMark.replaced;
  }
  return { entries: kept, removed };
}

/** Keys of a file and hosts of a user are spelled in several ways. */
function isOther(key: string, hosts: readonly string[] | undefined): boolean {
  return hosts !== undefined && !hosts.includes(findRegistryHost(key)?.credentialKey ?? key);
}

/** Reads, changes and writes it as one step for all hooks of this machine. @param edit undefined for no change */
async function change(
  path: string,
  edit: (document: AuthFile, entries: Entries) => AuthFile | undefined,
): Promise<void> {
  // A link, such as to a mounted file, stays one.
  const target = existsSync(path) ? realpathSync(path) : path;
  const flight = await takeOff(`${target}.lock`, lockWaitMs);
  try {
    const document = existsSync(target) ? read(target) : {};
    const after = edit(document, (document["auths"] ?? {}) as Entries);
    if (after === undefined) return;
    if (isEmpty(after)) removeFile(target);
    else writeWholeFile(target, `${JSON.stringify(after, undefined, 2)}\n`);
  } finally {
    flight?.land();
  }
}

function read(path: string): AuthFile {
  let text: string;
  try {
    text = readText(path);
  } catch (thrown) {
    throw isScalrOciError(thrown) ? notAnAuthFile("is no regular file") : thrown;
  }
  return parse(text);
}

function parse(text: string): AuthFile {
  let document: unknown;
  try {
    document = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold a password.
  }
  const isAuthFile =
    isObject(document) &&
    (document["auths"] === undefined || document["auths"] === null || isObject(document["auths"]));
  if (isAuthFile) return document as AuthFile;
  throw notAnAuthFile("holds no JSON object");
}

/** No path: it may show the user's home. OpenTofu drops all logins because of such a file. */
function notAnAuthFile(problem: string): InputError {
  const message = `the Docker auth file that OpenTofu reads first ${problem}, expected one with a JSON object`;
  return new InputError("INVALID_ARGUMENT", message, {
    hint: "scalr-oci doctor names the file; correct or remove it",
  });
}

function isEmpty({ auths, ...rest }: AuthFile): boolean {
  return Object.keys(rest).length === 0 && Object.keys(auths ?? {}).length === 0;
}

function isObject(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
