// What the steps of an acceptance test have in common: commands that have to succeed, or to fail as expected.
import { AssertionError } from "node:assert";
import type { HostResult } from "./host.ts";
import type { PlanJson } from "./views.ts";
import { PlanView } from "./views.ts";
import type { Workspace } from "./workspace.ts";

/** What a plan is written to, inside of the workspace. */
export const planFile = "acceptance.plan";

/** What a host says, on one line each, as a test's pattern sees it. */
export function textOf(result: HostResult): string {
  const lines = result.diagnostics.map(({ severity, summary, detail, address }) => {
    return `${severity}${address === undefined ? "" : ` ${address}`}: ${summary}${detail === "" ? "" : `: ${detail}`}`;
  });
  // Commands without -json wrap their text in a frame.
  return lines.length > 0 ? lines.join("\n") : `${result.stdout}${result.stderr}`.replace(/[│╷╵\s]+/g, " ");
}

/** @throws AssertionError with what the host said when it failed */
export function assertSuccess(result: HostResult, what: string): void {
  if (result.exitCode === 0) return;
  throw new AssertionError({ message: `${what} failed\n${textOf(result)}` });
}

/** True when a step that should fail has failed as it should. @throws AssertionError when it failed with another message */
export function hasFailedAsExpected(result: HostResult, expected: RegExp | undefined, what: string): boolean {
  if (expected === undefined) {
    assertSuccess(result, what);
    return false;
  }
  if (result.exitCode === 0) return false;
  if (expected.test(textOf(result))) return true;
  throw new AssertionError({ message: `${what} failed otherwise than with ${String(expected)}\n${textOf(result)}` });
}

/** @throws AssertionError when nothing failed although something should have */
export function refuseSuccess(expected: RegExp | undefined): void {
  if (expected === undefined) return;
  throw new AssertionError({ message: `nothing failed, expected ${String(expected)}` });
}

/** The plan that was saved last. */
export async function readPlan(workspace: Workspace): Promise<PlanView> {
  return new PlanView((await workspace.host.show(planFile)) as PlanJson);
}

/** @throws AssertionError when the host cannot destroy what a test made */
export async function destroyAll(workspace: Workspace): Promise<void> {
  workspace.restoreConfig();
  assertSuccess(await workspace.host.run("destroy", "-json", "-no-color", "-auto-approve"), "destroy at the end");
}
