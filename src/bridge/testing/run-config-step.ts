// Plans, applies and plans again: after every apply nothing may be left to change.
import { AssertionError } from "node:assert";
import type { HostResult } from "./host.ts";
import { assertSuccess, hasFailedAsExpected, planFile, readPlan, refuseSuccess, textOf } from "./run-host.ts";
import type { ConfigStep, RefreshStep } from "./steps.ts";
import { type StateJson, StateView } from "./views.ts";
import type { Workspace } from "./workspace.ts";

export async function runConfigStep(step: ConfigStep, workspace: Workspace): Promise<void> {
  const { host } = workspace;
  workspace.writeConfig(step.config, step.variables);
  if (hasFailedAsExpected(await host.run("init", "-no-color"), step.expectError, "init")) return;
  for (const address of step.taint ?? [])
    assertSuccess(await host.run("taint", "-no-color", address), `taint ${address}`);
  const destroy = step.destroy === true ? ["-destroy"] : [];
  const plan = await host.run("plan", "-json", "-no-color", `-out=${planFile}`, ...destroy);
  if (hasFailedAsExpected(plan, step.expectError, "plan")) return;
  workspace.keepConfig();
  const planned = await readPlan(workspace);
  for (const check of step.planChecks ?? []) check(planned);
  if (step.planOnly === true) {
    refuseSuccess(step.expectError);
    assertWarning(step, [plan]);
    return;
  }
  const apply = await host.run("apply", "-json", "-no-color", planFile);
  if (hasFailedAsExpected(apply, step.expectError, "apply")) return;
  refuseSuccess(step.expectError);
  assertWarning(step, [plan, apply]);
  await checkState(step, workspace);
  if (step.destroy !== true) await assertNothingLeft(step, workspace);
}

export async function runRefreshStep(step: RefreshStep, workspace: Workspace): Promise<void> {
  const refresh = await workspace.host.run("apply", "-refresh-only", "-auto-approve", "-json", "-no-color");
  if (hasFailedAsExpected(refresh, step.expectError, "refresh")) return;
  refuseSuccess(step.expectError);
  await checkState(step, workspace);
  await assertNothingLeft(step, workspace);
}

async function checkState(step: Pick<ConfigStep, "stateChecks">, workspace: Workspace): Promise<void> {
  if ((step.stateChecks ?? []).length === 0) return;
  const state = new StateView((await workspace.host.show()) as StateJson);
  for (const check of step.stateChecks ?? []) check(state);
}

/** What `plan -detailed-exitcode` ends with when there is something to change. */
const exitCodeOfChanges = 2;

/** A plan from the state alone, then one that reads everything anew. */
async function assertNothingLeft(step: Pick<ConfigStep, "expectNonEmptyPlan">, workspace: Workspace): Promise<void> {
  const found: string[] = [];
  for (const options of [["-refresh=false"], []]) {
    const args = ["-json", "-no-color", "-detailed-exitcode", `-out=${planFile}`, ...options];
    const result = await workspace.host.run("plan", ...args);
    if (result.exitCode === exitCodeOfChanges) found.push(...(await readPlan(workspace)).changes);
    else assertSuccess(result, "the second plan");
  }
  if (found.length > 0 === (step.expectNonEmptyPlan === true)) return;
  const message = found.length > 0 ? `the second plan is not empty: ${found.join(", ")}` : "the second plan is empty";
  throw new AssertionError({ message });
}

function assertWarning({ expectWarning }: ConfigStep, results: readonly HostResult[]): void {
  if (expectWarning === undefined) return;
  const text = results.map(textOf).join("\n");
  if (!expectWarning.test(text))
    throw new AssertionError({ message: `no warning matches ${String(expectWarning)}\n${text}` });
}
