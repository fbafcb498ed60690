// Managed resources: what their author writes. The calls around it are in plan.ts, apply.ts, read.ts, import.ts and upgrade-state.ts.
import type { CallContext } from "./call.ts";
import type { ConfigValidator } from "./config-validator.ts";
import type { IdentityOf, ResourceIdentity } from "./identity.ts";
import type { PrivateReader, PrivateState } from "./private-state.ts";
import type { Schema } from "./schema.ts";
import type { AppliedConfig, AppliedPlan, Config, Plan, PlanResult, State } from "./schema-values.ts";
import type { MoveContext, StateUpgrade } from "./upgrade-state.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface ValidateContext<C> extends Omit<CallContext<unknown>, "data" | "meta"> {
  readonly config: C;
}

interface PlanningContext<D> extends CallContext<D> {
  readonly private: PrivateState;
  /** Makes this change replace the object; the path is shown to the user. */
  requireReplace(path: string | readonly (string | number)[]): void;
}

export interface CreatePlanContext<S, D> extends PlanningContext<D> {
  readonly action: "create";
  readonly config: Config<S>;
  readonly plan: Plan<S>;
  readonly state: null;
}

export interface UpdatePlanContext<S, D> extends PlanningContext<D> {
  readonly action: "update";
  readonly config: Config<S>;
  readonly plan: Plan<S>;
  readonly state: State<S>;
}

export interface DestroyPlanContext<S, D> extends PlanningContext<D> {
  readonly action: "destroy";
  readonly config: null;
  readonly plan: null;
  readonly state: State<S>;
}

export type ModifyPlanContext<S, D> = CreatePlanContext<S, D> | UpdatePlanContext<S, D> | DestroyPlanContext<S, D>;

interface ApplyContext<S, D> extends CallContext<D> {
  /** Write-only values are here, and only here. */
  readonly config: AppliedConfig<S>;
  readonly plan: AppliedPlan<S>;
  readonly private: PrivateState;
  /** Keeps what exists already, in case a later step fails: the object then stays in the state, marked as tainted when new. */
  saveState(state: State<S>): void;
}

export interface CreateContext<S, D> extends ApplyContext<S, D> {
  readonly state: null;
}

export interface UpdateContext<S, D> extends ApplyContext<S, D> {
  readonly state: State<S>;
}

export interface ReadContext<S, D> extends CallContext<D> {
  readonly state: State<S>;
  readonly private: PrivateState;
}

export interface DeleteContext<S, D> extends CallContext<D> {
  readonly state: State<S>;
  readonly private: PrivateReader;
}

export interface ImportContext<D, I = unknown> extends CallContext<D> {
  /** What the user wrote behind the address; empty when the import is by identity. */
  readonly id: string;
  /** What the user wrote as `identity`; null when the import is by id. */
  readonly identity: I | null;
  readonly private: PrivateState;
}

export interface ResourceDefinition<S extends Schema, D, I extends ResourceIdentity | undefined = undefined> {
  /** The type's full name, such as `acme_server`. */
  readonly type: string;
  readonly schema: S;
  /** What the object is known by outside of the state; OpenTofu 1.12. */
  readonly identity?: I;
  /** The identity of an object; the attributes of the same names unless given. */
  identityOf?(state: State<S>): IdentityOf<I>;
  /** Checks of several attributes together. */
  readonly validators?: readonly ConfigValidator[];
  /** More checks; anything may be unknown, and `data` is not there. */
  validate?(context: ValidateContext<Config<S>>): MaybePromise<void>;
  /** Changes the plan after defaults and attribute plan modifiers. @returns the new plan, or undefined to leave it */
  modifyPlan?(context: ModifyPlanContext<S, D>): MaybePromise<PlanResult<S> | undefined | void>;
  /** Makes the object. @returns its state: every planned value that was known must come back as it was */
  create(context: CreateContext<S, D>): MaybePromise<State<S>>;
  /** @returns the object's state as it is now, or undefined when it is gone */
  read(context: ReadContext<S, D>): MaybePromise<State<S> | undefined>;
  /** Changes the object. Without it every change replaces the object. */
  update?(context: UpdateContext<S, D>): MaybePromise<State<S>>;
  /** Ends the object. One that is gone already is no error. */
  delete(context: DeleteContext<S, D>): MaybePromise<void>;
  /** What `read` needs to find the object; the host calls `read` next. Without it the type cannot be imported. */
  importState?(context: ImportContext<D, IdentityOf<I>>): MaybePromise<Partial<State<S>>>;
  /** For each former version of the schema: how its states become states of this one. */
  readonly upgradeState?: Readonly<Record<number, StateUpgrade<State<S>>>>;
  /** Takes over objects of other types or providers. @returns undefined when it does not know the source */
  moveState?(context: MoveContext): MaybePromise<State<S> | undefined>;
}

declare const data: unique symbol;

/** A resource whose types have been checked. `D` is what the provider's `configure` gives. */
export interface Resource<D = unknown> {
  readonly kind: "resource";
  readonly definition: ErasedResource;
  readonly [data]?: (data: D) => void;
}

/** Values at run time: what the schema says, unchecked by the compiler. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource as the bridge calls it. */
export interface ErasedResource {
  readonly type: string;
  readonly schema: Schema;
  readonly identity?: ResourceIdentity | undefined;
  identityOf?(state: Values): Values;
  readonly validators?: readonly ConfigValidator[];
  validate?(context: ValidateContext<Values>): MaybePromise<void>;
  modifyPlan?(context: unknown): MaybePromise<Values | undefined | void>;
  create(context: unknown): MaybePromise<Values>;
  read(context: unknown): MaybePromise<Values | undefined>;
  update?(context: unknown): MaybePromise<Values>;
  delete(context: unknown): MaybePromise<void>;
  importState?(context: unknown): MaybePromise<Values>;
  readonly upgradeState?: Readonly<Record<number, StateUpgrade<Values>>>;
  moveState?(context: MoveContext): MaybePromise<Values | undefined>;
}

/** A resource type with inferred configuration, plan and state. */
export function defineResource<S extends Schema, D = unknown, I extends ResourceIdentity | undefined = undefined>(
  definition: ResourceDefinition<S, D, I>,
): Resource<D> {
  return { kind: "resource", definition: definition };
}

/** Imports by id: the text behind the address, or the attribute of that name in the identity, becomes this attribute. */
export function importById<const Name extends string = "id">(
  ...[attribute = "id" as Name]: readonly [attribute?: Name]
): (context: { readonly id: string; readonly identity: unknown }) => { readonly [N in Name]: string } {
  return ({ id, identity }) => {
    const given = id === "" ? (identity as Values | null)?.[attribute] : id;
    return { [attribute]: given } as { readonly [N in Name]: string };
  };
}
