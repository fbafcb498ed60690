// ValidateProviderConfig: the provider's own configuration.
import { validateConfig } from "../validate.ts";
import { ValidateProviderConfigRequest, ValidateProviderConfigResponse } from "../wire/messages.ts";
import { rpc } from "./rpc.ts";
import { decodeValues } from "./values.ts";

export const validateProviderConfig = rpc({
  name: "ValidateProviderConfig",
  request: ValidateProviderConfigRequest,
  response: ValidateProviderConfigResponse,
  run: async (request, call, { provider }) => {
    call.about("provider", provider.schema.shape);
    const config = decodeValues(call, provider.schema, request.config);
    if (config !== null) await validateConfig(provider, config, call, { writeOnlyAllowed: true });
    return {};
  },
});
