// Ephemeral resources: what their author writes. Their values live for one run and are stored nowhere; OpenTofu 1.11.
import type { CallContext } from "./call.ts";
import type { ConfigValidator } from "./config-validator.ts";
import type { PrivateState } from "./private-state.ts";
import type { ValidateContext, Values } from "./resource.ts";
import type { Schema } from "./schema.ts";
import type { AppliedConfig, Config, State } from "./schema-values.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface OpenContext<S, D> extends CallContext<D> {
  readonly config: AppliedConfig<S>;
  /** Kept for `renew` and `close`. */
  readonly private: PrivateState;
  /** The host calls `renew` at that time. */
  renewAt(moment: Date): void;
}

export interface RenewContext<D> extends CallContext<D> {
  readonly private: PrivateState;
  renewAt(moment: Date): void;
}

export interface CloseContext<D> extends CallContext<D> {
  readonly private: PrivateState;
}

export interface EphemeralResourceDefinition<S extends Schema, D> {
  /** The type's full name, such as `acme_token`. */
  readonly type: string;
  readonly schema: S;
  readonly validators?: readonly ConfigValidator[];
  /** More checks; anything may be unknown, and `data` is not there. */
  validate?(context: ValidateContext<Config<S>>): MaybePromise<void>;
  open(context: OpenContext<S, D>): MaybePromise<State<S>>;
  /** Prolongs what `open` gave; needed when `renewAt` was called. */
  renew?(context: RenewContext<D>): MaybePromise<void>;
  /** Ends what `open` gave. */
  close?(context: CloseContext<D>): MaybePromise<void>;
}

declare const data: unique symbol;

export interface EphemeralResource<D = unknown> {
  readonly kind: "ephemeral resource";
  readonly definition: ErasedEphemeralResource;
  readonly [data]?: (data: D) => void;
}

/** An ephemeral resource as the bridge calls it. */
export interface ErasedEphemeralResource {
  readonly type: string;
  readonly schema: Schema;
  readonly validators?: readonly ConfigValidator[];
  validate?(context: ValidateContext<Values>): MaybePromise<void>;
  open(context: unknown): MaybePromise<Values>;
  renew?(context: unknown): MaybePromise<void>;
  close?(context: unknown): MaybePromise<void>;
}

/** An ephemeral resource with inferred configuration and result. */
export function defineEphemeralResource<S extends Schema, D = unknown>(
  definition: EphemeralResourceDefinition<S, D>,
): EphemeralResource<D> {
  return { kind: "ephemeral resource", definition: definition };
}
