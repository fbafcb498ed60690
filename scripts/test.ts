// `npm test`: everything. Static checks, one build, then all tests against real parts; the last line is `N passed, N failed`.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureTofu } from "../tools/tofu/ensure-tofu.ts";
import { hasGenerators, installGenerators } from "./generate/constructs.ts";
import { staticChecks } from "./static-checks.ts";
import { jestArguments, root, runSteps } from "./steps.ts";
import { type JestReport, summarize } from "./test-summary.ts";

/** The machines we know have 2 cores; more workers make the real parts slower than their own time limits allow for. */
const jestWorkers = 2;
/** Several times what all tests take on 2 cores; a hang should end as a failure, not with the machine's patience. */
const jestTimeoutMs = 2_400_000;

const build = { name: "build", command: [process.execPath, "scripts/build.ts"] } as const;
const failedParts = [await ensure("OpenTofu", ensureOpenTofu), await ensure("L1 generators", ensureGenerators)].flat();
const steps = [build, ...staticChecks()];
const failedSteps = await runSteps(steps, 2);
const report = failedSteps.includes(build.name) ? undefined : await runJest(process.argv.slice(2));
const { lines, exitCode } = summarize({
  root,
  checksPassed: steps.length - failedSteps.length,
  checksFailed: [...failedSteps, ...failedParts],
  report,
});
console.log(`\n${lines.join("\n")}`);
process.exitCode = exitCode;

/** Gets what has to be there before the rest starts. @returns the name of what could not be had and must be */
async function ensure(name: string, get: () => Promise<void>): Promise<string[]> {
  try {
    await get();
    return [];
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    // Without CI, what needs it says so and is skipped.
    return process.env["CI"] === "true" ? [name] : [];
  }
}

async function ensureOpenTofu(): Promise<void> {
  await ensureTofu({ environment: process.env, report: console.log });
}

async function ensureGenerators(): Promise<void> {
  if (hasGenerators()) return;
  console.log("installing the L1 generators (npm ci in tools/generate-l1, about 20 seconds)");
  await installGenerators();
}

/** Runs the tests with jest's own output on the terminal. @returns its report, or undefined when it ended without one */
async function runJest(args: readonly string[]): Promise<JestReport | undefined> {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-test-"));
  const file = join(directory, "report.json");
  try {
    const jest = [...jestArguments, "-w", String(jestWorkers), "--silent", "--json", `--outputFile=${file}`, ...args];
    const child = spawn(process.execPath, jest, {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      timeout: jestTimeoutMs,
    });
    await new Promise((resolve) => child.once("close", resolve));
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as JestReport) : undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
