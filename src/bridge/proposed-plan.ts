// The plan before anybody modifies it: the host's proposal with defaults, and unknown where the provider will set a value.
import { isSemanticallyEqual } from "./semantic-equality.ts";
import { findContent, mapNested } from "./nested-values.ts";
import type { Values } from "./resource.ts";
import { unknown } from "./unknown.ts";
import { equalValues } from "./value-equality.ts";
import type { FieldShape, ObjectShape } from "./value-type.ts";

/** The proposal with the defaults of attributes that the configuration leaves null, and without write-only values. */
export function withDefaults(shape: ObjectShape, proposed: Values, config: Values): Values {
  return mapFields(shape, proposed, [config], (field, value, [configured]) => {
    if (field.attribute?.options.writeOnly === true) return null;
    const preset = field.attribute?.options.default;
    return preset !== undefined && configured === null ? preset : value;
  });
}

/** The plan with every attribute unknown that the provider sets and the configuration does not. */
export function withUnknowns(shape: ObjectShape, planned: Values, config: Values): Values {
  return mapFields(shape, planned, [config], (field, value, [configured]) => {
    const options = field.attribute?.options;
    const isProvidersOwn = options?.computed === true && options.default === undefined;
    return isProvidersOwn && configured === null ? unknown : value;
  });
}

/** The next value with parts of the prior one where the two mean the same. */
export function withSemanticEquality(shape: ObjectShape, next: Values, prior: Values): Values {
  return mapFields(shape, next, [prior], (field, value, [before]) =>
    isSemanticallyEqual(field, before, value) ? before : value,
  );
}

/** A planned state equals the prior one. */
export function isUnchanged(shape: ObjectShape, planned: Values, prior: Values | null): boolean {
  return prior !== null && equalValues(shape, planned, prior);
}

type Change = (field: FieldShape, value: unknown, others: readonly unknown[]) => unknown;

/** Changes every attribute, outer ones before those inside. An object without counterpart in the others has undefined there. */
function mapFields(
  shape: ObjectShape,
  values: Values,
  others: readonly (Values | undefined)[],
  change: Change,
): Values {
  // What the schema does not have is kept for the encoder to complain about.
  const result: Record<string, unknown> = { ...values };
  for (const field of shape.fields) {
    const counterparts = others.map((other) => other?.[field.name]);
    const value = change(field, values[field.name], counterparts);
    const content = findContent(field);
    result[field.name] =
      content === undefined
        ? value
        : mapNested(field.shape, content, value, counterparts, (item) =>
            mapFields(content, item.value, item.others, change),
          );
  }
  return result;
}
