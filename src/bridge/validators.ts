// Validators for the usual demands; terraform-plugin-framework-validators, in TypeScript.
import type { Path } from "./path.ts";
import { isUnknown, type Unknown } from "./unknown.ts";
import type { Validator, Violation } from "./validator.ts";

/** A validator whose demand in words is also what follows `must`. */
function demand<Value>(what: string, isFine: (value: Value) => boolean): Validator<Value> {
  return { description: what, check: ({ value }) => (isFine(value) ? undefined : `must ${what}`) };
}

/** Characters, not bytes; each code point counts as one. */
export function lengthBetween(min: number, max: number): Validator<string> {
  return demand(`have ${min} to ${max} characters`, (text) => lengthOf(text) >= min && lengthOf(text) <= max);
}

export function lengthAtLeast(min: number): Validator<string> {
  return demand(`have at least ${min} characters`, (text) => lengthOf(text) >= min);
}

export function lengthAtMost(max: number): Validator<string> {
  return demand(`have at most ${max} characters`, (text) => lengthOf(text) <= max);
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** @param what the demand in words, such as `be a lower-case name` */
export function matches(pattern: RegExp, what = `match ${pattern.source}`): Validator<string> {
  // A pattern with `g` or `y` remembers where it stopped.
  const fresh = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
  return demand(what, (text) => fresh.test(text));
}

export function oneOf<const Value extends string | number>(...allowed: readonly Value[]): Validator<Widened<Value>> {
  const set = new Set<unknown>(allowed);
  return demand(`be one of ${list(allowed)}`, (value) => set.has(value));
}

export function noneOf<const Value extends string | number>(...refused: readonly Value[]): Validator<Widened<Value>> {
  const set = new Set<unknown>(refused);
  return demand(`be none of ${list(refused)}`, (value) => !set.has(value));
}

type Widened<Value> = Value extends string ? string : number;

function list(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

export function between(min: number, max: number): Validator<number> {
  return demand(`be from ${min} to ${max}`, (value) => value >= min && value <= max);
}

export function atLeast(min: number): Validator<number> {
  return demand(`be at least ${min}`, (value) => value >= min);
}

export function atMost(max: number): Validator<number> {
  return demand(`be at most ${max}`, (value) => value <= max);
}

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Elements of a list or set, entries of a map. */
export function sizeBetween(min: number, max: number): Validator<Collection> {
  return demand(`have ${min} to ${max} elements`, (value) => sizeOf(value) >= min && sizeOf(value) <= max);
}

export function sizeAtLeast(min: number): Validator<Collection> {
  return demand(`have at least ${min} elements`, (value) => sizeOf(value) >= min);
}

export function sizeAtMost(max: number): Validator<Collection> {
  return demand(`have at most ${max} elements`, (value) => sizeOf(value) <= max);
}

function sizeOf(value: Collection): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** No element of a list of texts or numbers comes twice; unknown ones may turn out to. */
export function unique(): Validator<readonly unknown[]> {
  return demand("have no element twice", (value) => {
    const known = value.filter((element) => !isUnknown(element));
    return new Set(known).size === known.length;
  });
}

/** Each known element of a list or set. */
export function each<Value>(validator: Validator<Value>): Validator<readonly (Value | Unknown)[]> {
  return {
    description: `each element: ${validator.description}`,
    check: ({ value, path }) =>
      firstOf(
        value.map((element, index) => [index, element] as const),
        validator,
        path,
        "the element",
      ),
  };
}

/** Each key of a map. */
export function eachKey(validator: Validator<string>): Validator<Readonly<Record<string, unknown>>> {
  return {
    description: `each key: ${validator.description}`,
    check: ({ value, path }) =>
      firstOf(
        Object.keys(value).map((key) => [key, key] as const),
        validator,
        path,
        "the key",
      ),
  };
}

function firstOf<Value>(
  elements: readonly (readonly [step: string | number, value: Value | Unknown])[],
  validator: Validator<Value>,
  path: Path,
  what: string,
): Violation | undefined {
  for (const [step, value] of elements) {
    if (isUnknown(value) || value === null) continue;
    const violation = validator.check({ value, path: [...path, step] });
    if (violation !== undefined) return `has a wrong element: ${what} ${JSON.stringify(step)} ${violation}`;
  }
  return undefined;
}

/** All of these have to be content; what the first one that is not says is shown. */
export function allOf<Value>(...validators: readonly Validator<Value>[]): Validator<Value> {
  return {
    description: validators.map(({ description }) => description).join(" and "),
    check: (context) => {
      for (const validator of validators) {
        const violation = validator.check(context);
        if (violation !== undefined) return violation;
      }
      return undefined;
    },
  };
}

/** One of these has to be content. */
export function anyOf<Value>(...validators: readonly Validator<Value>[]): Validator<Value> {
  return {
    description: validators.map(({ description }) => description).join(" or "),
    check: (context) => {
      const violations = validators.map((validator) => validator.check(context));
      return violations.includes(undefined) ? undefined : violations.join(", or ");
    },
  };
}
