// GetMetadata: the names of everything that the provider offers.
import { Empty, GetMetadataResponse } from "../wire/messages.ts";
import { capabilities } from "./capabilities.ts";
import { rpc } from "./rpc.ts";

export const getMetadata = rpc({
  name: "GetMetadata",
  request: Empty,
  response: GetMetadataResponse,
  run: (_request, _call, { provider }) => ({
    serverCapabilities: capabilities,
    resources: typeNames(provider.resources),
    dataSources: typeNames(provider.dataSources),
    ephemeralResources: typeNames(provider.ephemeralResources),
    listResources: typeNames(provider.listResources),
    functions: [...provider.functions.keys()].map((name) => ({ name })),
  }),
});

function typeNames(items: ReadonlyMap<string, unknown>) {
  return [...items.keys()].map((typeName) => ({ typeName }));
}
