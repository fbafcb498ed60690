// List resources: what exists of one resource type, for `list` blocks of a query; protocol 6.10, Terraform 1.14.
import type { CallContext } from "./call.ts";
import type { ConfigValidator } from "./config-validator.ts";
import type { ValidateContext, Values } from "./resource.ts";
import type { Schema } from "./schema.ts";
import type { AppliedConfig, Config } from "./schema-values.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface ListContext<S, D> extends CallContext<D> {
  readonly config: AppliedConfig<S>;
  /** As many objects are wanted at most; the bridge stops after them. Undefined when the host sets no limit. */
  readonly limit: number | undefined;
  /** Whether whole states are wanted; otherwise what the identity needs is enough. */
  readonly includeState: boolean;
}

/** One object that exists. */
export interface ListedObject {
  /** What a person knows it by. */
  readonly displayName: string;
  /** Its state, or as much of it as its identity needs. */
  readonly state: Values;
}

export interface ListResourceDefinition<S extends Schema, D> {
  /** The resource type whose objects are listed; it must have an identity. */
  readonly type: string;
  /** The configuration of the `list` block. */
  readonly schema: S;
  readonly validators?: readonly ConfigValidator[];
  validate?(context: ValidateContext<Config<S>>): MaybePromise<void>;
  /** The objects, page by page as they are found: an async generator serves well. */
  list(context: ListContext<S, D>): AsyncIterable<ListedObject> | Iterable<ListedObject>;
}

declare const data: unique symbol;

export interface ListResource<D = unknown> {
  readonly kind: "list resource";
  readonly definition: ErasedListResource;
  readonly [data]?: (data: D) => void;
}

/** A list resource as the bridge calls it. */
export interface ErasedListResource {
  readonly type: string;
  readonly schema: Schema;
  readonly validators?: readonly ConfigValidator[];
  validate?(context: ValidateContext<Values>): MaybePromise<void>;
  list(context: unknown): AsyncIterable<ListedObject> | Iterable<ListedObject>;
}

/** A list resource with an inferred configuration. */
export function defineListResource<S extends Schema, D = unknown>(
  definition: ListResourceDefinition<S, D>,
): ListResource<D> {
  return { kind: "list resource", definition };
}
