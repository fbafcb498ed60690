// The types that values have, and the JavaScript values that stand for them; the type system of cty.
import type { Attribute } from "./attribute.ts";
import type { Block } from "./block.ts";
import type { Decimal } from "./decimal.ts";
import type { Unknown } from "./unknown.ts";

/** How a number comes to JavaScript. What a form cannot hold exactly is refused, never rounded. */
export type NumberForm = "int" | "number" | "bigint" | "decimal" | "exact";

export interface ScalarShape {
  readonly kind: "string" | "bool" | "dynamic";
  readonly nullable?: boolean;
}

export interface NumberShape {
  readonly kind: "number";
  readonly form: NumberForm;
  readonly nullable?: boolean;
}

export interface CollectionShape {
  readonly kind: "list" | "set" | "map";
  readonly element: Shape;
  readonly nullable?: boolean;
  /** Elements come from blocks or nested attributes. */
  readonly nested?: boolean;
}

export interface TupleShape {
  readonly kind: "tuple";
  readonly elements: readonly Shape[];
  readonly nullable?: boolean;
}

/** A property of an object, with what the schema says of it where it comes from a schema. */
export interface FieldShape {
  readonly name: string;
  readonly shape: Shape;
  readonly attribute?: Attribute;
  readonly block?: Block;
}

export interface ObjectShape {
  readonly kind: "object";
  readonly fields: readonly FieldShape[];
  readonly byName: ReadonlyMap<string, FieldShape>;
  readonly nullable?: boolean;
}

/** A type as the bridge sees it at run time. */
export type Shape = ScalarShape | NumberShape | CollectionShape | TupleShape | ObjectShape;

declare const values: unique symbol;

/** A type as the author sees it: `Known` is a value without unknowns, `Partial` may hold unknowns inside. */
export type Type<Known = unknown, Partial = unknown> = Shape & { readonly [values]?: readonly [Known, Partial] };

/** A value of a type that only the value tells; attribute type `dynamic`. */
export interface Dynamic {
  readonly type: Type;
  /** May be null or unknown, of that type. */
  readonly value: unknown;
}

export const stringType: Type<string, string> = { kind: "string" };
export const boolType: Type<boolean, boolean> = { kind: "bool" };
/** Whole numbers up to 2^53 - 1; anything else is refused. */
export const intType: Type<number, number> = { kind: "number", form: "int" };
/** Numbers that a JavaScript number gives back unchanged; anything else is refused. */
export const numberType: Type<number, number> = { kind: "number", form: "number" };
/** Whole numbers of any size. */
export const bigintType: Type<bigint, bigint> = { kind: "number", form: "bigint" };
/** Numbers of any size and precision. */
export const decimalType: Type<Decimal, Decimal> = { kind: "number", form: "decimal" };
export const dynamicType: Type<Dynamic, Dynamic> = { kind: "dynamic" };

/** Arrays; an element may not be null unless its type is `nullable(…)`. */
export function listOf<K, P>(element: Type<K, P>): Type<readonly K[], readonly (P | Unknown)[]> {
  return { kind: "list", element };
}

/** Arrays without order and without twins. */
export function setOf<K, P>(element: Type<K, P>): Type<readonly K[], readonly (P | Unknown)[]> {
  return { kind: "set", element };
}

export function mapOf<K, P>(
  element: Type<K, P>,
): Type<Readonly<Record<string, K>>, Readonly<Record<string, P | Unknown>>> {
  return { kind: "map", element };
}

type Properties = Readonly<Record<string, Type<unknown, unknown>>>;
type KnownOf<T> = T extends { readonly [values]?: readonly [infer Known, unknown] } ? Known : never;
type PartialOf<T> = T extends { readonly [values]?: readonly [unknown, infer Partial] } ? Partial : never;

/** Objects; each property may be null. */
export function objectOf<const P extends Properties>(
  properties: P,
): Type<
  { readonly [Name in keyof P]: KnownOf<P[Name]> | null },
  { readonly [Name in keyof P]: PartialOf<P[Name]> | Unknown | null }
> {
  return objectShape(Object.keys(properties).map((name) => ({ name, shape: properties[name] ?? dynamicType })));
}

/** Arrays of a fixed length with a type for each place; each element may be null. */
export function tupleOf<const E extends readonly Type<unknown, unknown>[]>(
  ...elements: E
): Type<
  { readonly [Index in keyof E]: KnownOf<E[Index]> | null },
  { readonly [Index in keyof E]: PartialOf<E[Index]> | Unknown | null }
> {
  return { kind: "tuple", elements };
}

/** Lets the elements of a list, set or map be null. */
export function nullable<K, P>(type: Type<K, P>): Type<K | null, P | null> {
  return { ...type, nullable: true };
}

/** An object shape with its fields in the order of their names, as cty has them. */
export function objectShape(fields: readonly FieldShape[]): ObjectShape {
  const sorted = [...fields].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { kind: "object", fields: sorted, byName: new Map(sorted.map((field) => [field.name, field])) };
}

/** A type in words for messages, such as `list of string`. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case "number":
      return shape.form === "int" || shape.form === "bigint" ? "whole number" : "number";
    case "list":
    case "set":
    case "map":
      return `${shape.kind} of ${describeShape(shape.element)}`;
    case "dynamic":
      return "value of any type";
    case "string":
    case "bool":
    case "tuple":
    case "object":
      return shape.kind;
  }
}
