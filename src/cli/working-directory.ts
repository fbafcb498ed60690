// Where a command runs: the directory of the process, or one clear error for all commands when that has been removed.
import { InputError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { ownFailureCode } from "./exec/own-failure.ts";
import { reportError } from "./output.ts";
import { runCli } from "./program.ts";

/** Runs one command line in the process's working directory. @returns the exit code, as of `runCli` */
export async function runCliHere(argv: readonly string[], ambient: Omit<CliContext, "directory">): Promise<number> {
  let directory: string;
  try {
    directory = process.cwd();
  } catch (thrown) {
    const exitCode = reportError({ ...ambient, directory: "/" }, isGone(thrown));
    return argv[0] === "exec" ? ownFailureCode : exitCode;
  }
  return await runCli(argv, { ...ambient, directory });
}

function isGone(thrown: unknown): InputError {
  const got = (thrown as NodeJS.ErrnoException).code ?? "no path";
  return new InputError("SYSTEM_REFUSED", `the working directory is gone, got ${got}, expected one that is there`, {
    hint: "cd to a directory that exists",
    cause: thrown,
  });
}
