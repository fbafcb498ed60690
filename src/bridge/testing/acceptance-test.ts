// Runs the steps of an acceptance test against a provider in this process, or an executable; the host is a real one.
import { AssertionError } from "node:assert";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, processEnvironment } from "../../base/env.ts";
import type { Provider } from "../provider.ts";
import { startReattachServer } from "../reattach.ts";
import { asError } from "../thrown.ts";
import { findHost, type HostVersion } from "./host.ts";
import { installExecutable, type ProviderExecutable } from "./provider-executable.ts";
import { runConfigStep, runRefreshStep } from "./run-config-step.ts";
import { destroyAll } from "./run-host.ts";
import { runImportStep } from "./run-import-step.ts";
import { type ConfigStep, isImportStep, isRefreshStep, type Step } from "./steps.ts";
import { type StateJson, StateView } from "./views.ts";
import { Workspace } from "./workspace.ts";

export interface AcceptanceTest {
  /** Runs in this process; or an executable, which the host starts as it does for users. */
  readonly provider: Provider | ProviderExecutable;
  readonly steps: readonly Step[];
  /** The oldest version of each host that the test is for, such as `{ tofu: "1.11.0", terraform: "1.11.0" }`. */
  readonly needs?: Partial<Record<HostVersion["name"], string>>;
  /** Runs when everything has been destroyed; throws when something is left. */
  readonly checkDestroy?: (last: StateView) => void | Promise<void>;
  /** Path of the host; the first of tofu and terraform on PATH unless given. */
  readonly host?: string | undefined;
  /** Variables for the host, and for an executable; a provider in this process has this process's own. */
  readonly environment?: Environment;
}

export interface AcceptanceResult {
  /** Why the test did not run, or undefined when it did. */
  readonly skipped: string | undefined;
}

/**
 * Runs the steps one after the other and destroys everything at the end, also after a failure.
 * @returns whether the test ran; it throws nothing exactly when all steps did what they should
 * @throws AssertionError that begins with the number of the step
 */
export async function acceptanceTest(test: AcceptanceTest): Promise<AcceptanceResult> {
  const own = processEnvironment();
  await using subject = await openSubject(test.provider);
  using workspace = new Workspace({
    binary: test.host ?? findHost(own),
    reattach: subject.reattach,
    cliConfiguration: subject.cliConfiguration,
    path: own["PATH"],
    environment: test.environment ?? {},
  });
  const skipped = whySkip(test, await workspace.host.version());
  if (skipped !== undefined) return { skipped };
  try {
    await runSteps(test.steps, workspace);
  } finally {
    await destroyEverything(test, workspace);
  }
  return { skipped: undefined };
}

/** How a host comes to the provider. */
interface Subject extends AsyncDisposable {
  readonly reattach: string | undefined;
  readonly cliConfiguration: string;
}

async function openSubject(provider: Provider | ProviderExecutable): Promise<Subject> {
  if (!("executable" in provider)) {
    const server = await startReattachServer(provider);
    const { reattach } = server;
    return { reattach, cliConfiguration: "", [Symbol.asyncDispose]: async () => await server.close() };
  }
  const mirror = mkdtempSync(join(tmpdir(), "acceptance-mirror-"));
  return {
    reattach: undefined,
    cliConfiguration: installExecutable(provider, mirror),
    [Symbol.asyncDispose]: async () => await rm(mirror, { recursive: true, force: true }),
  };
}

async function destroyEverything({ checkDestroy }: AcceptanceTest, workspace: Workspace): Promise<void> {
  const last = checkDestroy === undefined ? undefined : new StateView((await workspace.host.show()) as StateJson);
  await destroyAll(workspace);
  if (last !== undefined) await checkDestroy?.(last);
}

function whySkip({ needs = {} }: AcceptanceTest, { name, version }: HostVersion): string | undefined {
  const least = needs[name];
  return least === undefined || compareVersions(version, least) >= 0
    ? undefined
    : `${name} is ${version}, expected ${least} or later`;
}

function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => version.split(/[.-]/, 3).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((number, index) => number !== (right[index] ?? 0));
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

async function runSteps(steps: readonly Step[], workspace: Workspace): Promise<void> {
  let config: ConfigStep | undefined;
  for (const [index, step] of steps.entries()) {
    try {
      await step.before?.();
      if (isImportStep(step)) await runImportStep(step, config, workspace);
      else if (isRefreshStep(step)) await runRefreshStep(step, workspace);
      else await runConfigStep((config = step), workspace);
    } catch (thrown) {
      throw withStep(thrown, index + 1);
    }
  }
}

function withStep(thrown: unknown, number: number): unknown {
  const error = asError(thrown);
  if (error === undefined) return thrown;
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  const message = `step ${number}: ${error.message}`;
  return new AssertionError({ message, actual, expected, operator: "acceptanceTest", stackStartFn: acceptanceTest });
}
