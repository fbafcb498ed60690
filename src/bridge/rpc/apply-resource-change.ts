// ApplyResourceChange: creates, updates or deletes one object.
import { applyChange } from "../apply.ts";
import { checkedIdentity, findIdentity } from "../identity-rules.ts";
import { PrivateState } from "../private-state.ts";
import { ApplyResourceChangeRequest, ApplyResourceChangeResponse } from "../wire/messages.ts";
import { findResource } from "./find.ts";
import { encodeIdentity } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { decodeValues, encodeValues, takeMeta } from "./values.ts";

export const applyResourceChange = rpc({
  name: "ApplyResourceChange",
  request: ApplyResourceChangeRequest,
  response: ApplyResourceChangeResponse,
  run: async (request, call, server) => {
    const resource = findResource(server, call, request.typeName);
    const { schema } = resource;
    takeMeta(call, server.provider.metaSchema, request.providerMeta);
    const prior = decodeValues(call, schema, request.priorState);
    const planned = decodeValues(call, schema, request.plannedState);
    const config = decodeValues(call, schema, request.config);
    const privateState = PrivateState.decode(request.plannedPrivate);
    if (call.diagnostics.hasErrors) return { newState: request.priorState, private: request.plannedPrivate };
    const state = await applyChange({ resource, config, prior, planned, private: privateState }, call);
    const identity = checkedIdentity(resource, state, findIdentity(resource, prior), call);
    return {
      newState: encodeValues(call, resource, state, "state"),
      private: state === null ? undefined : privateState.encode(),
      newIdentity: encodeIdentity(call, resource, identity),
    };
  },
});
