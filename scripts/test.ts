// `npm test`: everything. Static checks, one build, then all tests against real parts; the last line is `N passed, N failed`.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { ensureTofu } from "../tools/tofu/ensure-tofu.ts";
import { staticChecks } from "./static-checks.ts";
import { jestArguments, root, runSteps } from "./steps.ts";

/** The part of jest's `--json` report that is read here. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** The machines we know have 2 cores; more workers make the real parts slower than their own time limits allow for. */
const jestWorkers = 2;

const checks = staticChecks();
const build = { name: "build", command: [process.execPath, "scripts/build.ts"] } as const;
const failedChecks = await runSteps([...checks, build], 2);
const failedParts = await ensureParts();
const report = failedChecks.includes("build") ? undefined : await runJest(process.argv.slice(2));
summarize();

async function ensureParts(): Promise<string[]> {
  try {
    await ensureTofu({ environment: process.env, report: console.log });
    return [];
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    // Without CI the tests that need it say so and are skipped.
    return process.env["CI"] === "true" ? ["OpenTofu"] : [];
  }
}

/** Runs the tests with jest's own output on the terminal. @returns its report, or undefined when it ended without one */
async function runJest(args: readonly string[]): Promise<JestReport | undefined> {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-test-"));
  const file = join(directory, "report.json");
  try {
    const jest = [...jestArguments, "-w", String(jestWorkers), "--json", `--outputFile=${file}`, ...args];
    const child = spawn(process.execPath, jest, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    await new Promise((resolve) => child.once("close", resolve));
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as JestReport) : undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function summarize(): void {
  const failures = [...failedChecks, ...failedParts];
  if (report === undefined && !failedChecks.includes("build")) failures.push("jest ended without a report");
  const skipped = report === undefined ? [] : skippedTests(report);
  if (skipped.length > 0) console.log(`\n${styleText("yellow", "skipped:")}\n${skipped.join("\n")}`);
  if (failures.length > 0) console.log(`\n${styleText("red", "failed outside the tests:")} ${failures.join(", ")}`);
  const checksPassed = checks.length + 1 - failedChecks.length;
  const passed = checksPassed + (report?.numPassedTests ?? 0);
  const failed = failures.length + (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0);
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`\n${passed} passed, ${failed} failed`);
}

/** One line for every skipped group, with the reason that it carries in its title (test/support/real-parts.ts). */
function skippedTests({ testResults }: JestReport): string[] {
  const counts = new Map<string, number>();
  for (const { name, assertionResults } of testResults) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      if (status !== "pending" && status !== "todo") continue;
      const line = `  ${name.slice(root.length + 1)}: ${ancestorTitles[0] ?? title}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  return [...counts].map(([line, count]) => `${line} (${count} ${count === 1 ? "test" : "tests"})`);
}
