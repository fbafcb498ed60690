// The way of one run: find the command, obtain the logins, put them where OpenTofu looks, run, wipe; after a failure, say why.
import { systemClock } from "../../base/clock.ts";
import { isScalrOciError, type ScalrOciError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { reportError } from "../output.ts";
import { type ChildCommand, exitCodeOfSignal, findCommand, runChild } from "./child.ts";
import { planDelivery } from "./delivery.ts";
import { ownFailureCode } from "./own-failure.ts";
import { sweepEndedRuns } from "./run-directory.ts";
import { obtainLogins, type RunLogins } from "./run-logins.ts";
import { type RunSignals, takeSignals } from "./run-signals.ts";
import { findSurroundingRun, type SurroundingRun } from "./surrounding-run.ts";
import { runtimeBases } from "./runtime-base.ts";

/** As a shell ends when it cannot run a command; POSIX.1-2024, Shell and Utilities 2.8.2. */
const failureCodes: Readonly<Record<string, number>> = { COMMAND_NOT_EXECUTABLE: 126, COMMAND_NOT_FOUND: 127 };

export interface ExecRequest {
  /** The command's name and its arguments. */
  readonly command: readonly string[];
  /** Registry hosts to which the run is narrowed; empty for all that are exported. */
  readonly hosts: readonly string[];
  /** True: after a failed command, doctor looks at the modules that it was to load. */
  readonly explainsFailure: boolean;
}

/** Runs the command. @returns the exit code for `exec`; its own failures are reported on stderr */
export async function runExec(
  request: ExecRequest,
  context: CliContext,
  platform: NodeJS.Platform = process.platform,
): Promise<number> {
  using signals = takeSignals();
  try {
    return await runWith(request, context, { signals, platform });
  } catch (thrown) {
    if (signals.beforeStart.aborted) return exitCodeOfSignal(signals.beforeStart.reason as NodeJS.Signals);
    reportError(context, thrown);
    return isScalrOciError(thrown) ? (failureCodes[thrown.code] ?? ownFailureCode) : ownFailureCode;
  }
}

interface Surroundings {
  readonly signals: RunSignals;
  readonly platform: NodeJS.Platform;
}

async function runWith(request: ExecRequest, context: CliContext, surroundings: Surroundings): Promise<number> {
  const surrounding = findSurroundingRun(context, surroundings.platform);
  if (surrounding !== undefined) return await runInside(surrounding, request, context, surroundings.signals);
  const { signals, platform } = surroundings;
  const plan = planDelivery(context, platform);
  const command = toCommand(request, context);
  const hosts = request.hosts.length === 0 ? undefined : request.hosts.map(parseRegistryHost);
  const bases = runtimeBases(context.environment);
  sweepEndedRuns(bases, systemClock.now());
  const signal = signals.beforeStart;
  const logins = await obtainLogins({ environment: context.environment, hosts, clock: systemClock, signal });
  try {
    const delivery = plan.deliver(logins.auths, bases);
    try {
      warn(context, [...describeMissing(logins), ...delivery.obstacles]);
      return await runToEnd({ ...command, environment: delivery.environment }, request, context, signals);
    } finally {
      delivery.wipe();
    }
  } finally {
    warn(context, describeUnended(await logins.ended()));
  }
}

/** With the logins of the run around it, all of them: `--host` can only say what is missing there. */
async function runInside(
  { keys, environment, obstacles }: SurroundingRun,
  request: ExecRequest,
  context: CliContext,
  signals: RunSignals,
): Promise<number> {
  const command = toCommand(request, context);
  const wanted = request.hosts.map(parseRegistryHost);
  const missing = wanted.filter(({ credentialKey }) => !keys.includes(credentialKey));
  const isWanted = (key: string) => wanted.some(({ credentialKey }) => credentialKey === key.split("/", 1)[0]);
  const others = wanted.length === 0 ? [] : keys.filter((key) => !isWanted(key));
  warn(context, [
    ...missing.map(({ value }) => `the run around this exec has no login for ${value}`),
    ...(others.length === 0 ? [] : [`the run around this exec has logins for others, too: ${others.join(", ")}`]),
    ...obstacles,
  ]);
  return await runToEnd({ ...command, environment }, request, context, signals);
}

function toCommand({ command: [name = "", ...args] }: ExecRequest, context: CliContext) {
  return { name, file: findCommand(name, context.environment, context.directory), args };
}

async function runToEnd(
  command: ChildCommand,
  { explainsFailure }: ExecRequest,
  context: CliContext,
  signals: RunSignals,
): Promise<number> {
  signals.beforeStart.throwIfAborted();
  const exitCode = await runChild(command, signals);
  if (exitCode !== 0 && explainsFailure) await explain(command, exitCode, context);
  return exitCode;
}

/** While the logins are still in their place. */
async function explain(command: ChildCommand, exitCode: number, context: CliContext): Promise<void> {
  const { explainFailure } = await import("./explain-failure.ts");
  for (const line of await explainFailure(command, exitCode, context.directory)) context.stderr.write(`${line}\n`);
}

/** Sentences about hosts without a login. */
export function describeMissing({ auths, missing }: RunLogins): string[] {
  const lines = missing.map(({ host, reason }) => reason?.message ?? `there is no exported login for ${host}`);
  return lines.length > 0 || Object.keys(auths).length > 0 ? lines : ["there are no exported logins"];
}

/** A sentence about a token that could not be ended. */
export function describeUnended(problem: ScalrOciError | undefined): string[] {
  return problem === undefined
    ? []
    : [`the run token could not be ended, it ends by itself within a minute: ${problem.message}`];
}

export function warn(context: CliContext, lines: readonly string[]): void {
  for (const line of lines) context.stderr.write(`scalr-oci: warning: ${printable(line, 500)}\n`);
}
