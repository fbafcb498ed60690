// `exec` as a hook of an agent that runs OpenTofu itself: puts the logins where that OpenTofu looks, and takes them out again.
import { systemClock } from "../../base/clock.ts";
import { InputError } from "../../base/errors.ts";
import { parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { ambientPlaces } from "../opentofu/ambient-files.ts";
import { lookUp, readLookupWorld } from "../opentofu/lookup.ts";
import { reportError } from "../output.ts";
import { exitCodeOfSignal } from "./child.ts";
import { layLogins, removeLogins } from "./docker-config.ts";
import { findObstacles } from "./obstacles.ts";
import { ownFailureCode } from "./own-failure.ts";
import { describeMissing, describeUnended, warn } from "./run-exec.ts";
import { obtainLogins, type RunLogins } from "./run-logins.ts";
import { takeSignals } from "./run-signals.ts";

export interface HookRequest {
  readonly action: "write" | "remove";
  /** Registry hosts; empty for all. */
  readonly hosts: readonly string[];
}

/** @returns the exit code for `exec`; failures are reported on stderr, what was done on stdout */
export async function runHook({ action, hosts }: HookRequest, context: CliContext): Promise<number> {
  using signals = takeSignals();
  try {
    const narrowed = hosts.length === 0 ? undefined : hosts.map(parseRegistryHost);
    const places = ambientPlaces(context.environment, process.platform);
    if (action === "remove") {
      const keys = narrowed?.map(({ credentialKey }) => credentialKey);
      const removed = (await Promise.all(places.map((place) => removeLogins(place, keys)))).flat();
      context.stdout.write(`removed the logins for ${nameAll(removed)}\n`);
      return 0;
    }
    const signal = signals.beforeStart;
    const logins = await obtainLogins({
      environment: context.environment,
      hosts: narrowed,
      clock: systemClock,
      signal,
    });
    try {
      await write(logins, places, context);
      return 0;
    } finally {
      warn(context, describeUnended(await logins.ended()));
    }
  } catch (thrown) {
    if (signals.beforeStart.aborted) return exitCodeOfSignal(signals.beforeStart.reason as NodeJS.Signals);
    reportError(context, thrown);
    return ownFailureCode;
  }
}

async function write(logins: RunLogins, places: readonly string[], context: CliContext): Promise<void> {
  const hosts = Object.keys(logins.auths);
  const file = await layIntoFirst(places, logins);
  const world = readLookupWorld(context.environment, context.directory, process.platform);
  const obstacles = findObstacles(world, hosts, { kind: "auth file", path: file });
  const losers =
    obstacles.length > 0 ? [] : hosts.filter((host) => lookUp(world, host, "").candidates[0]?.file !== file);
  const lost = losers.map((host) => `OpenTofu takes another login for ${host}: scalr-oci doctor ${host} says which`);
  warn(context, [...describeMissing(logins), ...obstacles, ...lost]);
  context.stdout.write(`wrote the logins for ${nameAll(hosts)} into ${file}\n`);
}

/** @returns the file @throws what kept the last place from being written */
async function layIntoFirst(places: readonly string[], { auths }: RunLogins): Promise<string> {
  let failure: unknown = new InputError("SYSTEM_REFUSED", "there is no place for a Docker auth file");
  for (const place of places) {
    try {
      await layLogins(place, auths, systemClock.now());
      return place;
    } catch (thrown) {
      if (!isUnwritable(thrown)) throw thrown;
      failure = thrown;
    }
  }
  throw failure;
}

/** An agent's home may be read-only, with the runtime directory beside it. */
function isUnwritable(thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException).code ?? "";
  return ["EACCES", "EPERM", "EROFS", "EEXIST", "ENOENT", "ENOTDIR"].includes(code);
}

function nameAll(hosts: readonly string[]): string {
  return hosts.length === 0 ? "no registry" : [...new Set(hosts)].join(", ");
}
