// The gRPC server against clients that behave, misbehave and leave.
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { type AddressInfo, connect as connectSocket } from "node:net";
import { createGrpcServer, GrpcError, type Method } from "../../../../src/bridge/wire/grpc.ts";
import { callRaw, frame } from "../../../contract/bridge/support/plugin-process.ts";

const bigBytes = 20 * 1024 * 1024;

const methods = new Map<string, Method>([
  ["/test/Echo", { kind: "unary", handle: async (request) => [request] }],
  ["/test/Big", { kind: "unary", handle: async () => [Buffer.alloc(bigBytes, 7)] }],
  ["/test/Length", { kind: "unary", handle: async (request) => [Buffer.from(String(request.length))] }],
  ["/test/Throws", { kind: "unary", handle: async () => Promise.reject(new Error("secret of the provider")) }],
  ["/test/Refuses", { kind: "unary", handle: async () => Promise.reject(new GrpcError(3, "not so: 100 %")) }],
  [
    "/test/Slow",
    { kind: "unary", handle: async (request) => await new Promise((resolve) => setTimeout(resolve, 50, [request])) },
  ],
  ["/test/Idle", { kind: "idle" }],
  [
    "/test/Stream",
    {
      kind: "stream",
      handle: async function* (request) {
        for (let index = 0; index < 3; index += 1) yield [request, Buffer.from([index])];
      },
    },
  ],
  [
    "/test/StreamThrows",
    {
      kind: "stream",
      handle: async function* () {
        yield await Promise.reject(new GrpcError(3, "no"));
      },
    },
  ],
]);

const sessions: number[] = [];
const server = createGrpcServer({ methods, maxMessageBytes: bigBytes, onSessions: (count) => sessions.push(count) });
let port = 0;
let client: ClientHttp2Session;

beforeAll(async () => {
  await once(server.listener.listen(0, "127.0.0.1"), "listening");
  ({ port } = server.listener.address() as AddressInfo);
});
afterAll(() => server.close());
beforeEach(async () => {
  client = connect(`http://127.0.0.1:${port}`);
  client.on("error", () => {});
  await once(client, "connect");
});
afterEach(() => client.destroy());

const text = (body: Buffer) => body.subarray(5).toString();

describe("the gRPC server", () => {
  it("answers a call with its message and status 0 in the trailers", async () => {
    const reply = await callRaw(client, "/test/Echo", frame(Buffer.from("hello")));
    expect(reply).toMatchObject({ status: 0, httpStatus: 200 });
    expect(reply.body).toEqual(frame(Buffer.from("hello")));
  });

  it("answers an empty message", async () => {
    expect(await callRaw(client, "/test/Echo", frame(Buffer.alloc(0)))).toMatchObject({
      status: 0,
      body: frame(Buffer.alloc(0)),
    });
  });

  it("takes and gives messages of many megabytes", async () => {
    expect(text((await callRaw(client, "/test/Length", frame(Buffer.alloc(bigBytes)))).body)).toBe(String(bigBytes));
    const reply = await callRaw(client, "/test/Big", frame(Buffer.alloc(0)));
    expect(reply.status).toBe(0);
    expect(reply.body.length).toBe(bigBytes + 5);
    expect(reply.body.subarray(5).every((octet) => octet === 7)).toBe(true);
  });

  it("answers others while messages of many megabytes are on their way on the same connection", async () => {
    const waiting = Array.from({ length: 3 }, () => {
      const stream = client.request({ ":method": "POST", ":path": "/test/Big", "content-type": "application/grpc" });
      stream.end(frame(Buffer.alloc(0)));
      return stream;
    });
    await Promise.all(waiting.map(async (stream) => await once(stream, "response")));
    expect((await callRaw(client, "/test/Echo", frame(Buffer.from("x")))).status).toBe(0);
    const lengths = waiting.map(async (stream) => {
      let length = 0;
      stream.on("data", (chunk: Buffer) => (length += chunk.length));
      await once(stream, "end");
      return length;
    });
    expect(await Promise.all(lengths)).toEqual([1, 2, 3].map(() => bigBytes + 5));
  });

  it("waits for a reader that takes its time", async () => {
    const stream = client.request({ ":method": "POST", ":path": "/test/Big", "content-type": "application/grpc" });
    stream.end(frame(Buffer.alloc(0)));
    let length = 0;
    stream.once("data", (chunk: Buffer) => {
      length += chunk.length;
      stream.pause();
      setTimeout(() => stream.on("data", (next: Buffer) => (length += next.length)).resume(), 100);
    });
    await once(stream, "end");
    expect(length).toBe(bigBytes + 5);
  });

  it("answers many calls at once, each with its own", async () => {
    const replies = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        text((await callRaw(client, "/test/Slow", frame(Buffer.from(`${index}`)))).body),
      ),
    );
    expect(replies).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`));
  });

  it("keeps an idle stream open until the client ends it", async () => {
    const stream = client.request({ ":method": "POST", ":path": "/test/Idle", "content-type": "application/grpc" });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    expect(headers[":status"]).toBe(200);
    const trailers = once(stream, "trailers");
    stream.resume().end();
    expect((await trailers)[0]).toMatchObject({ "grpc-status": "0" });
  });

  it("sends as many replies as a stream has", async () => {
    const reply = await callRaw(client, "/test/Stream", frame(Buffer.from("a")));
    expect(reply.status).toBe(0);
    expect(reply.body).toEqual(Buffer.concat([0, 1, 2].map((index) => frame(Buffer.from([97, index])))));
  });

  it.each<[what: string, path: string, body: Uint8Array, status: number, message: RegExp]>([
    ["a method that it does not have", "/test/None", frame(Buffer.alloc(0)), 12, /unknown method/],
    ["a method that refuses", "/test/Refuses", frame(Buffer.alloc(0)), 3, /^not so: 100 %$/],
    ["a method that fails, without its text", "/test/Throws", frame(Buffer.alloc(0)), 13, /^internal error$/],
    ["a stream that refuses", "/test/StreamThrows", frame(Buffer.alloc(0)), 3, /^no$/],
    ["no message", "/test/Echo", Buffer.alloc(0), 13, /ends inside its prefix/],
    ["a prefix cut off", "/test/Echo", Buffer.from([0, 0, 0]), 13, /ends inside its prefix/],
    ["a message cut off", "/test/Echo", frame(Buffer.from("hello")).subarray(0, 8), 13, /ends inside its message/],
    [
      "two messages",
      "/test/Echo",
      Buffer.concat([frame(Buffer.from("a")), frame(Buffer.from("b"))]),
      13,
      /more than one/,
    ],
    ["a compressed message", "/test/Echo", Buffer.from([1, 0, 0, 0, 1, 9]), 12, /compressed/],
    ["a length of 4 GB", "/test/Echo", Buffer.from([0, 255, 255, 255, 255, 1]), 13, /ends inside its message/],
    ["a message that is too large", "/test/Echo", frame(Buffer.alloc(bigBytes + 1)), 8, /larger than/],
  ])("answers %s with a status, and goes on", async (_what, path, body, status, message) => {
    const reply = await callRaw(client, path, body);
    expect(reply.status).toBe(status);
    expect(reply.message).toMatch(message);
    expect((await callRaw(client, "/test/Echo", frame(Buffer.from("x")))).status).toBe(0);
  });

  it("refuses what is no gRPC", async () => {
    const reply = await callRaw(client, "/test/Echo", frame(Buffer.alloc(0)), { "content-type": "text/plain" });
    expect(reply).toMatchObject({ httpStatus: 415, status: undefined });
  });

  it("survives clients that leave in the middle of a request and of a reply", async () => {
    for (const path of ["/test/Echo", "/test/Slow", "/test/Big", "/test/Stream"]) {
      const leaving = connect(`http://127.0.0.1:${port}`);
      leaving.on("error", () => {});
      const stream = leaving.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
      stream.on("error", () => {});
      stream.write(frame(Buffer.alloc(10)));
      if (path !== "/test/Echo") stream.end();
      await new Promise((resolve) => setTimeout(resolve, 10));
      leaving.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect((await callRaw(client, "/test/Echo", frame(Buffer.from("x")))).status).toBe(0);
  });

  it("refuses a flood of headers, and serves others", async () => {
    const flooding = connect(`http://127.0.0.1:${port}`);
    flooding.on("error", () => {});
    const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x-${index}`, "y".repeat(1000)]));
    const outcome = await callRaw(flooding, "/test/Echo", frame(Buffer.from("x")), headers);
    expect(outcome.status).not.toBe(0);
    flooding.destroy();
    expect((await callRaw(client, "/test/Echo", frame(Buffer.from("x")))).status).toBe(0);
  });

  it("ends a connection that opens and resets streams without end, and serves others", async () => {
    const flooding = connect(`http://127.0.0.1:${port}`);
    flooding.on("error", () => {});
    const closed = new Promise((resolve) => flooding.once("close", resolve));
    for (let index = 0; index < 5000 && !flooding.destroyed; index += 1) {
      const stream = flooding.request({ ":method": "POST", ":path": "/test/Slow", "content-type": "application/grpc" });
      stream.on("error", () => {});
      stream.close(8);
      if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    expect((await callRaw(client, "/test/Echo", frame(Buffer.from("x")))).status).toBe(0);
  });

  it("survives bytes that are no HTTP/2", async () => {
    const socket = connectSocket(port, "127.0.0.1");
    socket.on("error", () => {}).end(Buffer.alloc(4096, 0xff));
    await once(socket.resume(), "close");
    expect((await callRaw(client, "/test/Echo", frame(Buffer.from("x")))).status).toBe(0);
  });

  it("tells how many connections there are", async () => {
    // Those of the tests before are gone by then.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = sessions.at(-1) ?? 0;
    const other = connect(`http://127.0.0.1:${port}`);
    await once(other, "connect");
    await callRaw(other, "/test/Echo", frame(Buffer.alloc(0)));
    expect(sessions.at(-1)).toBe(before + 1);
    other.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sessions.at(-1)).toBe(before);
  });
});
