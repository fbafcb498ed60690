// ImportResourceState: by id or by identity; the host calls ReadResource next.
import { findIdentity } from "../identity-rules.ts";
import { importObject } from "../import.ts";
import { PrivateState } from "../private-state.ts";
import { ImportResourceStateRequest, ImportResourceStateResponse } from "../wire/messages.ts";
import { findResource } from "./find.ts";
import { decodeIdentity, encodeIdentity } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { encodeValues } from "./values.ts";

export const importResourceState = rpc({
  name: "ImportResourceState",
  request: ImportResourceStateRequest,
  response: ImportResourceStateResponse,
  run: async (request, call, server) => {
    const resource = findResource(server, call, request.typeName);
    const identity = decodeIdentity(call, resource, request.identity);
    if (call.diagnostics.hasErrors) return {};
    const privateState = PrivateState.decode(undefined);
    const state = await importObject({ resource, id: request.id, identity, private: privateState }, call);
    if (state === undefined) return {};
    const imported = {
      typeName: request.typeName,
      state: encodeValues(call, resource, state, "state"),
      private: privateState.encode(),
      identity: encodeIdentity(call, resource, findIdentity(resource, state) ?? identity ?? undefined),
    };
    return { importedResources: [imported] };
  },
});
