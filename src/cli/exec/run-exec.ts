// The way of one run: find the command, obtain the logins, lay them into a private runtime directory, run, wipe.
import { systemClock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { InputError, isScalrOciError, type ScalrOciError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { readLookupWorld } from "../opentofu/lookup.ts";
import { reportError } from "../output.ts";
import { exitCodeOfSignal, findCommand, runChild } from "./child.ts";
import { findObstacles } from "./obstacles.ts";
import { makeRunDirectory, type RunDirectory, sweepEndedRuns } from "./run-directory.ts";
import { obtainLogins, type RunLogins } from "./run-logins.ts";
import { type RunSignals, takeSignals } from "./run-signals.ts";
import { ensureRuntimeBase, findRuntimeDirectory, runtimeBases } from "./runtime-base.ts";

const ownFailureCode = 125;
/** As a shell ends when it cannot run a command; POSIX.1-2024, Shell and Utilities 2.8.2. */
const failureCodes: Readonly<Record<string, number>> = { COMMAND_NOT_EXECUTABLE: 126, COMMAND_NOT_FOUND: 127 };

export interface ExecRequest {
  /** The command's name and its arguments. */
  readonly command: readonly string[];
  /** Registry hosts to which the run is narrowed; empty for all that are exported. */
  readonly hosts: readonly string[];
}

/** Runs the command. @returns the exit code for `exec`; its own failures are reported on stderr */
export async function runExec(request: ExecRequest, context: CliContext): Promise<number> {
  using signals = takeSignals();
  try {
    return await runWith(request, context, signals);
  } catch (thrown) {
    if (signals.beforeStart.aborted) return exitCodeOfSignal(signals.beforeStart.reason as NodeJS.Signals);
    reportError(context, thrown);
    return isScalrOciError(thrown) ? (failureCodes[thrown.code] ?? ownFailureCode) : ownFailureCode;
  }
}

async function runWith(request: ExecRequest, context: CliContext, signals: RunSignals): Promise<number> {
  refuseOtherPlatforms();
  const [name = "", ...args] = request.command;
  const file = findCommand(name, context.environment, context.directory);
  const hosts = request.hosts.length === 0 ? undefined : request.hosts.map(parseRegistryHost);
  const bases = runtimeBases(context.environment);
  sweepEndedRuns(bases, systemClock.now());
  const signal = signals.beforeStart;
  const logins = await obtainLogins({ environment: context.environment, hosts, clock: systemClock, signal });
  try {
    const base = ensureRuntimeBase(bases);
    const directory = makeRunDirectory({
      base,
      runtime: findRuntimeDirectory(context.environment),
      auths: logins.auths,
    });
    try {
      const environment = environmentOf(context.environment, directory);
      warn(context, [...describeMissing(logins), ...describeObstacles(context, environment, directory, logins)]);
      signal.throwIfAborted();
      return await runChild({ name, file, args, environment }, signals);
    } finally {
      directory.wipe();
    }
  } finally {
    warn(context, describeUnended(await logins.ended()));
  }
}

/**
 * Everything the caller has, but for the token that may mint, and with the private directory for this run. The variable is for
 * our own helper: docker and helm read no auth file of a runtime directory, but run the helper.
 */
function environmentOf(environment: Environment, directory: RunDirectory): Environment {
  const { SCALR_TOKEN: _keptBack, ...rest } = environment;
  return { ...rest, XDG_RUNTIME_DIR: directory.path, SCALR_OCI_AUTH_FILE: directory.authFile };
}

function describeMissing({ auths, missing }: RunLogins): string[] {
  const lines = missing.map(({ host, reason }) => reason?.message ?? `there is no exported login for ${host}`);
  return lines.length > 0 || Object.keys(auths).length > 0 ? lines : ["there are no exported logins"];
}

function describeObstacles(
  context: CliContext,
  environment: Environment,
  { authFile }: RunDirectory,
  { auths }: RunLogins,
): string[] {
  const world = readLookupWorld(environment, context.directory, process.platform);
  return findObstacles(world, Object.keys(auths), authFile);
}

function describeUnended(problem: ScalrOciError | undefined): string[] {
  return problem === undefined
    ? []
    : [`the run token could not be ended, it ends by itself within a minute: ${problem.message}`];
}

function warn(context: CliContext, lines: readonly string[]): void {
  for (const line of lines) context.stderr.write(`scalr-oci: warning: ${printable(line, 500)}\n`);
}

function refuseOtherPlatforms(): void {
  if (process.platform === "linux") return;
  throw new InputError("INVALID_ARGUMENT", `exec does not run on ${process.platform}, expected Linux`, {
    hint: "use the credential helper docker-credential-scalr with SCALR_OCI_TOKEN",
  });
}
