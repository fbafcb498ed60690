// The server on a socket: HTTP/1.1 and 2 over TLS, many at once, long connections, an orderly end.
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { Agent, type RequestOptions, request as httpsRequest } from "node:https";
import { request as httpRequest } from "node:http";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { createConnection, type LookupFunction } from "node:net";
import { type ManagementServer, startManagementServer } from "../../../src/server/management-server.ts";
import type { ServerOptions } from "../../../src/server/server-options.ts";
import { startServer } from "../../../src/server/start.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { basicRegistry, type RegistryDouble, startRegistryDouble } from "./support/registry-double.ts";
import { integrationBody, integrationsUrl } from "./support/test-app.ts";

const password = "c0rrect horse";
const jsonApi = "application/vnd.api+json";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

describe("the server on a socket", () => {
  let authority: Authority;
  let registry: RegistryDouble;
  let server: ManagementServer;
  /** Every name leads to the double. */
  const lookup: LookupFunction = (_hostname, _options, callback) =>
    callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const open = (options: Partial<ServerOptions> = {}) =>
    startManagementServer({
      environment: { SSL_CERT_FILE: authority.certificateFile },
      allowedRegistryCidrs: ["127.0.0.0/8"],
      lookup,
      ...options,
    });
  beforeEach(async () => {
    authority = createAuthority();
    registry = await startRegistryDouble(authority.issue(["*.registry.example"]), basicRegistry("bot", password));
    server = await open();
  });
  afterEach(async () => {
    await server.close();
    await registry.close();
    authority.remove();
  });

  const headers = () => ({
    authorization: `Bearer ${server.adminToken.reveal()}`,
    "content-type": jsonApi,
    accept: jsonApi,
  });
  /** On a host where nothing listens: stored as failed at once. */
  const deadBodyOf = (index: number) =>
    JSON.stringify(integrationBody({ name: `n${index}`, "registry-url": `https://h${index}.registry.example:9` }));
  const bodyOf = (index: number) =>
    JSON.stringify(
      integrationBody({
        name: `n${index}`,
        password,
        "registry-url": `https://h${index}.registry.example:${registry.port}`,
      }),
    );

  function https(method: string, path: string, body?: string, options: RequestOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const url = `${server.url}${path}`;
      const sent = httpsRequest(
        url,
        { method, headers: headers(), ca: server.certificatePem, ...options },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
          response.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  function http2(session: ClientHttp2Session, method: string, path: string, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const stream = session.request({ ":method": method, ":path": path, ...headers() });
      let answerHeaders: Record<string, unknown> = {};
      let text = "";
      stream.on("response", (received) => (answerHeaders = received));
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      stream.on("end", () => resolve({ status: Number(answerHeaders[":status"]), headers: answerHeaders, body: text }));
      stream.on("error", reject);
      stream.end(body);
    });
  }
  const openSession = () => connectHttp2(server.url, { ca: server.certificatePem });

  it("speaks HTTP/2 and HTTP/1.1 alike", async () => {
    const session = openSession();
    for (const [method, path, body, status] of [
      ["GET", "/.well-known/terraform.json", undefined, 200],
      ["POST", integrationsUrl, bodyOf(1), 201],
      ["GET", integrationsUrl, undefined, 200],
      ["DELETE", `${integrationsUrl}/in-none`, undefined, 404],
      ["POST", integrationsUrl, "{", 400],
      ["POST", integrationsUrl, "x".repeat(100_000), 413],
      ["GET", "/%zz", undefined, 400],
    ] as const) {
      const answers = [await http2(session, method, path, body), await https(method, path, body)];
      expect({ path, found: answers.map((answer) => answer.status) }).toEqual({ path, found: [status, status] });
      if (status >= 400) expect(answers.map((answer) => answer.headers["content-type"])).toEqual([jsonApi, jsonApi]);
      expect(answers[0]?.body === "").toBe(answers[1]?.body === "");
    }
    session.close();
  });

  it("is trusted by its certificate alone, and by no name that is not in it", async () => {
    await expect(https("GET", "/.well-known/terraform.json", undefined, { ca: [] })).rejects.toThrow(/self-signed/);
    const other = { servername: "other.example" };
    await expect(https("GET", "/.well-known/terraform.json", undefined, other)).rejects.toThrow(/altnames/);
    expect((await https("GET", "/.well-known/terraform.json")).headers).toMatchObject({
      "strict-transport-security": "max-age=31536000",
    });
  });

  it("takes 500 creates at once on one HTTP/2 connection", async () => {
    const session = openSession();
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => http2(session, "POST", integrationsUrl, bodyOf(index))),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([201]));
    const list = await http2(session, "GET", `${integrationsUrl}?page[size]=1`);
    expect(JSON.parse(list.body)).toMatchObject({ meta: { pagination: { "total-count": 500 } } });
    session.close();
  }, 240_000);

  it("takes 500 creates at once on 500 HTTP/1.1 connections", async () => {
    const agent = new Agent({ ca: server.certificatePem, maxSockets: 500, keepAlive: false });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => https("POST", integrationsUrl, deadBodyOf(index), { agent })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    agent.destroy();
  }, 240_000);

  it("keeps idle connections longer than the 90 seconds of Go's clients", async () => {
    const agent = new Agent({ ca: server.certificatePem, keepAlive: true });
    const { headers: received } = await https("GET", integrationsUrl, undefined, { agent });
    expect(received["keep-alive"]).toBe("timeout=120");
    agent.destroy();
  });

  it("answers a body of 10 MB before it is all there", async () => {
    const answer = await https("POST", integrationsUrl, "x".repeat(10_000_000));
    expect(answer).toMatchObject({ status: 413, headers: { "content-type": jsonApi } });
    expect(answer.body).toContain("at most 64 KiB");
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n", "400"],
    ["headers without end", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, "431"],
  ])("answers %s as JSON:API", async (_what, bytes, status) => {
    const answer = await rawExchange(server, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`content-type: ${jsonApi}\r\n`);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      errors: [{ status, code: "INVALID_REQUEST" }],
    });
  });

  it("survives a client that hangs up in the middle", async () => {
    for (const bytes of ["", "GET", "POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc"]) {
      const socket = await openSocket(server);
      socket.write(bytes);
      socket.destroy();
    }
    expect((await https("GET", integrationsUrl)).status).toBe(200);
  });

  it.each(["HTTP/1.1", "HTTP/2"])("ends with every request answered that was under way, over %s", async (protocol) => {
    const session = openSession();
    const agent = new Agent({ ca: server.certificatePem, keepAlive: true });
    await https("GET", integrationsUrl, undefined, { agent });
    let asked = () => {};
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    registry.answerWith((request) => {
      asked();
      return { ...basicRegistry("bot", password)(request), delayMs: 200 };
    });
    const create =
      protocol === "HTTP/2"
        ? http2(session, "POST", integrationsUrl, bodyOf(1))
        : https("POST", integrationsUrl, bodyOf(1), { agent });
    await wasAsked;
    const started = performance.now();
    const closing = server.close();
    expect((await create).status).toBe(201);
    await closing;
    // Sooner than what is left would be cut off.
    expect(performance.now() - started).toBeLessThan(20_000);
    await expect(https("GET", integrationsUrl)).rejects.toThrow("ECONNREFUSED");
    session.destroy();
    agent.destroy();
    server = await open();
  });

  it("serves plain HTTP on loopback, and nowhere else", async () => {
    const plain = await startServer({ environment: {}, tls: { kind: "off" } });
    expect(plain.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const status = await new Promise((resolve) => {
      httpRequest(`${plain.url}/.well-known/terraform.json`, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(status).toBe(200);
    await plain.close();
    const refused = startServer({ environment: {}, tls: { kind: "off" }, listen: { host: "0.0.0.0", port: 0 } });
    expect(await rejectionOf(refused)).toMatchObject({ code: "INVALID_ARGUMENT", path: "--listen" });
  });

  it("uses a certificate that it is given", async () => {
    const { certificatePem, privateKeyPem } = authority.issue(["127.0.0.1"]);
    await using given = await closable(
      startServer({ environment: {}, tls: { kind: "given", certificatePem, privateKeyPem } }),
    );
    const status = await new Promise((resolve, reject) => {
      const sent = httpsRequest(
        `${given.url}/.well-known/terraform.json`,
        { ca: authority.certificatePem },
        (response) => resolve(response.resume().statusCode),
      );
      sent.on("error", reject).end();
    });
    expect(status).toBe(200);
  });

  it("does not start on a port that is taken, nor with a certificate that is none", async () => {
    const port = Number(server.hostname.split(":")[1]);
    expect(await rejectionOf(startServer({ environment: {}, listen: { host: "127.0.0.1", port } }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: `127.0.0.1:${port} is taken, expected a free port`,
    });
    expect(await rejectionOf(startServer({ environment: {}, listen: { host: "192.0.2.1", port: 0 } }))).toMatchObject({
      message: "192.0.2.1:0 is not an address of this machine, expected one that is",
    });
    const tls = { kind: "given", certificatePem: "no", privateKeyPem: "no" } as const;
    expect(await rejectionOf(startServer({ environment: {}, tls }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      path: "--tls-cert",
    });
  });
});

async function closable<Running extends { close(): Promise<void> }>(starting: Promise<Running>) {
  const running = await starting;
  return { ...running, [Symbol.asyncDispose]: () => running.close() };
}

function openSocket(server: ManagementServer): Promise<TLSSocket> {
  const port = Number(server.hostname.split(":")[1]);
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      socket: createConnection(port, "127.0.0.1"),
      ca: server.certificatePem,
      servername: "localhost",
    });
    socket.once("secureConnect", () => resolve(socket)).once("error", reject);
  });
}

/** Everything that the server answers to these bytes. */
async function rawExchange(server: ManagementServer, bytes: string): Promise<string> {
  const socket = await openSocket(server);
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}
