// Checks of one attribute's value, run while validating and before planning.
import type { Path } from "./path.ts";
import type { Unknown } from "./unknown.ts";

export interface ValidatorContext<Value> {
  /** Neither null nor unknown itself; parts of it may be unknown. */
  readonly value: Value;
  readonly path: Path;
}

/** What is wrong, as a sentence that follows the attribute's name: `must have 1 to 128 characters`. */
export type Violation = string;

export interface Validator<Value> {
  /** What it demands, for the documentation: `1 to 128 characters`. */
  readonly description: string;
  /** @returns what is wrong, or undefined; unknown parts are never wrong */
  check(context: ValidatorContext<Value>): Violation | undefined;
}

/** A validator of texts, numbers and so on that never sees a part that is unknown. */
export type ElementValue<Value> = Exclude<Value, Unknown>;
