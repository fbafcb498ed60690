// The lock of OCI modules, `scalr-oci.lock.json`: what a program wants of a module, and the content that it gets. JSON with one entry
// for each wish, sorted and spread over lines, so that two people's changes merge.
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, isDigest } from "./digest.ts";
import { isTag, parseOciReference } from "./oci-reference.ts";
import { parseVersionConstraint } from "./version-constraint.ts";

export const moduleLockName = "scalr-oci.lock.json";
const lockVersion = 1;

/** What a program wants: a version that a constraint allows, or what a tag points to. */
export interface ModuleRequest {
  /** `oci://HOST[:PORT]/REPOSITORY` in normal form. */
  readonly address: string;
  readonly version?: string | undefined;
  readonly tag?: string | undefined;
}

/** What it gets. */
export interface LockedModule {
  readonly tag: string;
  readonly digest: Digest;
}

/** By the key of the request. */
export type ModuleLock = ReadonlyMap<string, LockedModule>;

/** `oci://HOST/REPOSITORY CONSTRAINT` or `oci://HOST/REPOSITORY?tag=TAG`; the same for all spellings of one constraint. */
export function keyOfRequest({ address, version, tag }: ModuleRequest): string {
  return version === undefined ? `${address}?tag=${tag ?? ""}` : `${address} ${normalConstraint(version)}`;
}

/** @throws InputError LOCK_INVALID */
export function parseRequestKey(key: string): ModuleRequest {
  const at = key.search(/[ ?]/);
  const address = at === -1 ? key : key.slice(0, at);
  const rest = at === -1 ? "" : key.slice(at);
  try {
    if (rest.startsWith(" ")) return { address: checkedAddress(address), version: parseVersionConstraint(rest).text };
    const { tag } = parseOciReference(key);
    if (tag !== undefined) return { address: checkedAddress(address), tag };
  } catch (cause) {
    throw invalid(`the entry ${printable(key)} cannot be read`, cause);
  }
  throw invalid(`the entry ${printable(key)} has neither a constraint nor a tag`);
}

/**
 * Reads a lock file.
 * @throws InputError LOCK_INVALID for what this package did not write, LOCK_TOO_NEW for what a newer release did
 */
export function parseModuleLock(text: string): ModuleLock {
  const lock = parseEntries(text);
  if (findRepeatedKeys(text).length > 0)
    throw needsMending("has a module twice, as a merge may leave it, expected once");
  return lock;
}

function parseEntries(text: string): ModuleLock {
  const document = parseDocument(text);
  const version: unknown = document["lockVersion"];
  if (typeof version === "number" && version > lockVersion) throw tooNew(version);
  const modules: unknown = document["modules"];
  if (version !== lockVersion || !isRecord(modules)) throw invalid("it has another shape");
  return new Map(
    Object.entries(modules).map(([key, value]) => [keyOfRequest(parseRequestKey(key)), parseEntry(key, value)]),
  );
}

/** The text of a lock file; equal locks have equal texts. */
export function formatModuleLock(lock: ModuleLock): string {
  const entries = [...lock].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const modules = Object.fromEntries(entries.map(([key, { tag, digest }]) => [key, { tag, digest }]));
  return `${JSON.stringify({ lockVersion, modules }, undefined, 2)}\n`;
}

/**
 * Reads a lock file that git could not merge, or merged to one that has a module twice: what both sides agree on or only one has. An
 * entry through which a border of a conflict runs is left out: git may have put one module's digest below another's name.
 * @returns undefined when nothing is wrong with the text
 * @throws as parseModuleLock
 */
export function parseConflictedLock(text: string): ModuleLock | undefined {
  if (!hasConflict(text) && findRepeatedKeys(text).length === 0) return undefined;
  const [ours, theirs] = [readSide(text, "ours"), readSide(text, "theirs")];
  const merged = new Map([...ours.lock, ...theirs.lock]);
  for (const [key, { digest }] of ours.lock) {
    const other = theirs.lock.get(key);
    if (other !== undefined && other.digest !== digest) merged.delete(key);
  }
  for (const key of [...ours.unclear, ...theirs.unclear]) merged.delete(key);
  return merged;
}

interface ConflictSide {
  readonly lock: ModuleLock;
  /** Keys of entries that are partly inside of a conflict, or are there twice. */
  readonly unclear: readonly string[];
}

/** A conflict as git writes it, with what was there before between the sides in its style `diff3`. */
const conflictPattern = /^<{7} .*\n(?<ours>[\s\S]*?)(?:^\|{7} .*\n[\s\S]*?)?^={7}\n(?<theirs>[\s\S]*?)^>{7} .*\n?/gm;

function readSide(text: string, side: "ours" | "theirs"): ConflictSide {
  const borders: number[] = [];
  let taken = "";
  let end = 0;
  for (const conflict of text.matchAll(conflictPattern)) {
    taken += text.slice(end, conflict.index);
    borders.push(taken.length);
    taken += conflict.groups?.[side] ?? "";
    borders.push(taken.length);
    end = conflict.index + conflict[0].length;
  }
  taken += text.slice(end);
  const torn = findEntries(taken).filter(({ start, end: last }) => borders.some((one) => one > start && one < last));
  return { lock: parseEntries(taken), unclear: [...torn.map(({ key }) => key), ...findRepeatedKeys(taken)] };
}

/** Where an entry stands in the text: from its key to its last brace. */
interface EntryPlace {
  /** As it is written, which in files of this package is the normal form. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

function findEntries(text: string): EntryPlace[] {
  return [...text.matchAll(/"(oci:[^"]*)"\s*:[^}]*\}/g)].map(({ 0: entry, 1: key = "", index }) => ({
    key,
    start: index,
    end: index + entry.length,
  }));
}

function findRepeatedKeys(text: string): string[] {
  const once = new Set<string>();
  const isRepeated = ({ key }: EntryPlace) => once.has(key) || once.add(key).size === 0;
  return findEntries(text)
    .filter(isRepeated)
    .map(({ key }) => key);
}

function hasConflict(text: string): boolean {
  return /^<{7} /m.test(text);
}

function normalConstraint(text: string): string {
  const terms = parseVersionConstraint(text).text.split(",");
  return terms.map((term) => term.trim().replace(/^([=!<>~]+)\s*/, "$1 ")).join(", ");
}

function checkedAddress(address: string): string {
  const { host, repository } = parseOciReference(address);
  return `oci://${host.value}/${repository}`;
}

function parseDocument(text: string): Readonly<Record<string, unknown>> {
  if (hasConflict(text)) throw needsMending("has conflicts that git left in it, expected none");
  try {
    const document: unknown = JSON.parse(text);
    if (isRecord(document)) return document;
  } catch (cause) {
    throw invalid("it is no JSON", cause);
  }
  throw invalid("it is no JSON object");
}

function parseEntry(key: string, value: unknown): LockedModule {
  const { tag, digest } = isRecord(value) ? value : {};
  if (typeof tag === "string" && isTag(tag) && typeof digest === "string" && isDigest(digest)) return { tag, digest };
  throw invalid(`the entry ${printable(key)} has no tag and digest`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function needsMending(what: string): InputError {
  return new InputError("LOCK_INVALID", `lock file ${what}`, {
    hint: "run scalr-oci lock: it takes what both sides agree on and asks the registries for the rest",
  });
}

function tooNew(version: number): InputError {
  const message = `lock file has the version ${version}, expected at most ${lockVersion}`;
  return new InputError("LOCK_TOO_NEW", message, {
    hint: "use the release of scalr-oci that wrote it, or a newer one",
  });
}

function invalid(what: string, cause?: unknown): InputError {
  return new InputError("LOCK_INVALID", `lock file cannot be used, ${what}`, {
    hint: `restore ${moduleLockName} from version control, or remove it and run scalr-oci lock`,
    cause,
  });
}
