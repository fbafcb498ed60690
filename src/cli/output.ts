// The CLI's border: results to stdout, everything else to stderr, errors as message, hint and exit code.
import { errorCodes } from "../base/error-codes.ts";
import { exitCodeOf, toScalrOciError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";

/** Prints an error as `scalr-oci: MESSAGE (CODE)` and the next step on an indented line. @returns the exit code that belongs to it */
export function reportError(context: CliContext, thrown: unknown): number {
  const error = toScalrOciError(thrown);
  context.stderr.write(`scalr-oci: ${error.message} (${error.code})\n`);
  context.stderr.write(`  ${error.hint ?? errorCodes[error.code].nextStep}\n`);
  return exitCodeOf(error.kind);
}
