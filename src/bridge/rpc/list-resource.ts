// ListResource: a stream of events, one for each object; and ValidateListResourceConfig.
import { diagnosticOf } from "../diagnostics.ts";
import { listObjects } from "../list-objects.ts";
import type { ProviderServer } from "../provider-server.ts";
import { validateConfig } from "../validate.ts";
import type { StreamMethod } from "../wire/grpc.ts";
import {
  ListResourceEvent,
  ListResourceRequest,
  ValidateConfigResponse,
  ValidateListResourceConfigRequest,
} from "../wire/messages.ts";
import { decodeMessage, type Decoded, type Encodable, encodeMessage } from "../wire/protobuf.ts";
import type { Call } from "../call.ts";
import { encodeDiagnostics } from "./diagnostics.ts";
import { findListResource, findResource } from "./find.ts";
import { encodeIdentity } from "./identities.ts";
import { rpc } from "./rpc.ts";
import { decodeValues, encodeValues } from "./values.ts";

export const validateListResourceConfig = rpc({
  name: "ValidateListResourceConfig",
  request: ValidateListResourceConfigRequest,
  response: ValidateConfigResponse,
  run: async (request, call, server) => {
    const list = findListResource(server, call, request.typeName);
    const config = decodeValues(call, list.schema, request.config);
    if (config !== null) await validateConfig(list, config, call, { writeOnlyAllowed: true });
    return {};
  },
});

/** The method that a host calls. What goes wrong is the diagnostic of a last event. */
export function listResourceMethod(server: ProviderServer): StreamMethod {
  return { kind: "stream", handle: (data) => answer(data, server) };
}

async function* answer(data: Uint8Array, server: ProviderServer): AsyncGenerator<readonly Uint8Array[]> {
  const call = server.beginCall("ListResource");
  try {
    for await (const event of events(decodeMessage(ListResourceRequest, data), call, server)) {
      yield encodeMessage(ListResourceEvent, event);
    }
  } catch (thrown) {
    call.diagnostics.error(diagnosticOf(thrown, "answering ListResource"));
  }
  const diagnostic = encodeDiagnostics(call);
  if (diagnostic.length > 0) yield encodeMessage(ListResourceEvent, { diagnostic });
}

async function* events(
  request: Decoded<typeof ListResourceRequest>,
  call: Call,
  server: ProviderServer,
): AsyncGenerator<Encodable<typeof ListResourceEvent>> {
  const resource = findResource(server, call, request.typeName);
  const list = findListResource(server, call, request.typeName);
  const config = decodeValues(call, list.schema, request.config) ?? {};
  if (call.diagnostics.hasErrors) return;
  const { limit, includeResourceObject: includeState } = request;
  for await (const found of listObjects({ list, resource, config, limit, includeState }, call)) {
    const resourceObject = includeState ? encodeValues(call, resource, found.state, "state") : undefined;
    if (call.diagnostics.hasErrors) return;
    yield { displayName: found.displayName, identity: encodeIdentity(call, resource, found.identity), resourceObject };
  }
}
