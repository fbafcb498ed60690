// The TypeScript types of configurations, plans and states, inferred from a schema.
import type { Attribute, Attributes, Flags, Views } from "./attribute.ts";
import type { Block, Blocks } from "./block.ts";
import type { Decimal } from "./decimal.ts";
import type { Schema } from "./schema.ts";
import type { Unknown } from "./unknown.ts";
import type { Dynamic } from "./value-type.ts";

type ViewsOf<A> = A extends Attribute<infer V, Flags> ? V : never;
type FlagsOf<A> = A extends Attribute<Views, infer F> ? F : never;

type IsTrue<F, Name extends keyof Flags> = F extends { readonly [N in Name]: true } ? true : false;
type HasDefault<F> = F extends { readonly default: infer D } ? (undefined extends D ? false : true) : false;
/** The configuration can set it. */
type IsInput<F> = IsTrue<F, "required"> extends true ? true : IsTrue<F, "optional">;

type ConfigValue<V extends Views, F> =
  IsTrue<F, "required"> extends true
    ? V["config"] | Unknown
    : IsInput<F> extends true
      ? V["config"] | Unknown | null
      : null;
type AppliedValue<V extends Views, F> =
  IsTrue<F, "required"> extends true ? V["applied"] : IsInput<F> extends true ? V["applied"] | null : null;
type PlanValue<V extends Views, F> =
  IsTrue<F, "writeOnly"> extends true
    ? null
    : IsTrue<F, "required"> extends true
      ? V["plan"] | Unknown
      : HasDefault<F> extends true
        ? V["plan"] | Unknown
        : V["plan"] | Unknown | null;
type PlannedValue<V extends Views, F> =
  IsTrue<F, "writeOnly"> extends true
    ? null
    : IsTrue<F, "required"> extends true
      ? V["planned"]
      : HasDefault<F> extends true
        ? V["planned"]
        : IsTrue<F, "computed"> extends true
          ? V["plan"] | Unknown | null
          : V["planned"] | null;
type StateValue<V extends Views, F> =
  IsTrue<F, "writeOnly"> extends true ? null : IsTrue<F, "identifier"> extends true ? V["state"] : V["state"] | null;

export type ConfigOf<A extends Attributes> = { readonly [N in keyof A]: ConfigValue<ViewsOf<A[N]>, FlagsOf<A[N]>> };
export type AppliedOf<A extends Attributes> = { readonly [N in keyof A]: AppliedValue<ViewsOf<A[N]>, FlagsOf<A[N]>> };
export type PlanOf<A extends Attributes> = { readonly [N in keyof A]: PlanValue<ViewsOf<A[N]>, FlagsOf<A[N]>> };
export type PlannedOf<A extends Attributes> = { readonly [N in keyof A]: PlannedValue<ViewsOf<A[N]>, FlagsOf<A[N]>> };
export type StateOf<A extends Attributes> = { readonly [N in keyof A]: StateValue<ViewsOf<A[N]>, FlagsOf<A[N]>> };

type BlockViews<B> = B extends Block<infer V> ? V : never;
export type ConfigBlocks<B extends Blocks> = { readonly [N in keyof B]: BlockViews<B[N]>["config"] };
export type AppliedBlocks<B extends Blocks> = { readonly [N in keyof B]: BlockViews<B[N]>["applied"] };
export type PlanBlocks<B extends Blocks> = { readonly [N in keyof B]: BlockViews<B[N]>["plan"] };
export type PlannedBlocks<B extends Blocks> = { readonly [N in keyof B]: BlockViews<B[N]>["planned"] };
export type StateBlocks<B extends Blocks> = { readonly [N in keyof B]: BlockViews<B[N]>["state"] };

type Flat<T> = { readonly [N in keyof T]: T[N] };

/** A configuration while validating and planning: anything may be unknown, what only the provider sets is null. */
export type Config<S> = S extends Schema<infer A, infer B> ? Flat<ConfigOf<A> & ConfigBlocks<B>> : never;
/** A configuration without unknowns: at apply, for data sources and ephemeral resources. Write-only values are here, and only here. */
export type AppliedConfig<S> = S extends Schema<infer A, infer B> ? Flat<AppliedOf<A> & AppliedBlocks<B>> : never;
/** A plan while planning. */
export type Plan<S> = S extends Schema<infer A, infer B> ? Flat<PlanOf<A> & PlanBlocks<B>> : never;
/** A plan at apply: only what the provider sets may still be unknown. */
export type AppliedPlan<S> = S extends Schema<infer A, infer B> ? Flat<PlannedOf<A> & PlannedBlocks<B>> : never;
/** A state: nothing is unknown, anything but an identifier may be null, after an import even what is required. */
export type State<S> = S extends Schema<infer A, infer B> ? Flat<StateOf<A> & StateBlocks<B>> : never;

/**
 * A plan as an author writes it. In an object literal TypeScript takes `unknown` for any symbol, so any is allowed here; the
 * bridge refuses others when it encodes the plan.
 */
export type PlanResult<S> = Written<Plan<S>>;
type Written<T> = T extends Unknown
  ? symbol
  : T extends Decimal | Dynamic
    ? T
    : T extends object
      ? { readonly [N in keyof T]: Written<T[N]> }
      : T;
