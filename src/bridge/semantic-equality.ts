// Two texts that mean the same, as the attribute's author says: the prior one is kept, so that no plan shows a difference.
import { isUnknown } from "./unknown.ts";
import { equalValues } from "./value-equality.ts";
import type { FieldShape } from "./value-type.ts";

/** True when both values are known, differ, and the attribute's `semanticEquals` takes them for the same. */
export function isSemanticallyEqual(field: FieldShape, prior: unknown, next: unknown): boolean {
  const same = field.attribute?.options.semanticEquals;
  if (same === undefined || isAbsent(prior) || isAbsent(next)) return false;
  if (typeof prior !== typeof next || equalValues(field.shape, prior, next)) return false;
  try {
    return same(prior, next);
  } catch {
    // What cannot be compared is not the same; an object that exists must not be lost over it.
    return false;
  }
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined || isUnknown(value);
}
