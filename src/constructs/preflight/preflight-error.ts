// The error of a preflight that found problems: its text is what a reader of a terminal needs, all of it and no more.
import { InputError } from "../../base/errors.ts";
import type { Finding } from "./finding.ts";
import { toBlock } from "./finding.ts";

/** Thrown by `preflight`; nobody has to catch it: Node prints it and ends with an exit code that is not 0. */
export class PreflightError extends InputError {
  /** Everything that was found, in the order of the constructs. */
  readonly problems: readonly Finding[];

  constructor(problems: readonly Finding[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super("PREFLIGHT_FAILED", `preflight found ${count}\n${problems.map(toBlock).join("\n")}`);
    this.problems = problems;
    // Node prints the stack of an error that nobody catches, and the fields behind it: the message says it all.
    this.stack = this.message;
    for (const key of Object.keys(this)) Object.defineProperty(this, key, { enumerable: false });
  }
}
