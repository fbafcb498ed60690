// Runs command lines of `scalr-oci` in this process, with an environment and streams of their own.
import { PassThrough, Writable } from "node:stream";
import { runCli } from "../../src/cli/program.ts";
import type { Environment } from "../../src/base/env.ts";

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly environment: Environment;
  readonly directory?: string;
  /** Whether stderr is a terminal. */
  readonly interactive?: boolean;
}

/** The exit code and everything that was printed. */
export async function runScalrOci(args: readonly string[], options: CliOptions): Promise<CliRun> {
  const stdout = collector();
  const stderr = collector();
  const exitCode = await runCli(args, {
    environment: options.environment,
    stdin: new PassThrough().end(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    directory: options.directory ?? process.cwd(),
    interactive: options.interactive ?? false,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}
