// ConfigureProvider: once per process, not at all for validation.
import { configureProvider as configure } from "../configure.ts";
import { ConfigureProviderRequest, ConfigureProviderResponse } from "../wire/messages.ts";
import { rpc } from "./rpc.ts";
import { decodeValues } from "./values.ts";

export const configureProvider = rpc({
  name: "ConfigureProvider",
  request: ConfigureProviderRequest,
  response: ConfigureProviderResponse,
  run: async (request, call, server) => {
    const { provider } = server;
    call.about("provider", provider.schema.shape);
    const config = decodeValues(call, provider.schema, request.config) ?? {};
    if (call.diagnostics.hasErrors) return {};
    const configured = await configure(provider, config, request.terraformVersion, call);
    if (configured !== undefined) server.configured(configured.data, config);
    return {};
  },
});
