// Are two values the same value of one type: sets without regard to order, numbers by value.
import { Decimal } from "./decimal.ts";
import { isUnknown } from "./unknown.ts";
import type { CollectionShape, Dynamic, ObjectShape, Shape, TupleShape } from "./value-type.ts";

/** An unknown value equals another unknown one of the same type, as in cty's RawEquals. */
export function equalValues(shape: Shape, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (isUnknown(a) || isUnknown(b)) return false;
  switch (shape.kind) {
    case "string":
    case "bool":
      return false;
    case "number":
      return equalNumbers(a, b);
    case "list":
      return equalArrays(shape, a as readonly unknown[], b as readonly unknown[]);
    case "set":
      return equalSets(shape, a as readonly unknown[], b as readonly unknown[]);
    case "map":
      return equalMaps(shape, a as Entries, b as Entries);
    case "tuple":
      return equalTuples(shape, a as readonly unknown[], b as readonly unknown[]);
    case "object":
      return equalObjects(shape, a as Entries, b as Entries);
    case "dynamic":
      return equalDynamics(a as Dynamic, b as Dynamic);
  }
}

type Entries = Readonly<Record<string, unknown>>;

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function equalNumbers(a: unknown, b: unknown): boolean {
  const [one, other] = [decimalOf(a), decimalOf(b)];
  return one !== undefined && other !== undefined && one.equals(other);
}

function decimalOf(value: unknown): Decimal | undefined {
  if (value instanceof Decimal) return value;
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))) return Decimal.from(value);
  return undefined;
}

function equalArrays(shape: CollectionShape, a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((element, index) => equalValues(shape.element, element, b[index]));
}

/** Each element finds a partner that no other has; quadratic only where texts do not decide it. */
function equalSets(shape: CollectionShape, a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  if (shape.element.kind === "string") return equalTextSets(a, b);
  const rest = [...b];
  return a.every((element) => {
    const index = rest.findIndex((other) => equalValues(shape.element, element, other));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

function equalTextSets(a: readonly unknown[], b: readonly unknown[]): boolean {
  const counts = new Map<unknown, number>();
  for (const element of a) counts.set(element, (counts.get(element) ?? 0) + 1);
  for (const element of b) counts.set(element, (counts.get(element) ?? 0) - 1);
  return [...counts.values()].every((count) => count === 0);
}

function equalMaps(shape: CollectionShape, a: Entries, b: Entries): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equalValues(shape.element, a[key], b[key]));
}

function equalTuples(shape: TupleShape, a: readonly unknown[], b: readonly unknown[]): boolean {
  return shape.elements.every((element, index) => equalValues(element, a[index], b[index]));
}

function equalObjects(shape: ObjectShape, a: Entries, b: Entries): boolean {
  return shape.fields.every((field) => equalValues(field.shape, a[field.name], b[field.name]));
}

function equalDynamics(a: Dynamic, b: Dynamic): boolean {
  return equalShapes(a.type, b.type) && equalValues(a.type, a.value, b.value);
}

/** The same type of cty, whatever JavaScript form its numbers have. */
export function equalShapes(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  if (a.kind === "object" && b.kind === "object") return equalObjectShapes(a, b);
  if (a.kind === "tuple" && b.kind === "tuple") {
    return a.elements.length === b.elements.length && a.elements.every((e, i) => equalElement(e, b.elements[i]));
  }
  if ("element" in a && "element" in b) return equalShapes(a.element, b.element);
  return true;
}

function equalElement(a: Shape, b: Shape | undefined): boolean {
  return b !== undefined && equalShapes(a, b);
}

function equalObjectShapes(a: ObjectShape, b: ObjectShape): boolean {
  if (a.fields.length !== b.fields.length) return false;
  return a.fields.every((field) => equalElement(field.shape, b.byName.get(field.name)?.shape));
}
