// Starts programs that end after a few milliseconds and times them: by a small Go program, since a Node process takes longer to start
// one than they take to run.
import { join } from "node:path";
import { findGoProgram } from "../../support/go-program.ts";
import { runOk } from "../../support/processes.ts";

export interface Variant {
  readonly name: string;
  /** Absolute path of the program, and its arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly stdin?: string;
  /** Paths that are removed before each run. */
  readonly remove?: readonly string[];
  /** What stdout and stderr together have to hold; anything unless given. */
  readonly stdout?: string;
  /** @default 0 */
  readonly exitCode?: number;
  /** Where `timing` lets the runner write the time of a program inside this one. */
  readonly innerFile?: string;
}

export interface Sample {
  readonly wallMs: number;
  /** Processor time of the program and of all that it waited for. */
  readonly cpuMs: number;
  /** Wall time of the program inside; 0 without `innerFile`. */
  readonly innerMs: number;
}

export interface Plan {
  readonly warmUp: number;
  readonly rounds: number;
  readonly variants: readonly Variant[];
}

export interface Runner {
  /** Each variant once a round, in turn. @returns samples by variant's name, one a round @throws Error when one does not end as it has to */
  run(plan: Plan): Promise<Map<string, Sample[]>>;
  /** A command that runs this one and writes its time to the file. */
  timing(file: string, command: readonly string[]): string[];
}

/** 9 rounds of several `tofu init`. */
const timeoutMs = 900_000;

/** @throws Error where there is no Go to build it with */
export async function findRunner(): Promise<Runner> {
  const directory = join(import.meta.dirname, "runner");
  const path = await findGoProgram({ name: "bench-runner", module: "bench-runner", directory, package: "." });
  if (path === undefined) throw new Error("the bench's runner cannot be built: it needs Go 1.25");
  return {
    run: async (plan) => {
      const environment = { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"] };
      const result = await runOk(path, [], { environment, stdin: JSON.stringify(plan), timeoutMs });
      return new Map(Object.entries(JSON.parse(result) as Record<string, Sample[]>));
    },
    timing: (file, command) => [path, "time", file, ...command],
  };
}
