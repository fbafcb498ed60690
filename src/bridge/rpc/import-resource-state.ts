// ImportResourceState: by id or by identity; the host calls ReadResource next.
import type { Call } from "../call.ts";
import { importObject } from "../import.ts";
import { PrivateState } from "../private-state.ts";
import type { ErasedResource, Values } from "../resource.ts";
import { ImportResourceStateRequest, ImportResourceStateResponse, type DynamicValueMessage } from "../wire/messages.ts";
import { findResource } from "./find.ts";
import { identityOf } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { decodeDynamicValue, encodeValues } from "./values.ts";

export const importResourceState = rpc({
  name: "ImportResourceState",
  request: ImportResourceStateRequest,
  response: ImportResourceStateResponse,
  run: async (request, call, server) => {
    const resource = findResource(server, call, request.typeName);
    const identity = decodeIdentity(call, resource, request.identity?.identityData);
    if (call.diagnostics.hasErrors) return {};
    const privateState = PrivateState.decode(undefined);
    const state = await importObject({ resource, id: request.id, identity, private: privateState }, call);
    if (state === undefined) return {};
    const imported = {
      typeName: request.typeName,
      state: encodeValues(call, resource, state, "state"),
      private: privateState.encode(),
      identity: identityOf(resource, state, null) ?? request.identity,
    };
    return { importedResources: [imported] };
  },
});

function decodeIdentity(call: Call, resource: ErasedResource, message: DynamicValueMessage | undefined): Values | null {
  if (message === undefined || resource.identity === undefined) return null;
  return decodeDynamicValue(call, resource.identity.shape, message) as Values | null;
}
