// A provider: its own configuration, and the types it offers.
import { InputError } from "../base/errors.ts";
import type { CallContext } from "./call.ts";
import type { ConfigValidator } from "./config-validator.ts";
import { type DataSource, type DataSourceDefinition, defineDataSource, type ErasedDataSource } from "./data-source.ts";
import {
  defineEphemeralResource,
  type EphemeralResource,
  type EphemeralResourceDefinition,
  type ErasedEphemeralResource,
} from "./ephemeral.ts";
import type { ErasedFunction, ProviderFunction } from "./function.ts";
import type { ResourceIdentity } from "./identity.ts";
import {
  defineListResource,
  type ErasedListResource,
  type ListResource,
  type ListResourceDefinition,
} from "./list-resource.ts";
import {
  defineResource,
  type ErasedResource,
  type Resource,
  type ResourceDefinition,
  type ValidateContext,
  type Values,
} from "./resource.ts";
import { defineSchema, type Schema } from "./schema.ts";
import type { Config } from "./schema-values.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface ConfigureContext<S> extends Omit<CallContext<unknown>, "data" | "meta"> {
  /** While planning anything may be unknown: what the provider is configured with may come from a resource. */
  readonly config: Config<S>;
  /** The host's version, as it says: OpenTofu 1.12 says 1.13.0. */
  readonly terraformVersion: string;
}

export interface ProviderDefinition<S extends Schema, D> {
  /** The local name, which begins the names of all types: `acme`. */
  readonly name: string;
  /** Where it is published: `acme/acme`, or with a host `registry.example.com/acme/acme`. */
  readonly address: string;
  readonly version: string;
  readonly schema?: S;
  /** What modules may say in `provider_meta`; contexts carry it as `meta`. */
  readonly metaSchema?: Schema;
  readonly validators?: readonly ConfigValidator[];
  validate?(context: ValidateContext<Config<S>>): MaybePromise<void>;
  /** Called once before any resource is planned, read or applied, not before validation. @returns what contexts carry as `data` */
  configure(context: ConfigureContext<S>): MaybePromise<D>;
  readonly resources?: readonly Resource<D>[];
  readonly dataSources?: readonly DataSource<D>[];
  readonly ephemeralResources?: readonly EphemeralResource<D>[];
  /** What exists of resources of this provider; each is about a type that has an identity. */
  readonly listResources?: readonly ListResource<D>[];
  readonly functions?: readonly ProviderFunction[];
}

export interface Provider {
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly schema: Schema;
  readonly metaSchema?: Schema;
  readonly validators: readonly ConfigValidator[];
  readonly validate?: (context: ValidateContext<Values>) => MaybePromise<void>;
  readonly configure: (context: ConfigureContext<Schema>) => unknown;
  readonly resources: ReadonlyMap<string, ErasedResource>;
  readonly dataSources: ReadonlyMap<string, ErasedDataSource>;
  readonly ephemeralResources: ReadonlyMap<string, ErasedEphemeralResource>;
  readonly listResources: ReadonlyMap<string, ErasedListResource>;
  readonly functions: ReadonlyMap<string, ErasedFunction>;
}

/**
 * A provider that `serveProvider` can serve.
 * @throws InputError INVALID_PROVIDER when a name is wrong or used twice
 */
export function defineProvider<S extends Schema, D>(definition: ProviderDefinition<S, D>): Provider {
  const { name, address, version, validators = [] } = definition;
  const typed = (items: readonly Typed[] | undefined) => byName(items ?? [], ({ type }) => type, `${name}_`);
  const resources = typed(definition.resources) as Provider["resources"];
  const listResources = typed(definition.listResources) as Provider["listResources"];
  for (const type of listResources.keys()) {
    if (resources.get(type)?.identity === undefined) throw invalid(type, "a type is listed that has no identity");
  }
  return {
    name,
    address,
    version,
    validators,
    schema: definition.schema ?? defineSchema({ attributes: {} }),
    ...(definition.metaSchema === undefined ? {} : { metaSchema: definition.metaSchema }),
    ...(definition.validate === undefined
      ? {}
      : { validate: definition.validate.bind(definition) as Provider["validate"] & {} }),
    configure: definition.configure.bind(definition),
    resources,
    listResources,
    dataSources: typed(definition.dataSources) as Provider["dataSources"],
    ephemeralResources: typed(definition.ephemeralResources) as Provider["ephemeralResources"],
    functions: byName(definition.functions ?? [], (item) => item.name, ""),
  };
}

type Typed = { readonly definition: { readonly type: string } };

function byName<Item extends { readonly definition: object }>(
  items: readonly Item[],
  nameOf: (definition: Item["definition"]) => string,
  prefix: string,
): ReadonlyMap<string, Item["definition"]> {
  const found = new Map<string, Item["definition"]>();
  for (const { definition } of items) {
    const name = nameOf(definition);
    if (found.has(name)) throw invalid(name, "two definitions have the same name");
    if (!name.startsWith(prefix) || !/^[a-z][a-z0-9_]*$/.test(name)) {
      throw invalid(name, `a name is not allowed, expected ${prefix}… of a-z, 0-9 and _`);
    }
    found.set(name, definition);
  }
  return found;
}

function invalid(name: string, message: string): InputError {
  return new InputError("INVALID_PROVIDER", `${name}: ${message}`, { path: name });
}

/** The definition functions for contexts whose `data` is of one type. */
export interface Definitions<D> {
  defineProvider<S extends Schema>(definition: ProviderDefinition<S, D>): Provider;
  defineResource<S extends Schema, I extends ResourceIdentity | undefined = undefined>(
    definition: ResourceDefinition<S, D, I>,
  ): Resource<D>;
  defineDataSource<S extends Schema>(definition: DataSourceDefinition<S, D>): DataSource<D>;
  defineEphemeralResource<S extends Schema>(definition: EphemeralResourceDefinition<S, D>): EphemeralResource<D>;
  defineListResource<S extends Schema>(definition: ListResourceDefinition<S, D>): ListResource<D>;
}

/** `const { defineProvider, defineResource } = withData<AcmeClient>()`: what `configure` gives is typed in every context. */
export function withData<D>(): Definitions<D> {
  return { defineProvider, defineResource, defineDataSource, defineEphemeralResource, defineListResource };
}
