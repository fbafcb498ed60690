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

/** One thing that is wrong, and where. */
export interface Finding {
  /** From the outermost attribute; it may lead into the value. */
  readonly path: Path;
  readonly violation: Violation;
}

/** A check that finds several things inside of a value, or takes time; `conformsTo` makes one. */
export interface Inspector<Value> {
  /** What it demands, for the documentation. */
  readonly description: string;
  /** @returns everything that is wrong */
  inspect(context: ValidatorContext<Value>): readonly Finding[] | Promise<readonly Finding[]>;
}

/** A validator of texts, numbers and so on that never sees a part that is unknown. */
export type ElementValue<Value> = Exclude<Value, Unknown>;
