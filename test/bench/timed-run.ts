// Runs a command once and says what it took: wall time, and the processor time of all that it started.
import { run, type RunOptions } from "../support/processes.ts";

export interface TimedRun {
  readonly wallMs: number;
  /** User and system time of the command and of every process that it waited for. */
  readonly cpuMs: number;
  readonly exitCode: number | null;
}

/** Its own output goes to stderr, so that stdout holds the shell's `times` alone. */
const script = '"$@" >&2; status=$?; times; exit $status';

/** @throws Error with all that it printed unless it ends with the expected code */
export async function timedRun(
  command: readonly string[],
  options: RunOptions & { readonly expectedExitCode?: number },
): Promise<TimedRun> {
  const { exitCode, stdout, stderr, durationMs } = await run("sh", ["-c", script, "sh", ...command], options);
  const { expectedExitCode = 0 } = options;
  if (exitCode !== expectedExitCode) {
    throw new Error(`${command.join(" ")}: exit code ${exitCode}, expected ${expectedExitCode}\n${stderr}`);
  }
  return { wallMs: durationMs, cpuMs: childrenMs(stdout), exitCode };
}

/** The second line that POSIX `times` prints: user and system time of the children, as `1m2.34s 0m0.56s`. */
export function childrenMs(times: string): number {
  const line = times.trim().split("\n").at(-1) ?? "";
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error("times printed no two durations");
  return parts.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0);
}
