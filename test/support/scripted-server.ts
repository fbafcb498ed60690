// A TLS server on loopback that answers as a test's script says, hangs or drops connections, and notes what it was asked.
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Certificate } from "../../src/base/certificate.ts";

export interface ScriptedRequest {
  readonly method: string;
  /** Path with its query, as it was sent. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

/** `hang` never answers, `drop` ends the connection. */
export type Script = (
  request: ScriptedRequest,
) => ScriptedReply | "hang" | "drop" | Promise<ScriptedReply | "hang" | "drop">;

export interface ScriptedServer extends AsyncDisposable {
  /** `localhost:PORT` */
  readonly host: string;
  readonly port: number;
  readonly requests: readonly ScriptedRequest[];
  /** TLS connections up to now. */
  connections(): number;
  /** Answers differently from now on. */
  setScript(script: Script): void;
  stop(): Promise<void>;
}

export async function startScriptedServer(
  certificate: Pick<Certificate, "certificatePem" | "privateKeyPem">,
  initial: Script,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  let script = initial;
  let connections = 0;
  const server = createServer(
    { cert: certificate.certificatePem, key: certificate.privateKeyPem },
    (request, response) => {
      void readRequest(request).then(async (seen) => {
        requests.push(seen);
        await answer(script, seen, response);
      });
    },
  );
  server.on("secureConnection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => close(server);
  return {
    host: `localhost:${port}`,
    port,
    requests,
    connections: () => connections,
    setScript: (next) => (script = next),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readRequest(request: IncomingMessage): Promise<ScriptedRequest> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
}

async function answer(script: Script, request: ScriptedRequest, response: ServerResponse): Promise<void> {
  const reply = await script(request);
  if (reply === "hang") return;
  if (reply === "drop") return void response.destroy();
  const { status = 200, headers = {}, body } = reply;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
