// A configuration of N resources that uses the provider from a filesystem mirror, applied once; then planned again and again.
import { type RunOptions, runOk, start } from "../../support/processes.ts";
import type { Workspace } from "../../support/workspace.ts";
import { type TimedRun, timedRun } from "../timed-run.ts";
import { peakMemoryOfChildren } from "./peak-memory.ts";
import { installVariant, type Variant } from "./variants.ts";

export interface Project {
  readonly variant: Variant;
  /** One `tofu plan`, which must find nothing to do. */
  plan(): Promise<TimedRun>;
  /** The most memory that a process of the provider had during one plan, in bytes. */
  peakMemory(): Promise<number>;
}

/** An apply of 1,000 resources on a busy machine. */
const timeoutMs = 300_000;

const configuration = (count: number) => `
terraform {
  required_providers {
    bench = { source = "example/bench" }
  }
}

provider "bench" {}

resource "bench_item" "x" {
  count             = ${count}
  name              = "item-\${count.index}"
  url               = "https://registry-\${count.index}.example.com"
  username          = "robot"
  secret_wo         = "hidden"
  secret_wo_version = 1
  tags              = ["blue", "n\${count.index}"]
  labels            = { team = "platform", index = tostring(count.index) }
  contact           = { name = "Ada", mail = "ada@example.com" }
}
`;

/** A folder of its own with that many resources in its state. */
export async function openProject(
  workspace: Workspace,
  tofu: string,
  variant: Variant,
  count: number,
): Promise<Project> {
  const folder = `${variant.name.replace(" ", "-")}-${count}`;
  const cliConfiguration = workspace.write(`${folder}.tofurc`, await installVariant(workspace, variant));
  workspace.write(`${folder}/main.tf`, configuration(count));
  const options: RunOptions = {
    directory: workspace.path(folder),
    environment: workspace.environment({ variables: { ...variant.variables, TF_CLI_CONFIG_FILE: cliConfiguration } }),
    timeoutMs,
  };
  await runOk(tofu, ["init", "-no-color"], options);
  await runOk(tofu, ["apply", "-auto-approve", "-no-color"], options);
  // 0: nothing to do, which a provider that misunderstands its own state would not reach.
  const plan = ["plan", "-detailed-exitcode", "-no-color"];
  return {
    variant,
    plan: async () => await timedRun([tofu, ...plan], options),
    peakMemory: async () => {
      const running = start(tofu, plan, options);
      const peak = await peakMemoryOfChildren(running);
      const { exitCode } = await running.ended;
      if (exitCode !== 0) throw new Error(`plan: exit code ${exitCode}\n${running.stdout()}${running.stderr()}`);
      return peak;
    },
  };
}
