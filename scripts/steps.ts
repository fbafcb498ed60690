// Runs the checks of a script as child processes, some at once, and says what each took; output only of those that fail.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { styleText } from "node:util";

export const root = join(import.meta.dirname, "..");
export const jestArguments = [
  "--experimental-vm-modules",
  "--disable-warning=ExperimentalWarning",
  "node_modules/.bin/jest",
];

export interface Step {
  readonly name: string;
  /** Program and arguments, started in the project's root. */
  readonly command: readonly [string, ...string[]];
}

/** Runs steps, at most `width` at once, each started in order. @returns the names of those that failed */
export async function runSteps(steps: readonly Step[], width: number): Promise<string[]> {
  const waiting = [...steps];
  const failed: string[] = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await runStep(step))) failed.push(step.name);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return failed;
}

async function runStep(step: Step): Promise<boolean> {
  const startedAt = performance.now();
  const { exitCode, output } = await collect(step);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const mark = exitCode === 0 ? styleText("green", "ok  ") : styleText("red", "FAIL");
  console.log(`${mark} ${step.name} (${seconds} s)`);
  if (exitCode !== 0) console.log(output.replace(/^/gm, "     "));
  return exitCode === 0;
}

/** The longest step takes half a minute; a hang should not take a machine's whole time. */
const stepTimeoutMs = 900_000;

function collect(step: Step): Promise<{ exitCode: number; output: string }> {
  const [command, ...args] = step.command;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], timeout: stepTimeoutMs });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", (error) => resolve({ exitCode: 1, output: `${command}: ${error.message}` }));
    child.once("close", (exitCode, signal) => {
      resolve({ exitCode: exitCode ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` });
    });
  });
}
