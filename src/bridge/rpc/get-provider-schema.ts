// GetProviderSchema: everything that the provider offers.
import { capabilities } from "./capabilities.ts";
import type { Schema } from "../schema.ts";
import { Empty, GetProviderSchemaResponse, type Schema as SchemaType } from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import { rpc } from "./rpc.ts";
import { encodeFunction, encodeSchema } from "./schema-messages.ts";

export const getProviderSchema = rpc({
  name: "GetProviderSchema",
  request: Empty,
  response: GetProviderSchemaResponse,
  run: (_request, _call, { provider }) => ({
    provider: encodeSchema(provider.schema),
    providerMeta: provider.metaSchema === undefined ? undefined : encodeSchema(provider.metaSchema),
    resourceSchemas: schemas(provider.resources),
    dataSourceSchemas: schemas(provider.dataSources),
    ephemeralResourceSchemas: schemas(provider.ephemeralResources),
    listResourceSchemas: schemas(provider.listResources),
    functions: new Map([...provider.functions].map(([name, definition]) => [name, encodeFunction(definition)])),
    serverCapabilities: capabilities,
  }),
});

function schemas(
  items: ReadonlyMap<string, { readonly schema: Schema }>,
): ReadonlyMap<string, Encodable<typeof SchemaType>> {
  return new Map([...items].map(([type, { schema }]) => [type, encodeSchema(schema)]));
}
