// The work of `scalr-oci lock`: what the program wants, what the registries have, one file written at once.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import {
  formatModuleLock,
  moduleLockName,
  type ModuleLock,
  parseConflictedLock,
  parseModuleLock,
} from "../../names/module-lock.ts";
import { parseOciReference } from "../../names/oci-reference.ts";
import type { RegistryClient } from "../../registry/client.ts";
import { findDigestOfTag, resolveModule } from "../../registry/module-resolver.ts";
import type { CliContext } from "../context.ts";
import { printResult } from "../json-flag.ts";
import type { LockFlags } from "../lock.ts";
import { openRegistry } from "../registry-access.ts";
import { collectRequests } from "./collect-requests.ts";
import { isRefused, type LockEntry, type LockPlan, type LockSources, planLock } from "./plan-lock.ts";

/** @returns the exit code: 1 when something is refused, or with --check when the file would change */
export async function lockCommand(context: CliContext, directory: string, flags: LockFlags): Promise<number> {
  const path = resolve(context.directory, directory);
  const file = join(path, moduleLockName);
  const requests = await collectRequests(context, path, flags.app ?? (await readApp(path)));
  const text = await readIfThere(file);
  const before: ModuleLock = text === undefined ? new Map() : (parseConflictedLock(text) ?? parseModuleLock(text));
  const plan = await withRegistries(context, async (sources) => planLock(requests, before, sources, updateRule(flags)));
  const wanted = formatModuleLock(plan.lock);
  const isCurrent = wanted === text || (text === undefined && plan.entries.length === 0);
  if (!isRefused(plan) && !isCurrent && !flags.check) await replaceFile(file, wanted);
  printResult(context, flags, { entries: plan.entries, isCurrent }, describe(plan));
  if (flags.check && !isCurrent) context.stderr.write(`${moduleLockName} is not current; run scalr-oci lock\n`);
  return isRefused(plan) || (flags.check && !isCurrent) ? 1 : 0;
}

async function readApp(directory: string): Promise<string> {
  const text = await readIfThere(join(directory, "cdktf.json"));
  const app: unknown = text === undefined ? undefined : (JSON.parse(text) as { app?: unknown }).app;
  if (typeof app === "string") return app;
  const message = text === undefined ? "there is no cdktf.json" : 'cdktf.json has no "app"';
  throw new InputError("INVALID_ARGUMENT", `${message}, expected the command line of the program`, {
    path: "--app",
    hint: 'give it: scalr-oci lock --app "node main.ts"',
  });
}

/** An address is one of a module, in any spelling. */
function updateRule({ update }: LockFlags): (request: { readonly address: string }) => boolean {
  if (update === undefined || update === true) return () => update === true;
  const named = new Set(
    update.map((text) => {
      const { host, repository } = parseOciReference(text);
      return `oci://${host.value}/${repository}`;
    }),
  );
  return ({ address }) => named.has(address);
}

/** One client for each host, closed at the end. */
async function withRegistries<Result>(
  context: CliContext,
  run: (sources: LockSources) => Promise<Result>,
): Promise<Result> {
  const clients = new Map<string, Promise<RegistryClient>>();
  const clientOf = (address: string): Promise<RegistryClient> => {
    const { host } = parseOciReference(address);
    const client = clients.get(host.value) ?? openRegistry(context, host, "pull");
    clients.set(host.value, client);
    return client;
  };
  try {
    return await run({
      resolve: async (request) => resolveModule(await clientOf(request.address), request),
      findDigest: async ({ address }, tag) => findDigestOfTag(await clientOf(address), address, tag),
    });
  } finally {
    for (const client of await Promise.allSettled(clients.values())) {
      if (client.status === "fulfilled") await client.value.close();
    }
  }
}

function describe({ entries }: LockPlan): string[] {
  return entries.length === 0 ? ["the program uses no OCI module that has to be locked"] : entries.map(describeEntry);
}

function describeEntry({ key, outcome, before, after, newerTag }: LockEntry): string {
  const newer = newerTag === undefined ? "" : `; ${newerTag} is allowed, too: --update`;
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

/** The old file or the new one, never half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, file);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}
