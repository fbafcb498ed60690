// What a check found: a code, the construct it is about, what is wrong and what to do.
import type { ErrorCode } from "../../base/error-codes.ts";
import type { ScalrOciError } from "../../base/errors.ts";

export interface Finding {
  readonly code: ErrorCode;
  /** Path of the construct, or what else it is about, such as `SCALR_TOKEN`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What checks of one kind found. */
export interface Outcome {
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export function mergeOutcomes(outcomes: readonly Outcome[]): Outcome {
  return {
    problems: outcomes.flatMap(({ problems }) => problems),
    warnings: outcomes.flatMap(({ warnings }) => warnings),
  };
}

/** A finding that says what an error says, about this construct. */
export function findingOf(path: string, error: ScalrOciError): Finding {
  return { code: error.code, path, message: error.message, hint: error.hint };
}

/** On one line, for messages of the framework. */
export function toLine({ path, message, hint }: Finding): string {
  return `${path}: ${message}${hint === undefined ? "" : `; ${hint}`}`;
}

/** On lines of its own, the hint and the code below the message. */
export function toBlock({ code, path, message, hint }: Finding): string {
  return `  ${path}: ${message} (${code})${hint === undefined ? "" : `\n      ${hint}`}`;
}
