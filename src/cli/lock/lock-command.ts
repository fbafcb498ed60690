// The work of `scalr-oci lock`: what is wanted, what the registries have, files written at once.
import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { makeDirectories } from "../../base/directory.ts";
import { InputError } from "../../base/errors.ts";
import {
  formatModuleLock,
  keyOfRequest,
  type LockedModule,
  moduleLockName,
  type ModuleLock,
  type ModuleRequest,
  parseConflictedLock,
  parseModuleLock,
} from "../../names/module-lock.ts";
import { parseOciReference } from "../../names/oci-reference.ts";
import type { RegistryClient } from "../../registry/client.ts";
import { findDigestOfTag, findNewerTag, resolveModule } from "../../registry/module-resolver.ts";
import type { CliContext } from "../context.ts";
import { printResult } from "../json-flag.ts";
import type { LockFlags } from "../lock.ts";
import { openRegistry } from "../registry-access.ts";
import { replaceFile } from "../replace-file.ts";
import type { WantedRequest } from "./collect-requests.ts";
import { isRefused, type LockEntry, type LockPlan, type LockSources, planLock } from "./plan-lock.ts";
import { type PinnedFile, pinSources, type PlainModule } from "./plain-modules.ts";
import { readIfThere, readWanted } from "./wanted-modules.ts";

/** @returns the exit code: 1 when something is refused, or with --check when a file would change or a source is not known */
export async function lockCommand(context: CliContext, directory: string, flags: LockFlags): Promise<number> {
  const path = resolve(context.directory, directory);
  const own = await openLock(path, join(path, moduleLockName));
  const { requests, plain, unknown } = await readWanted(context, path, flags, own.before);
  const isUpdated = updateRule(flags, requests, plain);
  const wishes = await groupByLock(path, own, requests);
  const locks = await withRegistries(context, async (registries) => {
    const sources = plain === undefined ? { ...registries, findNewer: undefined } : registries;
    return Promise.all(
      [...wishes].map(async ([file, wanted]) => planned(file, await planLock(wanted, file.before, sources, isUpdated))),
    );
  });
  const isAnyRefused = locks.some(({ plan }) => isRefused(plan));
  const pinned = flags.pin && !isAnyRefused ? pinSources(plain ?? [], locks[0]?.plan.lock ?? new Map()) : [];
  const changing = locks.filter(({ isChanging }) => isChanging);
  if (!isAnyRefused && !flags.check) {
    for (const { file, wanted } of changing) await writeLock(file, wanted);
    for (const one of pinned) await replaceFile(one.file.path, one.text);
  }
  const changes = [...changing.map(({ file }) => file.name), ...pinned.map(({ file }) => file.name)];
  const isCurrent = changes.length === 0 && !isAnyRefused && unknown.length === 0;
  report(context, flags, { locks, pinned, changes, unknown, isCurrent, isRefused: isAnyRefused });
  return isAnyRefused || (flags.check && !isCurrent) ? 1 : 0;
}

/** A lock file as it is. */
interface LockFile {
  readonly path: string;
  /** Relative to the directory that is locked. */
  readonly name: string;
  readonly text: string | undefined;
  readonly before: ModuleLock;
}

async function openLock(directory: string, path: string): Promise<LockFile> {
  const text = await readIfThere(path);
  const before: ModuleLock = text === undefined ? new Map() : (parseConflictedLock(text) ?? parseModuleLock(text));
  return { path, name: relative(directory, path), text, before };
}

/** A lock file as it has to be. */
interface PlannedLock {
  readonly file: LockFile;
  readonly plan: LockPlan;
  readonly wanted: string;
  readonly isChanging: boolean;
}

function planned(file: LockFile, plan: LockPlan): PlannedLock {
  const wanted = formatModuleLock(plan.lock);
  const isNeeded = file.text !== undefined || plan.entries.length > 0;
  return { file, plan, wanted, isChanging: isNeeded && wanted !== file.text };
}

async function writeLock({ path }: LockFile, text: string): Promise<void> {
  makeDirectories(dirname(path));
  await replaceFile(path, text);
}

/** The directory's own lock first, then those that constructs name; one file has one group, however its path is written. */
async function groupByLock(
  directory: string,
  own: LockFile,
  requests: readonly WantedRequest[],
): Promise<Map<LockFile, ModuleRequest[]>> {
  const files = new Map([[await canonical(own.path), own]]);
  const groups = new Map<LockFile, ModuleRequest[]>([[own, []]]);
  for (const { lockFile = own.path, ...request } of requests) {
    const key = await canonical(lockFile);
    const file = files.get(key) ?? (await openLock(directory, lockFile));
    files.set(key, file);
    groups.set(file, [...(groups.get(file) ?? []), request]);
  }
  return groups;
}

async function canonical(file: string): Promise<string> {
  return join(await realpath(dirname(file)).catch(() => dirname(file)), basename(file));
}

/**
 * An address is one of a module, in any spelling. What stands in sources as a digest changes only together with them.
 * @throws InputError INVALID_ARGUMENT for an address that nothing here has
 */
function updateRule(
  { update, pin }: LockFlags,
  requests: readonly ModuleRequest[],
  plain: readonly PlainModule[] = [],
): (request: ModuleRequest) => boolean {
  const kept = pin ? [] : plain.filter(({ digest }) => digest !== undefined);
  const keptKeys = new Set(kept.flatMap((module) => module.requests.map(keyOfRequest)));
  const isFree = (request: ModuleRequest) => !keptKeys.has(keyOfRequest(request));
  if (update === undefined) return () => false;
  if (update === true) return isFree;
  const named = new Set(update.map(addressOf));
  const there = new Set(requests.map(({ address }) => address));
  const missing = [...named].filter((address) => !there.has(address));
  if (missing.length > 0) throw notWanted(missing, there);
  return (request) => named.has(request.address) && isFree(request);
}

function notWanted(missing: readonly string[], there: ReadonlySet<string>): InputError {
  const message = `no module that is locked here has the address ${missing.join(", ")}`;
  const hint = there.size === 0 ? undefined : `there are: ${[...there].join(", ")}`;
  return new InputError("INVALID_ARGUMENT", message, { path: "--update", hint });
}

function addressOf(text: string): string {
  const { host, repository } = parseOciReference(text);
  return `oci://${host.value}/${repository}`;
}

/** One client for each host, closed at the end. */
async function withRegistries<Result>(
  context: CliContext,
  run: (sources: LockSources) => Promise<Result>,
): Promise<Result> {
  const clients = new Map<string, Promise<RegistryClient>>();
  const clientOf = (address: string): Promise<RegistryClient> => {
    const { host } = parseOciReference(address);
    const client = clients.get(host.value) ?? openRegistry(context, { host }, "pull", { sharesConnections: true });
    clients.set(host.value, client);
    return client;
  };
  try {
    return await run({
      resolve: async (request) => resolveModule(await clientOf(request.address), request),
      findDigest: async ({ address }, tag) => findDigestOfTag(await clientOf(address), address, tag),
      findNewer: async ({ address }, tag) => findNewerTag(await clientOf(address), address, tag),
    });
  } finally {
    for (const client of await Promise.allSettled(clients.values())) {
      if (client.status === "fulfilled") await client.value.close();
    }
  }
}

interface LockReport {
  readonly locks: readonly PlannedLock[];
  readonly pinned: readonly PinnedFile[];
  /** Names of all files that change. */
  readonly changes: readonly string[];
  readonly unknown: readonly string[];
  readonly isCurrent: boolean;
  readonly isRefused: boolean;
}

function report(context: CliContext, flags: LockFlags, found: LockReport): void {
  const { locks, changes, unknown, isCurrent } = found;
  const pinned = found.pinned.map(({ file }) => file.name);
  const entries = locks.flatMap(({ file, plan }) => plan.entries.map((entry) => ({ ...entry, lockFile: file.name })));
  const lines = locks.flatMap(({ file, plan }) =>
    plan.entries.map((entry) => `${describeEntry(entry)}${file.name === moduleLockName ? "" : ` [${file.name}]`}`),
  );
  const isNothing = lines.length === 0 && unknown.length === 0;
  printResult(context, flags, { entries, pinned, unknown, isCurrent }, [
    ...(isNothing ? ["there is no OCI module that has to be locked"] : lines),
    ...pinned.map((name) => `pinned   ${name}`),
    ...unknown.map((path) => `UNKNOWN  ${path}: source is known with the run's variables only, it was not locked`),
  ]);
  if (!flags.check || found.isRefused || changes.length === 0) return;
  const command = `scalr-oci lock${pinned.length === 0 ? "" : " --pin"}`;
  context.stderr.write(`not current: ${changes.join(", ")}; run ${command}\n`);
}

function describeEntry(entry: LockEntry): string {
  const { key, outcome, before, after } = entry;
  const newer = describeNewer(entry);
  switch (outcome) {
    case "kept":
      return `kept     ${key}: ${after?.tag ?? ""}${newer}`;
    case "added":
      return `added    ${key}: ${after?.tag ?? ""}`;
    case "updated":
      return `updated  ${key}: ${describeUpdate(before, after)}`;
    case "removed":
      return `removed  ${key}`;
    case "moved":
      return `REFUSED  ${key}: the tag ${before?.tag ?? ""} has other content now; ask its publisher, then --update`;
    case "gone":
      return `REFUSED  ${key}: the tag ${before?.tag ?? ""} is gone; --update takes another`;
  }
}

/** A tag that moved says nothing; the digests do. */
function describeUpdate(before: LockedModule | undefined, after: LockedModule | undefined): string {
  const of = (locked: LockedModule | undefined, what: "tag" | "digest") => locked?.[what] ?? "";
  const what = before?.tag === after?.tag ? "digest" : "tag";
  const prefix = what === "tag" ? "" : `${of(after, "tag")}, `;
  return `${prefix}${of(before, what)} to ${of(after, what)}`;
}

function describeNewer({ newerTag, isConstrained }: LockEntry): string {
  if (newerTag === undefined) return "";
  return isConstrained ? `; ${newerTag} is allowed, too: --update` : `; outdated, the newest is ${newerTag}`;
}
