// What the constructs cost: processor time of a synthesis of 1,000 integrations against as many bare resources, in both frameworks.
import { join } from "node:path";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import type { Bench, BenchContext } from "../bench.ts";
import { median, pairRatios } from "../statistics.ts";
import { timedRun } from "../timed-run.ts";

const integrations = 1_000;
const pairs = 9;
const quickPairs = 2;
const maxRatio = 1.15;
const program = join(import.meta.dirname, "program.ts");

export const bench: Bench = {
  question: "how much does a synthesis with DockerIntegration cost over one with bare resources?",
  run: async (context) => {
    const workspace = createWorkspace();
    try {
      for (const framework of ["cdktf", "cdktn"]) await compare(framework, workspace, context);
    } finally {
      workspace.remove();
    }
  },
};

async function compare(framework: string, workspace: Workspace, { isQuick, report }: BenchContext): Promise<void> {
  const runs: Record<"l1" | "l2", number[]> = { l1: [], l2: [] };
  for (let pair = 0; pair < (isQuick ? quickPairs : pairs); pair += 1) {
    for (const level of ["l1", "l2"] as const) {
      const args = [program, framework, level, String(integrations), workspace.path(`${framework}-${level}`)];
      const options = { environment: workspace.environment(), directory: workspace.directory };
      runs[level].push((await timedRun([process.execPath, ...args], options)).cpuMs);
    }
  }
  report({
    name: `synthesis of ${integrations} integrations, ${framework}`,
    value: median(pairRatios(runs.l2, runs.l1)),
    unit: "×",
    limit: maxRatio,
    detail: `processor time: DockerIntegration ${median(runs.l2).toFixed(0)} ms, bare resource ${median(runs.l1).toFixed(0)} ms`,
  });
}
