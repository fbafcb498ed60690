// ValidateResourceConfig, ValidateDataResourceConfig and ValidateEphemeralResourceConfig differ only in what they look up.
import type { Call } from "../call.ts";
import type { ProviderServer } from "../provider-server.ts";
import { validateConfig, type Validated } from "../validate.ts";
import { ValidateConfigRequest, ValidateConfigResponse } from "../wire/messages.ts";
import { findDataSource, findEphemeralResource, findResource } from "./find.ts";
import { rpc } from "./rpc.ts";
import { decodeValues } from "./values.ts";

type Find = (server: ProviderServer, call: Call, type: string) => Validated;

function validation(name: string, find: Find) {
  return rpc({
    name,
    request: ValidateConfigRequest,
    response: ValidateConfigResponse,
    run: async (request, call, server) => {
      const entity = find(server, call, request.typeName);
      const config = decodeValues(call, entity.schema, request.config);
      const writeOnlyAllowed = request.clientCapabilities?.writeOnlyAttributesAllowed === true;
      if (config !== null) await validateConfig(entity, config, call, { writeOnlyAllowed });
      return {};
    },
  });
}

export const validateResourceConfig = validation("ValidateResourceConfig", findResource);
export const validateDataResourceConfig = validation("ValidateDataResourceConfig", findDataSource);
export const validateEphemeralResourceConfig = validation("ValidateEphemeralResourceConfig", findEphemeralResource);
