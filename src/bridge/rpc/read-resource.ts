// ReadResource: one object as it is now.
import { checkedIdentity } from "../identity-rules.ts";
import { PrivateState } from "../private-state.ts";
import { readObject } from "../read.ts";
import { ReadResourceRequest, ReadResourceResponse } from "../wire/messages.ts";
import { findResource } from "./find.ts";
import { decodeIdentity, encodeIdentity } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { decodeValues, encodeValues, takeMeta } from "./values.ts";

export const readResource = rpc({
  name: "ReadResource",
  request: ReadResourceRequest,
  response: ReadResourceResponse,
  run: async (request, call, server) => {
    const resource = findResource(server, call, request.typeName);
    takeMeta(call, server.provider.metaSchema, request.providerMeta);
    const state = decodeValues(call, resource.schema, request.currentState);
    const former = decodeIdentity(call, resource, request.currentIdentity);
    const privateState = PrivateState.decode(request.private);
    if (state === null || call.diagnostics.hasErrors)
      return { newState: request.currentState, private: request.private };
    const found = await readObject({ resource, state, private: privateState }, call);
    const identity = checkedIdentity(resource, found, former ?? undefined, call);
    return {
      newState: encodeValues(call, resource, found, "state"),
      private: found === null ? undefined : privateState.encode(),
      newIdentity: encodeIdentity(call, resource, identity),
    };
  },
});
