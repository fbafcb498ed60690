// What a test expects of one value: the value itself, a pattern, or a function that tells.
import { AssertionError } from "node:assert";
import { isDeepStrictEqual } from "node:util";

/** A value as JSON has it, a pattern for texts, or a function that is true for what is right. */
export type ExpectedValue = unknown;

/** @throws AssertionError with both values when the value is another */
export function assertValue(actual: unknown, expected: ExpectedValue, where: string): void {
  if (fits(actual, expected)) return;
  throw new AssertionError({
    message: `${where}: got ${print(actual)}, expected ${print(expected)}`,
    actual,
    expected,
  });
}

function fits(actual: unknown, expected: ExpectedValue): boolean {
  if (expected instanceof RegExp) return typeof actual === "string" && expected.test(actual);
  if (typeof expected === "function") return (expected as (value: unknown) => unknown)(actual) === true;
  return isDeepStrictEqual(actual, expected);
}

function print(value: unknown): string {
  if (value instanceof RegExp) return `a text that matches ${String(value)}`;
  if (typeof value === "function") return `a value that ${value.name === "" ? "a function is true for" : value.name}`;
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** True for an object that has at least these values. */
export function partial(expected: Readonly<Record<string, ExpectedValue>>): (actual: unknown) => boolean {
  return function hasAtLeast(actual: unknown): boolean {
    if (typeof actual !== "object" || actual === null) return false;
    return Object.entries(expected).every(([key, value]) =>
      fits((actual as Readonly<Record<string, unknown>>)[key], value),
    );
  };
}

/** True for anything but null and nothing. */
export function present(actual: unknown): boolean {
  return actual !== null && actual !== undefined;
}

/** True for a text, array or object with that many characters, elements or entries. */
export function ofSize(size: number): (actual: unknown) => boolean {
  return function hasSize(actual: unknown): boolean {
    if (typeof actual === "string") return Array.from(actual).length === size;
    return typeof actual === "object" && actual !== null && Object.keys(actual).length === size;
  };
}
