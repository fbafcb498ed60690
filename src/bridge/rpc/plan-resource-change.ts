// PlanResourceChange: what an apply would do with one object.
import { planChange } from "../plan.ts";
import { PrivateState } from "../private-state.ts";
import { PlanResourceChangeRequest, PlanResourceChangeResponse } from "../wire/messages.ts";
import { encodePath } from "./diagnostics.ts";
import { findResource } from "./find.ts";
import { plannedIdentity } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { decodeValues, encodeValues, takeMeta } from "./values.ts";

export const planResourceChange = rpc({
  name: "PlanResourceChange",
  request: PlanResourceChangeRequest,
  response: PlanResourceChangeResponse,
  run: async (request, call, server) => {
    const resource = findResource(server, call, request.typeName);
    const { schema } = resource;
    takeMeta(call, server.provider.metaSchema, request.providerMeta);
    const prior = decodeValues(call, schema, request.priorState);
    const privateState = PrivateState.decode(request.priorPrivate);
    const proposed = decodeValues(call, schema, request.proposedNewState);
    const config = decodeValues(call, schema, request.config);
    if (call.diagnostics.hasErrors) return {};
    const change = await planChange({ resource, config, prior, proposed, private: privateState }, call);
    return {
      plannedState: encodeValues(call, resource, change.planned, "plan"),
      requiresReplace: change.requiresReplace.flatMap((path) => encodePath(schema.shape, path) ?? []),
      plannedPrivate: privateState.encode(),
      plannedIdentity: plannedIdentity(call, resource, change.planned, prior),
    };
  },
});
