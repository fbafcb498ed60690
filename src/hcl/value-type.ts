// Types of values, and the expressions that name them in `type = …` of a variable; OpenTofu language, "Type Constraints".
import type { Expression, ObjectEntry } from "./expression.ts";

export type ValueType =
  | { readonly kind: "string" | "number" | "bool" | "any" }
  | { readonly kind: "list" | "set" | "map"; readonly element: ValueType }
  | { readonly kind: "tuple"; readonly elements: readonly ValueType[] }
  | { readonly kind: "object"; readonly attributes: readonly ObjectAttribute[] };

export interface ObjectAttribute {
  readonly name: string;
  readonly type: ValueType;
  readonly isOptional: boolean;
  /** What an optional one is when it is left out; undefined for null. */
  readonly default: Expression | undefined;
}

export const anyType: ValueType = { kind: "any" };

/** Deeper types are nobody's work, and everything that walks them stays on the stack. */
const maxDepth = 64;

/** @returns undefined for what names no type */
export function readTypeExpression(expression: Expression, depth = 0): ValueType | undefined {
  if (depth > maxDepth) return undefined;
  if (expression.kind === "reference") return readWord(expression.path);
  if (expression.kind !== "call" || expression.arguments.length !== 1) return undefined;
  const [argument] = expression.arguments;
  return argument === undefined ? undefined : readConstructor(expression.name, argument, depth + 1);
}

/** True when two types are the same, whatever they were written as. */
export function isSameType(one: ValueType, other: ValueType): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A type in the words of HCL, for comments. */
export function formatValueType(type: ValueType): string {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
    case "any":
      return type.kind;
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${formatValueType(type.element)})`;
    case "tuple":
      return `tuple([${type.elements.map(formatValueType).join(", ")}])`;
    case "object":
      return `object({ ${type.attributes.map(({ name, type: one }) => `${wordOf(name)} = ${formatValueType(one)}`).join(", ")} })`;
  }
}

/** A key as HCL takes it. */
function wordOf(name: string): string {
  return /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name) ? name : JSON.stringify(name);
}

function readWord(path: readonly (string | undefined)[]): ValueType | undefined {
  const [word] = path;
  if (path.length !== 1) return undefined;
  if (word === "string" || word === "number" || word === "bool" || word === "any") return { kind: word };
  // What these words were before they took an argument.
  return word === "list" || word === "map" ? { kind: word, element: anyType } : undefined;
}

function readConstructor(name: string, argument: Expression, depth: number): ValueType | undefined {
  if (name === "list" || name === "set" || name === "map") {
    const element = readTypeExpression(argument, depth);
    return element === undefined ? undefined : { kind: name, element };
  }
  if (name === "tuple" && argument.kind === "list") {
    const elements = argument.items.map((item) => readTypeExpression(item, depth));
    return elements.every((one) => one !== undefined) ? { kind: "tuple", elements } : undefined;
  }
  if (name !== "object" || argument.kind !== "object") return undefined;
  const attributes = argument.entries.map((entry) => readAttribute(entry, depth));
  return attributes.every((one) => one !== undefined) ? { kind: "object", attributes } : undefined;
}

function readAttribute({ name, value }: ObjectEntry, depth: number): ObjectAttribute | undefined {
  if (name === undefined) return undefined;
  const isOptional = value.kind === "call" && value.name === "optional";
  const [written, fallback, ...more] = isOptional ? value.arguments : [value];
  const type = written === undefined || more.length > 0 ? undefined : readTypeExpression(written, depth);
  return type === undefined ? undefined : { name, type, isOptional, default: isNull(fallback) ? undefined : fallback };
}

function isNull(expression: Expression | undefined): boolean {
  return expression?.kind === "literal" && expression.value === null;
}
