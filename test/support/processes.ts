// Runs programs for tests: output collected, ended by process id, nothing inherited from the environment by accident.
import { type ChildProcess, spawn } from "node:child_process";

export interface RunOptions {
  /** The child's whole environment; `workspace.environment()` builds one. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory?: string | undefined;
  /** Text for stdin; without it stdin is empty. */
  readonly stdin?: string | Uint8Array | undefined;
  /** Leaves stdin open for what the test writes to `child.stdin`. */
  readonly keepStdinOpen?: boolean | undefined;
  /** The child is killed after this. */
  readonly timeoutMs?: number | undefined;
}

export interface RunResult {
  /** Null when a signal ended the child. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A test's program that takes longer than this hangs. */
const defaultTimeoutMs = 60_000;
/** What a program that was asked to end may still take. */
const endTimeoutMs = 5_000;

/** Runs a program to its end. A non-zero exit is a result, not an error. @throws Error when it cannot be started or takes too long */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  const running = start(command, args, options);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    running.child.kill("SIGKILL");
  }, timeoutMs);
  try {
    const { exitCode, signal } = await running.ended;
    if (timedOut)
      throw new Error(`${command} did not end within ${timeoutMs} ms\n${running.stdout()}${running.stderr()}`);
    return {
      exitCode,
      signal,
      stdout: running.stdout(),
      stderr: running.stderr(),
      durationMs: performance.now() - startedAt,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that has to succeed. @returns its stdout @throws Error with all it printed when the exit code is not 0 */
export async function runOk(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const result = await run(command, args, options);
  if (result.exitCode !== 0) {
    const end = result.signal ?? `exit code ${result.exitCode}`;
    throw new Error(`${[command, ...args].join(" ")}: ${end}\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  /** What it printed up to now. */
  stdout(): string;
  stderr(): string;
  /** Waits until stdout or stderr holds the pattern. @throws Error when the program ends or `timeoutMs` passes before */
  output(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** SIGTERM, after a while SIGKILL; resolves when the program has ended. */
  stop(): Promise<void>;
}

/** Starts a program that keeps running, such as a server. */
export function start(command: string, args: readonly string[], options: RunOptions): RunningProcess {
  const child = spawn(command, args, { env: definedOnly(options.environment), cwd: options.directory, stdio: "pipe" });
  const printed = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  // A child that never reads its stdin closes it early; that is its right.
  child.stdin.on("error", () => {});
  if (options.keepStdinOpen !== true) child.stdin.end(options.stdin);
  let hasEnded = false;
  const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once("error", (error) => {
      hasEnded = true;
      reject(error);
    });
    child.once("close", (exitCode, signal) => {
      hasEnded = true;
      resolve({ exitCode, signal });
    });
  });
  // Who waits for it gets the error; who only stops the program does not.
  ended.catch(() => {});

  const stop = async () => {
    if (hasEnded) return;
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), endTimeoutMs);
    await ended.finally(() => clearTimeout(killer)).catch(() => {});
  };
  const output = async (pattern: RegExp, timeoutMs = defaultTimeoutMs) => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(printed.stdout) ?? pattern.exec(printed.stderr);
      if (match !== null) return match;
      if (hasEnded || Date.now() > deadline) {
        const why = hasEnded ? "ended" : `ran ${timeoutMs} ms`;
        throw new Error(`${command} ${why} without printing ${String(pattern)}\n${printed.stdout}${printed.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return {
    pid: child.pid ?? -1,
    child,
    ended,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    output,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function definedOnly(environment: RunOptions["environment"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
