// Starts a provider as go-plugin does, and calls it over the wire: cookie, certificates, handshake line, gRPC.
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Certificate, createSelfSignedCertificate } from "../../../../src/base/certificate.ts";
import { decodeMessage, type Encodable, encodeMessage, type Message } from "../../../../src/bridge/wire/protobuf.ts";
import { type RunningProcess, start } from "../../../support/processes.ts";

const cookie = { TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2" };

export function newClientCertificate(): Certificate {
  const now = Date.now();
  return createSelfSignedCertificate({
    commonName: "localhost",
    dnsNames: ["localhost"],
    isAuthority: true,
    notBefore: new Date(now - 30_000),
    notAfter: new Date(now + 3_600_000),
    extendedKeyUsages: ["serverAuth", "clientAuth"],
  });
}

export interface PluginOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Without it the host speaks plaintext. */
  readonly certificate?: Certificate | undefined;
}

export interface Plugin extends AsyncDisposable {
  readonly process: RunningProcess;
  /** The fields of the handshake line. */
  readonly fields: readonly string[];
}

/** Starts the script with this Node and waits for its line. */
export async function startPlugin(script: string, options: PluginOptions = {}): Promise<Plugin> {
  return await startExecutable([process.execPath, script], options);
}

/** Starts a provider of any kind and waits for its line. */
export async function startExecutable(
  [program, ...args]: readonly [string, ...string[]],
  options: PluginOptions = {},
): Promise<Plugin> {
  const running = start(program, args, {
    environment: {
      PATH: process.env["PATH"],
      ...cookie,
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      PLUGIN_PROTOCOL_VERSIONS: "6,5",
      PLUGIN_CLIENT_CERT: options.certificate?.certificatePem,
      ...options.environment,
    },
  });
  await running.output(/^\d+\|.*\n/);
  const fields = running.stdout().trimEnd().split("|");
  return { process: running, fields, [Symbol.asyncDispose]: running.stop };
}

/** Connects as the host would. @param client what the client shows; undefined shows nothing */
export async function connectTo(plugin: Plugin, client: Certificate | undefined): Promise<ClientHttp2Session> {
  const [, , network = "", address = "", , certificate] = plugin.fields;
  const place = network === "unix" ? { path: address } : { host: "127.0.0.1", port: Number(address.split(":")[1]) };
  const session =
    certificate === undefined
      ? connect("http://localhost", { createConnection: () => connectSocket(place) })
      : connect("https://localhost", {
          createConnection: () =>
            connectTls({
              ...place,
              servername: "localhost",
              ca: pemOf(certificate),
              ALPNProtocols: ["h2"],
              ...(client === undefined ? {} : { cert: client.certificatePem, key: client.privateKeyPem }),
            }),
        });
  session.on("error", () => {});
  await once(session, "connect");
  return session;
}

function pemOf(base64: string): string {
  const lines =
    Buffer.from(base64, "base64")
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

export interface RawReply {
  /** grpc-status; undefined when the stream ended without one. */
  readonly status: number | undefined;
  readonly message: string | undefined;
  readonly body: Buffer;
  readonly httpStatus: number | undefined;
}

/** Sends bytes as they are, prefix included. */
export async function callRaw(
  session: ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawReply> {
  return await new Promise<RawReply>((resolve) => {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    const chunks: Buffer[] = [];
    let seen: Readonly<Record<string, unknown>> = {};
    stream.on("response", (received) => (seen = { ...seen, ...received }));
    stream.on("trailers", (received) => (seen = { ...seen, ...received }));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => {});
    stream.on("close", () => {
      const status = seen["grpc-status"] === undefined ? undefined : Number(seen["grpc-status"]);
      const message = typeof seen["grpc-message"] === "string" ? decodeURIComponent(seen["grpc-message"]) : undefined;
      resolve({ status, message, body: Buffer.concat(chunks), httpStatus: seen[":status"] as number | undefined });
    });
    stream.end(body);
  });
}

/** One call of the provider service. @throws Error when the status is not OK */
export async function call<Request, Response>(
  session: ClientHttp2Session,
  path: string,
  request: Message<Request>,
  response: Message<Response>,
  content: Encodable<Message<Request>>,
): Promise<Response> {
  const reply = await callRaw(session, path, frame(Buffer.concat(encodeMessage(request, content))));
  if (reply.status !== 0) throw new Error(`${path}: status ${reply.status} ${reply.message}`);
  return decodeMessage(response, reply.body.subarray(5));
}

export function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
