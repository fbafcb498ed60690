// `npm run bench -- bridge`: a provider on our bridge beside one on terraform-plugin-framework, with the same schema, under `tofu plan`.
import { findTofu } from "../../support/tofu.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import type { Bench, BenchContext } from "../bench.ts";
import { median, pairRatios } from "../statistics.ts";
import type { TimedRun } from "../timed-run.ts";
import { measurePlanCalls } from "./call-cost.ts";
import { openProject, type Project } from "./project.ts";
import { buildVariants, type Variant, type VariantName } from "./variants.ts";

interface PlanCase {
  readonly resources: number;
  readonly pairs: number;
  /** What is compared with what, and how many times as long it may take. */
  readonly limits: readonly (readonly [variant: VariantName, base: VariantName, limit: number])[];
}

/** One resource is nearly all start-up, which a runtime pays for; with each more the cost of a call counts. */
const cases: readonly PlanCase[] = [
  {
    resources: 1,
    pairs: 9,
    limits: [
      ["Node", "Go", 2.4],
      ["Bun", "Go", 2.0],
    ],
  },
  {
    resources: 60,
    pairs: 9,
    limits: [
      ["Node", "Go", 1.0],
      ["Bun", "Go", 1.0],
    ],
  },
  {
    resources: 1000,
    pairs: 5,
    limits: [
      ["Node", "Go", 0.7],
      ["Bun", "Go", 0.7],
      ["Node", "quiet Go", 1.0],
      ["Bun", "quiet Go", 1.0],
    ],
  },
];

/** Ours; the Go framework's own is a few ms. */
const callLimitMs = 0.6;

export const bench: Bench = {
  question: "how long does a plan take beside the same provider in Go?",
  run: async (context) => {
    const tofu = await findTofu();
    if (tofu === undefined) throw new Error("no OpenTofu: run `npm test` once, it fetches or builds it");
    using workspace = createWorkspace();
    const variants = await buildVariants(workspace, context.note);
    for (const one of cases) await comparePlans(one, await openProjects(workspace, tofu, variants, one), context);
    await compareMemory(await openProjects(workspace, tofu, variants, { resources: 1000 }), context);
    await measureCalls(variants, context);
  },
};

async function openProjects(
  workspace: Workspace,
  tofu: string,
  variants: readonly Variant[],
  { resources }: { readonly resources: number },
): Promise<Project[]> {
  const projects: Project[] = [];
  for (const variant of variants) projects.push(await openProject(workspace, tofu, variant, resources));
  return projects;
}

/** Runs of all variants in turn, so that a pair is close in time, and each goes first as often as the others. */
async function comparePlans(
  { resources, pairs, limits }: PlanCase,
  projects: readonly Project[],
  context: BenchContext,
): Promise<void> {
  const runs = new Map<VariantName, TimedRun[]>(projects.map(({ variant }) => [variant.name, []]));
  for (const project of projects) await project.plan();
  for (let round = 0; round < (context.isQuick ? 1 : pairs); round += 1) {
    const first = round % projects.length;
    for (const project of [...projects.slice(first), ...projects.slice(0, first)]) {
      runs.get(project.variant.name)?.push(await project.plan());
    }
  }
  for (const [variant, base, limit] of limits) {
    const [ours, theirs] = [runs.get(variant), runs.get(base)];
    if (ours === undefined || theirs === undefined) continue;
    const ratio = (of: (run: TimedRun) => number) => median(pairRatios(ours.map(of), theirs.map(of)));
    context.report({
      name: `plan of ${resources} ${resources === 1 ? "resource" : "resources"}, ${variant} / ${base}`,
      value: ratio(wall),
      unit: "×",
      limit,
      detail: [
        `wall ${middle(ours, wall)} / ${middle(theirs, wall)} ms`,
        `processor ${middle(ours, cpu)} / ${middle(theirs, cpu)} ms (${ratio(cpu).toFixed(2)} ×)`,
        `${ours.length} pairs`,
      ].join(", "),
    });
  }
}

const wall = (run: TimedRun) => run.wallMs;
const cpu = (run: TimedRun) => run.cpuMs;

function middle(runs: readonly TimedRun[], of: (run: TimedRun) => number): string {
  return median(runs.map(of)).toFixed(0);
}

async function compareMemory(projects: readonly Project[], context: BenchContext): Promise<void> {
  const peaks = new Map<VariantName, number>();
  for (const project of projects) peaks.set(project.variant.name, await project.peakMemory());
  const base = peaks.get("Go") ?? Number.NaN;
  for (const name of ["Node", "Bun"] as const) {
    const peak = peaks.get(name);
    if (peak === undefined) continue;
    const detail = `${mebibytes(peak)} / ${mebibytes(base)} MiB`;
    context.report({
      name: `peak memory, 1000 resources, ${name} / Go`,
      value: peak / base,
      unit: "×",
      limit: 1,
      detail,
    });
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

async function measureCalls(variants: readonly Variant[], context: BenchContext): Promise<void> {
  const calls = context.isQuick ? { warmUp: 100, counted: 200 } : { warmUp: 1000, counted: 3000 };
  for (const variant of variants) {
    const isOurs = variant.name === "Node" || variant.name === "Bun";
    const cost = await measurePlanCalls(variant, calls);
    context.report({
      name: `processor time of a warm plan call, ${variant.name}`,
      value: cost.cpuMs,
      unit: "ms",
      limit: isOurs ? callLimitMs : undefined,
      detail: `${cost.calls} calls, ten in flight`,
    });
  }
}
