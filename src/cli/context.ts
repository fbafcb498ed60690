// What a command gets from the process, as arguments, so that tests run commands in-process.
import type { Environment } from "../base/env.ts";

export interface CliContext {
  readonly environment: Environment;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Directory that relative paths start from. */
  readonly directory: string;
  /** True when stderr is a terminal: progress is drawn only then. */
  readonly interactive: boolean;
}
