// OpenEphemeralResource, RenewEphemeralResource and CloseEphemeralResource: one value's short life.
import { closeEphemeral, openEphemeral, renewEphemeral } from "../open-ephemeral.ts";
import { PrivateState } from "../private-state.ts";
import {
  CloseEphemeralResourceRequest,
  CloseEphemeralResourceResponse,
  OpenEphemeralResourceRequest,
  OpenEphemeralResourceResponse,
  RenewEphemeralResourceRequest,
  RenewEphemeralResourceResponse,
} from "../wire/messages.ts";
import { findEphemeralResource } from "./find.ts";
import { rpc } from "./rpc.ts";
import { decodeValues, encodeValues } from "./values.ts";

export const openEphemeralResource = rpc({
  name: "OpenEphemeralResource",
  request: OpenEphemeralResourceRequest,
  response: OpenEphemeralResourceResponse,
  run: async (request, call, server) => {
    const ephemeral = findEphemeralResource(server, call, request.typeName);
    const config = decodeValues(call, ephemeral.schema, request.config);
    if (config === null || call.diagnostics.hasErrors) return {};
    const privateState = PrivateState.decode(undefined);
    const opened = await openEphemeral({ ephemeral, private: privateState }, config, call);
    if (opened === undefined) return {};
    return {
      result: encodeValues(call, ephemeral, opened.result, "state"),
      renewAt: encodeMoment(opened.renewAt),
      private: privateState.encode(),
    };
  },
});

export const renewEphemeralResource = rpc({
  name: "RenewEphemeralResource",
  request: RenewEphemeralResourceRequest,
  response: RenewEphemeralResourceResponse,
  run: async (request, call, server) => {
    const ephemeral = findEphemeralResource(server, call, request.typeName);
    const privateState = PrivateState.decode(request.private);
    const renewAt = await renewEphemeral({ ephemeral, private: privateState }, call);
    return { renewAt: encodeMoment(renewAt), private: privateState.encode() };
  },
});

export const closeEphemeralResource = rpc({
  name: "CloseEphemeralResource",
  request: CloseEphemeralResourceRequest,
  response: CloseEphemeralResourceResponse,
  run: async (request, call, server) => {
    const ephemeral = findEphemeralResource(server, call, request.typeName);
    await closeEphemeral({ ephemeral, private: PrivateState.decode(request.private) }, call);
    return {};
  },
});

function encodeMoment(moment: Date | undefined) {
  if (moment === undefined) return undefined;
  const milliseconds = moment.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1_000_000 };
}
