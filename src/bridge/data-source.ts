// Data sources: what their author writes.
import type { CallContext } from "./call.ts";
import type { ConfigValidator } from "./config-validator.ts";
import type { ValidateContext, Values } from "./resource.ts";
import type { Schema } from "./schema.ts";
import type { AppliedConfig, Config, State } from "./schema-values.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface ReadDataSourceContext<S, D> extends CallContext<D> {
  readonly config: AppliedConfig<S>;
}

export interface DataSourceDefinition<S extends Schema, D> {
  /** The type's full name, such as `acme_server`. */
  readonly type: string;
  readonly schema: S;
  readonly validators?: readonly ConfigValidator[];
  /** More checks; anything may be unknown, and `data` is not there. */
  validate?(context: ValidateContext<Config<S>>): MaybePromise<void>;
  /** @returns what was found; what is not there is an error, which you throw or report */
  read(context: ReadDataSourceContext<S, D>): MaybePromise<State<S>>;
}

declare const data: unique symbol;

export interface DataSource<D = unknown> {
  readonly kind: "data source";
  readonly definition: ErasedDataSource;
  readonly [data]?: (data: D) => void;
}

/** A data source as the bridge calls it. */
export interface ErasedDataSource {
  readonly type: string;
  readonly schema: Schema;
  readonly validators?: readonly ConfigValidator[];
  validate?(context: ValidateContext<Values>): MaybePromise<void>;
  read(context: unknown): MaybePromise<Values>;
}

/** A data source with inferred configuration and state. */
export function defineDataSource<S extends Schema, D = unknown>(definition: DataSourceDefinition<S, D>): DataSource<D> {
  return { kind: "data source", definition: definition };
}
