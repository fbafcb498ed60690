// MoveResourceState: `moved` blocks across types. OpenTofu calls it without asking for the capability.
import { findIdentity } from "../identity-rules.ts";
import { moveState } from "../move-state.ts";
import { MoveResourceStateRequest, MoveResourceStateResponse } from "../wire/messages.ts";
import { findResource } from "./find.ts";
import { encodeIdentity } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { encodeValues } from "./values.ts";

export const moveResourceState = rpc({
  name: "MoveResourceState",
  request: MoveResourceStateRequest,
  response: MoveResourceStateResponse,
  run: async (request, call, server) => {
    const target = findResource(server, call, request.targetTypeName);
    const { sourceProviderAddress, sourceTypeName, sourceSchemaVersion, sourceState } = request;
    const source = {
      sourceProvider: sourceProviderAddress,
      sourceType: sourceTypeName,
      sourceVersion: sourceSchemaVersion,
    };
    const state = await moveState({ target, ...source, json: sourceState?.json ?? new Uint8Array(0) }, call);
    if (state === undefined || call.diagnostics.hasErrors) return {};
    return {
      targetState: encodeValues(call, target, state, "state"),
      targetIdentity: encodeIdentity(call, target, findIdentity(target, state)),
    };
  },
});
