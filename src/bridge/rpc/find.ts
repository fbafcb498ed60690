// Finds what a request names, and tells the call what it is about.
import { DiagnosticError } from "../diagnostics.ts";
import type { Call } from "../call.ts";
import type { ErasedDataSource } from "../data-source.ts";
import type { ErasedEphemeralResource } from "../ephemeral.ts";
import type { ErasedListResource } from "../list-resource.ts";
import type { ProviderServer } from "../provider-server.ts";
import type { ErasedResource } from "../resource.ts";
import type { Schema } from "../schema.ts";

/** @throws DiagnosticError when the provider has no such type */
export function findResource(server: ProviderServer, call: Call, type: string): ErasedResource {
  return known(server.provider.resources, call, type, "resource type");
}

/** @throws DiagnosticError when the provider has no such type */
export function findDataSource(server: ProviderServer, call: Call, type: string): ErasedDataSource {
  return known(server.provider.dataSources, call, type, "data source");
}

/** @throws DiagnosticError when the provider has no such type */
export function findEphemeralResource(server: ProviderServer, call: Call, type: string): ErasedEphemeralResource {
  return known(server.provider.ephemeralResources, call, type, "ephemeral resource type");
}

/** @throws DiagnosticError when the provider has no such type */
export function findListResource(server: ProviderServer, call: Call, type: string): ErasedListResource {
  return known(server.provider.listResources, call, type, "list resource type");
}

function known<Item extends { readonly schema: Schema }>(
  items: ReadonlyMap<string, Item>,
  call: Call,
  type: string,
  kind: string,
): Item {
  const item = items.get(type);
  if (item === undefined)
    throw new DiagnosticError({ summary: `Unknown ${kind}`, detail: `The provider has no ${kind} "${type}".` });
  call.about(type, item.schema.shape);
  return item;
}
