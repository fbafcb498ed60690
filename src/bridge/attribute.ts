// Attributes of a schema: their type, who sets them, and what is checked and planned for them.
import type { Decimal } from "./decimal.ts";
import { InputError } from "../base/errors.ts";
import type { PlanModifier } from "./plan-modifier.ts";
import type { Inspector, Validator } from "./validator.ts";
import {
  bigintType,
  boolType,
  decimalType,
  type Dynamic,
  dynamicType,
  intType,
  listOf,
  mapOf,
  numberType,
  setOf,
  type Shape,
  stringType,
  type Type,
} from "./value-type.ts";
import type { Unknown } from "./unknown.ts";

/** What one attribute's value looks like in each place where code meets it. */
export interface Views {
  /** In the configuration while planning: anything may be unknown. */
  readonly config: unknown;
  /** In the configuration when it is wholly known: at apply, read and open. */
  readonly applied: unknown;
  /** In the plan while planning. */
  readonly plan: unknown;
  /** In the plan at apply, where the configuration sets the attribute. */
  readonly planned: unknown;
  readonly state: unknown;
}

export interface PlainViews<Known, Partial> extends Views {
  readonly config: Partial;
  readonly applied: Known;
  readonly plan: Partial;
  readonly planned: Known;
  readonly state: Known;
}

export interface AttributeOptions<Known = unknown, Partial = unknown> {
  /** The configuration must set it. One of `required`, `optional` and `computed` has to be true. */
  readonly required?: boolean;
  /** The configuration may set it. */
  readonly optional?: boolean;
  /** The provider sets it where the configuration does not. */
  readonly computed?: boolean;
  /** Hidden from output, and masked in diagnostics and logs. */
  readonly sensitive?: boolean;
  /** Given to the provider and never stored: null in every plan and state. Read it from `config`. */
  readonly writeOnly?: boolean;
  /** Never null in a state, also not after an import: what `read` finds the object by. */
  readonly identifier?: boolean;
  /** Markdown. */
  readonly description?: string;
  /** Warns who sets it, and says what to do instead. */
  readonly deprecation?: string;
  /** The planned value when the configuration sets none; needs `optional` and `computed`. */
  readonly default?: Known;
  /** Not called for null and unknown. */
  readonly validators?: readonly (Validator<Partial> | Inspector<Partial>)[];
  readonly planModifiers?: readonly PlanModifier<Partial>[];
  /** True when two texts mean the same; the prior one is then kept. */
  readonly semanticEquals?: (prior: Known, next: Known) => boolean;
}

/** The options that decide which values an attribute may have. */
export interface Flags {
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly writeOnly?: boolean;
  readonly identifier?: boolean;
  readonly default?: unknown;
}

declare const views: unique symbol;

export type Nesting = "single" | "list" | "set" | "map";

export interface Attribute<V extends Views = Views, F extends Flags = Flags> {
  readonly kind: "attribute";
  readonly shape: Shape;
  readonly options: AttributeOptions;
  /** For attributes made of attributes. */
  readonly nested?: { readonly nesting: Nesting; readonly attributes: Attributes };
  readonly [views]?: readonly [V, F];
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** Options with every key known: a misspelled one does not compile. */
export type Exactly<Options, Allowed> = Options & Readonly<Record<Exclude<keyof Options, keyof Allowed>, never>>;

type Options<Known, Partial> = AttributeOptions<Known, Partial>;

export function string<const O extends Options<string, string>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<string, string>, O> {
  return ofType(stringType, options);
}

export function bool<const O extends Options<boolean, boolean>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<boolean, boolean>, O> {
  return ofType(boolType, options);
}

/** A whole number up to 2^53 - 1; anything else is refused. */
export function int<const O extends Options<number, number>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<number, number>, O> {
  return ofType(intType, options);
}

/** A number that a JavaScript number gives back unchanged; anything else is refused. */
export function number<const O extends Options<number, number>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<number, number>, O> {
  return ofType(numberType, options);
}

/** A whole number of any size. */
export function bigint<const O extends Options<bigint, bigint>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<bigint, bigint>, O> {
  return ofType(bigintType, options);
}

/** A number of any size and precision. */
export function decimal<const O extends Options<Decimal, Decimal>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<Decimal, Decimal>, O> {
  return ofType(decimalType, options);
}

/** A value whose type only the value tells. */
export function dynamic<const O extends Options<Dynamic, Dynamic>>(
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<Dynamic, Dynamic>, O> {
  return ofType(dynamicType, options);
}

type ListKnown<K> = readonly K[];
type ListPartial<P> = readonly (P | Unknown)[];

export function list<K, P, const O extends Options<ListKnown<K>, ListPartial<P>>>(
  element: Type<K, P>,
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<ListKnown<K>, ListPartial<P>>, O> {
  return ofType(listOf(element), options);
}

/** Without order and without twins; an array in JavaScript. */
export function set<K, P, const O extends Options<ListKnown<K>, ListPartial<P>>>(
  element: Type<K, P>,
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<ListKnown<K>, ListPartial<P>>, O> {
  return ofType(setOf(element), options);
}

type MapKnown<K> = Readonly<Record<string, K>>;
type MapPartial<P> = Readonly<Record<string, P | Unknown>>;

export function map<K, P, const O extends Options<MapKnown<K>, MapPartial<P>>>(
  element: Type<K, P>,
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<MapKnown<K>, MapPartial<P>>, O> {
  return ofType(mapOf(element), options);
}

/** An attribute of any type, such as `objectOf({ … })` or `tupleOf(…)`. */
export function attribute<K, P, const O extends Options<K, P>>(
  type: Type<K, P>,
  options: Exactly<O, AttributeOptions>,
): Attribute<PlainViews<K, P>, O> {
  return ofType(type, options);
}

function ofType<V extends Views, F extends Flags>(shape: Shape, options: unknown): Attribute<V, F> {
  const given = options as AttributeOptions;
  checkOptions(given);
  return { kind: "attribute", shape, options: given };
}

/** @throws InputError INVALID_PROVIDER for options that contradict each other; the schema adds the attribute's name */
export function checkOptions(options: AttributeOptions): void {
  for (const [broken, rule] of rules) if (broken(options)) throw new InputError("INVALID_PROVIDER", rule);
}

const rules: readonly (readonly [broken: (options: AttributeOptions) => boolean, rule: string])[] = [
  [
    (o) => o.required !== true && o.optional !== true && o.computed !== true,
    "an attribute is none of required, optional and computed, expected one of them",
  ],
  [
    (o) => o.required === true && (o.optional === true || o.computed === true),
    "an attribute is required and also optional or computed, expected required alone",
  ],
  [
    (o) => o.default !== undefined && (o.optional !== true || o.computed !== true),
    "an attribute has a default, expected it to be optional and computed",
  ],
  [
    (o) => o.writeOnly === true && o.computed === true,
    "an attribute is write-only and computed, expected required or optional alone",
  ],
  [
    (o) => o.writeOnly === true && o.identifier === true,
    "an attribute is write-only and an identifier, expected one that is stored",
  ],
  [
    (o) => o.computed === true && o.optional !== true && (o.validators?.length ?? 0) > 0,
    "an attribute that only the provider sets has validators, expected none",
  ],
];
