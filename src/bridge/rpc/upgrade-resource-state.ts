// UpgradeResourceState: called for every object in every walk, also when the version is the same.
import { upgradeState } from "../upgrade-state.ts";
import { UpgradeResourceStateRequest, UpgradeResourceStateResponse } from "../wire/messages.ts";
import { findResource } from "./find.ts";
import { rpc } from "./rpc.ts";
import { encodeValues } from "./values.ts";

export const upgradeResourceState = rpc({
  name: "UpgradeResourceState",
  request: UpgradeResourceStateRequest,
  response: UpgradeResourceStateResponse,
  run: async (request, call, server) => {
    const resource = findResource(server, call, request.typeName);
    const json = request.rawState?.json ?? new Uint8Array(0);
    const state = await upgradeState({ resource, version: request.version, json }, call);
    if (call.diagnostics.hasErrors) return {};
    return { upgradedState: encodeValues(call, resource, state, "state") };
  },
});
