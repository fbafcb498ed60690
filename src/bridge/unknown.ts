// The value that is not known yet: what a plan holds where only apply can tell. A type of its own, neither null nor undefined.

/** Stands for a value that will be known after apply. Compare with `===` or `isUnknown`. */
export const unknown: unique symbol = Symbol("unknown");

export type Unknown = typeof unknown;

export function isUnknown(value: unknown): value is Unknown {
  return value === unknown;
}
