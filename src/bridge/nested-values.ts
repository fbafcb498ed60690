// Walks what a configuration, a plan and a state have in common: the objects inside of attributes and blocks, matched to each other.
import { equalValues } from "./value-equality.ts";
import { isUnknown } from "./unknown.ts";
import type { CollectionShape, FieldShape, ObjectShape, Shape } from "./value-type.ts";
import type { Values } from "./resource.ts";

/** The objects that make up an attribute or block, or undefined when it is a plain value. */
export function findContent(field: FieldShape): ObjectShape | undefined {
  if (field.attribute?.nested === undefined && field.block === undefined) return undefined;
  const { shape } = field;
  if (shape.kind === "object") return shape;
  const element = (shape as CollectionShape).element;
  return element.kind === "object" ? element : undefined;
}

/** A known object, or undefined. */
export function findObject(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}

/** One object inside a value, with the objects of other values that belong to it. */
export interface NestedItem {
  readonly step: string | number | undefined;
  readonly value: Values;
  /** In the order of `others`; undefined where there is none, or an unknown or null one. */
  readonly others: readonly (Values | undefined)[];
}

/** The known objects of a nested attribute or block, each with its counterparts in other values: by position, key, or for sets by content. */
export function nestedItems(
  shape: Shape,
  content: ObjectShape,
  value: unknown,
  others: readonly unknown[],
): NestedItem[] {
  if (value === null || value === undefined || isUnknown(value)) return [];
  switch (shape.kind) {
    case "object":
      return whole(value, others);
    case "map":
      return entries(value, (key) => others.map((other) => findObject(findObject(other)?.[key])));
    case "set":
      return elements(value, (_, item) => others.map((other) => findTwin(content, item, other)));
    case "list":
      return elements(value, (index) =>
        others.map((other) => (Array.isArray(other) ? findObject(other[index]) : undefined)),
      );
    default:
      return [];
  }
}

// What has another type than the schema says has no items here: the encoder refuses it.

function whole(value: unknown, others: readonly unknown[]): NestedItem[] {
  const item = findObject(value);
  return item === undefined ? [] : [{ step: undefined, value: item, others: others.map(findObject) }];
}

function entries(value: unknown, othersOf: (key: string) => NestedItem["others"]): NestedItem[] {
  const map = findObject(value) ?? {};
  return Object.keys(map).flatMap((key) => {
    const item = findObject(map[key]);
    return item === undefined ? [] : [{ step: key, value: item, others: othersOf(key) }];
  });
}

function elements(value: unknown, othersOf: (index: number, item: Values) => NestedItem["others"]): NestedItem[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : []).flatMap((element, index) => {
    const item = findObject(element);
    return item === undefined ? [] : [{ step: index, value: item, others: othersOf(index, item) }];
  });
}

/** Elements of sets have neither place nor key: two belong together when all that both of them have set is equal. */
function findTwin(content: ObjectShape, item: Values, others: unknown): Values | undefined {
  if (!Array.isArray(others)) return undefined;
  const objects = others.map(findObject).filter((other) => other !== undefined);
  return (
    objects.find((other) => equalValues(content, item, other)) ??
    objects.find((other) => areTwins(content, item, other))
  );
}

function areTwins(content: ObjectShape, a: Values, b: Values): boolean {
  return content.fields.every(({ name, shape }) => {
    const [one, other] = [a[name], b[name]];
    return one === null || other === null || isUnknown(one) || isUnknown(other) || equalValues(shape, one, other);
  });
}

/** Replaces the known objects of a nested attribute or block; everything else stays as it is. */
export function mapNested(
  shape: Shape,
  content: ObjectShape,
  value: unknown,
  others: readonly unknown[],
  change: (item: NestedItem) => Values,
): unknown {
  const items = nestedItems(shape, content, value, others);
  if (items.length === 0) return value;
  if (shape.kind === "object") return items[0] === undefined ? value : change(items[0]);
  if (shape.kind === "map") {
    const changed = items.map((item) => [item.step as string, change(item)] as const);
    return { ...(value as Values), ...Object.fromEntries(changed) };
  }
  const changed = [...(value as readonly unknown[])];
  for (const item of items) changed[item.step as number] = change(item);
  return changed;
}
