// Many small reads at once: one connection where the server speaks HTTP/2, as many as it takes where it does not.
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import { createTransport, type Transport } from "../../../src/registry/transport.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { rejectionOf } from "../../support/thrown.ts";

const reads = 50;
let authority: Authority;
let transport: Transport;
let server: Server;
let connections: Socket[];
let isCut: boolean;

beforeEach(() => {
  authority = createAuthority();
  transport = createTransport({ SSL_CERT_FILE: authority.certificateFile }, { sharesConnections: true });
  connections = [];
  isCut = false;
});
afterEach(async () => {
  for (const connection of connections) connection.destroy();
  await transport.close();
  await new Promise((resolve) => server.close(resolve));
  authority.remove();
});

async function listen(protocol: "HTTP/2" | "HTTP/1.1"): Promise<void> {
  const { certificatePem: cert, privateKeyPem: key } = authority.issue();
  const answer = (request: { url?: string | undefined }, response: { end(text: string): unknown }): void => {
    if (!isCut) return void response.end(request.url ?? "");
    isCut = false;
    for (const connection of connections) connection.destroy();
  };
  server = protocol === "HTTP/2" ? createSecureServer({ cert, key }, answer) : createServer({ cert, key }, answer);
  server.on("secureConnection", (socket: Socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

async function read(path: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const url = new URL(`https://localhost:${port}${path}`);
  const response = await transport.send({ method: "GET", url, headers: {} });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const paths = Array.from({ length: reads }, (_, index) => `/${index}`);
const readAll = (): Promise<string[]> => Promise.all(paths.map(read));

describe("many reads at once", () => {
  it("share one connection to a server that speaks HTTP/2, each with its own answer", async () => {
    await listen("HTTP/2");
    expect(await readAll()).toEqual(paths);
    expect(await readAll()).toEqual(paths);
    expect(connections).toHaveLength(1);
  });

  it("go side by side to a server that speaks HTTP/1.1 only", async () => {
    await listen("HTTP/1.1");
    expect(await readAll()).toEqual(paths);
    expect(connections.length).toBeGreaterThan(reads / 2);
  });

  it("all fail where nobody listens, and say so", async () => {
    await listen("HTTP/2");
    const url = new URL("https://localhost:1/");
    const all = await Promise.allSettled(paths.map(() => transport.send({ method: "GET", url, headers: {} })));
    const codes = all.map((one) => (one.status === "rejected" ? (one.reason as { code: string }).code : one.status));
    expect(new Set(codes)).toEqual(new Set(["REGISTRY_UNREACHABLE"]));
  });

  it("all end when the connection that they share is cut, and the next ones get a new one", async () => {
    await listen("HTTP/2");
    expect(await read("/before")).toBe("/before");
    isCut = true;
    const error = await rejectionOf(readAll());
    expect(error).toMatchObject({ code: "REGISTRY_UNREACHABLE" });
    expect(await readAll()).toEqual(paths);
    expect(connections).toHaveLength(2);
  });

  it("that are aborted before they are sent keep nobody waiting", async () => {
    await listen("HTTP/2");
    const { port } = server.address() as AddressInfo;
    const url = new URL(`https://localhost:${port}/`);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(transport.send({ method: "GET", url, headers: {}, signal })).rejects.toThrow("enough");
    expect(await readAll()).toEqual(paths);
  });
});
