// Attributes made of attributes: one object, or a list, set or map of objects.
import {
  type Attribute,
  type AttributeOptions,
  type Attributes,
  checkOptions,
  type Exactly,
  type Flags,
  type Nesting,
  type Views,
} from "./attribute.ts";
import type { AppliedOf, ConfigOf, PlanOf, PlannedOf, StateOf } from "./schema-values.ts";
import type { Unknown } from "./unknown.ts";
import { type ObjectShape, objectShape } from "./value-type.ts";

/** What an attribute made of one object looks like. */
export interface SingleViews<A extends Attributes> extends Views {
  readonly config: ConfigOf<A>;
  readonly applied: AppliedOf<A>;
  readonly plan: PlanOf<A>;
  readonly planned: PlannedOf<A>;
  readonly state: StateOf<A>;
}

export interface ListViews<A extends Attributes> extends Views {
  readonly config: readonly (ConfigOf<A> | Unknown)[];
  readonly applied: readonly AppliedOf<A>[];
  readonly plan: readonly (PlanOf<A> | Unknown)[];
  readonly planned: readonly PlannedOf<A>[];
  readonly state: readonly StateOf<A>[];
}

export interface MapViews<A extends Attributes> extends Views {
  readonly config: Readonly<Record<string, ConfigOf<A> | Unknown>>;
  readonly applied: Readonly<Record<string, AppliedOf<A>>>;
  readonly plan: Readonly<Record<string, PlanOf<A> | Unknown>>;
  readonly planned: Readonly<Record<string, PlannedOf<A>>>;
  readonly state: Readonly<Record<string, StateOf<A>>>;
}

/** The options of an attribute, and the attributes it is made of. */
export interface NestedOptions<A extends Attributes, Known, Partial> extends AttributeOptions<Known, Partial> {
  readonly attributes: A;
}

type AllowedOptions = NestedOptions<Attributes, unknown, unknown>;

/** One object. */
export function single<
  const A extends Attributes,
  const O extends NestedOptions<A, StateOf<A>, ConfigOf<A>> = NestedOptions<A, StateOf<A>, ConfigOf<A>>,
>(options: { readonly attributes: A } & Exactly<O, AllowedOptions>): Attribute<SingleViews<A>, O> {
  return nest("single", options);
}

export function listNested<
  const A extends Attributes,
  const O extends NestedOptions<A, readonly StateOf<A>[], readonly (ConfigOf<A> | Unknown)[]>,
>(options: { readonly attributes: A } & Exactly<O, AllowedOptions>): Attribute<ListViews<A>, O> {
  return nest("list", options);
}

export function setNested<
  const A extends Attributes,
  const O extends NestedOptions<A, readonly StateOf<A>[], readonly (ConfigOf<A> | Unknown)[]>,
>(options: { readonly attributes: A } & Exactly<O, AllowedOptions>): Attribute<ListViews<A>, O> {
  return nest("set", options);
}

export function mapNested<
  const A extends Attributes,
  const O extends NestedOptions<
    A,
    Readonly<Record<string, StateOf<A>>>,
    Readonly<Record<string, ConfigOf<A> | Unknown>>
  >,
>(options: { readonly attributes: A } & Exactly<O, AllowedOptions>): Attribute<MapViews<A>, O> {
  return nest("map", options);
}

function nest<V extends Views, F extends Flags>(nesting: Nesting, options: unknown): Attribute<V, F> {
  const { attributes, ...rest } = options as NestedOptions<Attributes, unknown, unknown>;
  checkOptions(rest);
  const element = attributesShape(attributes);
  const shape = nesting === "single" ? element : ({ kind: nesting, element, nested: true } as const);
  return { kind: "attribute", shape, options: rest, nested: { nesting, attributes } };
}

export function attributesShape(attributes: Attributes): ObjectShape {
  return objectShape(
    Object.entries(attributes).map(([name, attribute]) => ({ name, shape: attribute.shape, attribute })),
  );
}
