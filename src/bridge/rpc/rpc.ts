// What the files of this folder have in common: a request is decoded, an operation runs, its reply is encoded with the call's diagnostics.
import type { Call } from "../call.ts";
import { diagnosticOf } from "../diagnostics.ts";
import type { ProviderServer } from "../provider-server.ts";
import type { UnaryMethod } from "../wire/grpc.ts";
import { decodeMessage, type Encodable, encodeMessage, type Message } from "../wire/protobuf.ts";
import { encodeDiagnostics } from "./diagnostics.ts";

export interface Rpc<Request, Response> {
  readonly name: string;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
  /** Decodes, calls, encodes. What it throws becomes a diagnostic of an otherwise empty reply. */
  readonly run: (
    request: Request,
    call: Call,
    server: ProviderServer,
  ) => Promise<Encodable<Message<Response>>> | Encodable<Message<Response>>;
}

/** A definition whose request and response types are inferred. */
export function rpc<Request, Response>(definition: Rpc<Request, Response>): Rpc<Request, Response> {
  return definition;
}

/** The method that a host calls. It never fails: whatever goes wrong is a diagnostic, and other calls go on. */
export function methodOf<Request, Response>(definition: Rpc<Request, Response>, server: ProviderServer): UnaryMethod {
  return { kind: "unary", handle: async (data) => await answer(definition, data, server) };
}

async function answer<Request, Response>(
  definition: Rpc<Request, Response>,
  data: Uint8Array,
  server: ProviderServer,
): Promise<readonly Uint8Array[]> {
  const call = server.beginCall(definition.name);
  const startedAt = server.monotonicMs();
  let response: Encodable<Message<Response>> = {};
  try {
    call.log.trace("request received");
    response = await definition.run(decodeMessage(definition.request, data), call, server);
  } catch (thrown) {
    call.diagnostics.error(diagnosticOf(thrown, `answering ${definition.name}`));
  }
  logEnd(call, server.monotonicMs() - startedAt);
  const diagnostics = encodeDiagnostics(call);
  return encodeMessage(definition.response, { ...response, diagnostics });
}

function logEnd(call: Call, durationMs: number): void {
  const count = (severity: string) => call.diagnostics.list.filter((item) => item.severity === severity).length;
  call.log.trace("request answered", () => ({
    tf_req_duration_ms: Math.round(durationMs),
    diagnostic_error_count: count("error"),
    diagnostic_warning_count: count("warning"),
  }));
}
