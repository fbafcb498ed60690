// The work of `scalr-oci lock`: what is wanted, what the registries have, files written at once.
import { join, resolve } from "node:path";
import {
  formatModuleLock,
  keyOfRequest,
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
import { isRefused, type LockEntry, type LockPlan, type LockSources, planLock } from "./plan-lock.ts";
import { type PinnedFile, pinSources, type PlainModule } from "./plain-modules.ts";
import { readIfThere, readWanted } from "./wanted-modules.ts";

/** @returns the exit code: 1 when something is refused, or with --check when a file would change */
export async function lockCommand(context: CliContext, directory: string, flags: LockFlags): Promise<number> {
  const path = resolve(context.directory, directory);
  const file = join(path, moduleLockName);
  const text = await readIfThere(file);
  const before: ModuleLock = text === undefined ? new Map() : (parseConflictedLock(text) ?? parseModuleLock(text));
  const { requests, plain } = await readWanted(context, path, flags, before);
  const plan = await withRegistries(context, async (sources) =>
    planLock(
      requests,
      before,
      plain === undefined ? { ...sources, findNewer: undefined } : sources,
      updateRule(flags, plain),
    ),
  );
  const wanted = formatModuleLock(plan.lock);
  const pinned = flags.pin && !isRefused(plan) ? pinSources(plain ?? [], plan.lock) : [];
  const isLocked = wanted === text || (text === undefined && plan.entries.length === 0);
  const isCurrent = isLocked && pinned.length === 0;
  if (!isRefused(plan) && !flags.check) {
    if (!isLocked) await replaceFile(file, wanted);
    for (const one of pinned) await replaceFile(one.file.path, one.text);
  }
  report(context, flags, plan, pinned, isCurrent);
  return isRefused(plan) || (flags.check && !isCurrent) ? 1 : 0;
}

/** An address is one of a module, in any spelling. What stands in sources as a digest changes only together with them. */
function updateRule(
  { update, pin }: LockFlags,
  plain: readonly PlainModule[] = [],
): (request: ModuleRequest) => boolean {
  const kept = pin ? [] : plain.filter(({ digest }) => digest !== undefined);
  const keptKeys = new Set(kept.flatMap(({ requests }) => requests.map(keyOfRequest)));
  const isFree = (request: ModuleRequest) => !keptKeys.has(keyOfRequest(request));
  if (update === undefined) return () => false;
  if (update === true) return isFree;
  const named = new Set(update.map(addressOf));
  return (request) => named.has(request.address) && isFree(request);
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

function report(
  context: CliContext,
  flags: LockFlags,
  plan: LockPlan,
  pinned: readonly PinnedFile[],
  isCurrent: boolean,
): void {
  const names = pinned.map(({ file }) => file.name);
  printResult(context, flags, { entries: plan.entries, pinned: names, isCurrent }, [
    ...(plan.entries.length === 0 ? ["there is no OCI module that has to be locked"] : plan.entries.map(describeEntry)),
    ...names.map((name) => `pinned   ${name}`),
  ]);
  if (!flags.check || isCurrent) return;
  const what = [moduleLockName, ...names].join(", ");
  context.stderr.write(`not current: ${what}; run scalr-oci lock${names.length === 0 ? "" : " --pin"}\n`);
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
      return `updated  ${key}: ${before?.tag ?? ""} to ${after?.tag ?? ""}`;
    case "removed":
      return `removed  ${key}`;
    case "moved":
      return `REFUSED  ${key}: the tag ${before?.tag ?? ""} has other content now; ask its publisher, then --update`;
    case "gone":
      return `REFUSED  ${key}: the tag ${before?.tag ?? ""} is gone; --update takes another`;
  }
}

function describeNewer({ newerTag, isConstrained }: LockEntry): string {
  if (newerTag === undefined) return "";
  return isConstrained ? `; ${newerTag} is allowed, too: --update` : `; outdated, the newest is ${newerTag}`;
}
