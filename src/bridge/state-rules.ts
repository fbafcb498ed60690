// What every state must keep to: no unknown values, and identifiers that are there.
import { findContent, mapNested } from "./nested-values.ts";
import type { Path } from "./path.ts";
import type { Values } from "./resource.ts";
import { isUnknown } from "./unknown.ts";
import type { ObjectShape, Shape } from "./value-type.ts";

/** The identifiers among the outermost attributes that are null. */
export function findMissingIdentifiers(shape: ObjectShape, state: Values): Path[] {
  return shape.fields
    .filter(({ name, attribute }) => attribute?.options.identifier === true && (state[name] ?? null) === null)
    .map(({ name }) => [name]);
}

/** The values with null for everything that is unknown: what of a half-made object can be stored. */
export function withoutUnknowns(shape: ObjectShape, values: Values): Values {
  const result: Record<string, unknown> = { ...values };
  for (const field of shape.fields) {
    const value = withoutUnknown(field.shape, values[field.name]);
    const content = findContent(field);
    result[field.name] =
      content === undefined
        ? value
        : mapNested(field.shape, content, value, [], (item) => withoutUnknowns(content, item.value));
  }
  return result;
}

function withoutUnknown(shape: Shape, value: unknown): unknown {
  if (isUnknown(value)) return null;
  if (!Array.isArray(value)) return value;
  // An unknown element has no place in a list that must not hold null.
  return "element" in shape && shape.element.nullable !== true ? value.filter((element) => !isUnknown(element)) : value;
}
