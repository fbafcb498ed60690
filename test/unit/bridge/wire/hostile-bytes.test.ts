// The gRPC server against bytes that no library would send: frames cut off or too large, floods of frames and of headers. Each ends its own
// connection or is borne; another client is served meanwhile, and nothing of it is kept. RFC 9113, RFC 7541.
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { type AddressInfo, connect as connectSocket, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createGrpcServer, type Method } from "../../../../src/bridge/wire/grpc.ts";
import { callRaw, frame } from "../../../contract/bridge/support/plugin-process.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

let handled = 0;
const methods = new Map<string, Method>([
  [
    "/test/Echo",
    {
      kind: "unary",
      handle: async (request) => {
        handled += 1;
        return await Promise.resolve([request]);
      },
    },
  ],
]);
const server = createGrpcServer({ methods });
let port = 0;
let other: ClientHttp2Session;

beforeAll(async () => {
  await once(server.listener.listen(0, "127.0.0.1"), "listening");
  ({ port } = server.listener.address() as AddressInfo);
  other = connect(`http://127.0.0.1:${port}`);
  await once(other, "connect");
});
afterAll(() => {
  other.destroy();
  server.close();
});

const type = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, windowUpdate: 8, continuation: 9 } as const;
const endStream = 1;
const endHeaders = 4;
const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), http2Frame(type.settings, 0, 0)]);

/** @param length what the frame says of its length, where that is not so */
function http2Frame(
  kind: number,
  flags: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
  length = payload.length,
) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = kind;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header as HPACK writes it without a table: index of the name unless it has one, then texts with their lengths. */
function literal(name: string, value: string, keep = false): Buffer {
  const text = (content: string) => Buffer.concat([hpackInteger(content.length, 7), Buffer.from(content)]);
  return Buffer.concat([Buffer.from([keep ? 0x40 : 0x00]), text(name), text(value)]);
}

function hpackInteger(value: number, bits: number): Buffer {
  const most = 2 ** bits - 1;
  if (value < most) return Buffer.from([value]);
  const octets = [most];
  for (let rest = value - most; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...octets, rest]);
    octets.push((rest % 128) + 128);
  }
}

const request = Buffer.concat([
  literal(":method", "POST"),
  literal(":scheme", "http"),
  literal(":path", "/test/Echo"),
  literal(":authority", "localhost"),
  literal("content-type", "application/grpc"),
]);
const headersOf = (stream: number, block = request) => http2Frame(type.headers, endHeaders, stream, block);
const times = (count: number, one: Buffer) => Buffer.concat(Array.from({ length: count }, () => one));
/** What a table of HPACK holds is sent once, and named by one byte from then on: 4 KB each time. */
const bomb = Buffer.concat([request, literal("x", "y".repeat(4000), true), Buffer.alloc(12_000, 0xbe)]);

/** Writes everything. @returns the kinds of frames that came meanwhile, beside those that open a connection, and whether it ended */
async function send(bytes: Buffer, waitMs = 100): Promise<string[]> {
  const socket: Socket = connectSocket(port, "127.0.0.1");
  const received: Buffer[] = [];
  const ended = once(socket, "close");
  socket.on("error", () => {}).on("data", (chunk: Buffer) => received.push(chunk));
  socket.write(bytes);
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, waitMs))]);
  const isEnded = socket.destroyed;
  socket.destroy();
  return [...kindsIn(Buffer.concat(received)), ...(isEnded ? ["end"] : [])];
}

const kinds = ["data", "headers", "priority", "reset", "settings", "push", "ping", "goaway", "window"];

function kindsIn(bytes: Buffer): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3))
    found.add(kinds[bytes[at + 3] ?? 0] ?? "");
  for (const kind of ["settings", "window", "ping"]) found.delete(kind);
  return found;
}

async function isServed(): Promise<void> {
  const reply = await callRaw(other, "/test/Echo", frame(Buffer.from("x")));
  expect([reply.status, reply.body]).toEqual([0, frame(Buffer.from("x"))]);
}

const gone = ["goaway", "end"];
const waiting: string[] = [];

describe("the gRPC server", () => {
  it("understands the requests that these tests are made of", async () => {
    const before = handled;
    await send(Buffer.concat([preface, headersOf(1), http2Frame(type.data, endStream, 1, frame(Buffer.from("x")))]));
    expect(handled - before).toBe(1);
  });

  it.each<[what: string, bytes: Buffer, answer: string[]]>([
    ["a frame larger than was agreed", http2Frame(type.data, 0, 1, Buffer.alloc(17_000)), gone],
    ["a frame that says to have 16 MB", http2Frame(type.headers, 0, 1, Buffer.alloc(10), 0xff_ff_ff), gone],
    ["a frame cut off in its head", Buffer.from([0, 0]), waiting],
    ["headers cut off", http2Frame(type.headers, endHeaders, 1, request.subarray(0, 20), request.length), waiting],
    ["headers that HPACK cannot read", headersOf(1, Buffer.alloc(100, 0xff)), gone],
    ["data of a stream that is not open", http2Frame(type.data, 0, 7, Buffer.alloc(10)), gone],
    [
      "a call cut off in its message",
      Buffer.concat([headersOf(1), http2Frame(type.data, 0, 1, frame(Buffer.alloc(9)).subarray(0, 8))]),
      waiting,
    ],
    [
      "headers that go on without end",
      Buffer.concat([
        http2Frame(type.headers, 0, 1, request),
        times(2_000, http2Frame(type.continuation, 0, 1, literal("a", "b".repeat(1000)))),
      ]),
      gone,
    ],
    ["few bytes that stand for 48 MB of headers", headersOf(1, bomb), ["reset"]],
    ["settings by the thousand", times(20_000, http2Frame(type.settings, 0, 0)), gone],
    ["pings by the thousand", times(20_000, http2Frame(type.ping, 0, 0, Buffer.alloc(8))), gone],
    ["windows opened too far", times(3, http2Frame(type.windowUpdate, 0, 0, Buffer.from([0x7f, 255, 255, 255]))), gone],
    [
      "streams opened by the thousand and never ended",
      Buffer.concat(Array.from({ length: 3_000 }, (_, index) => headersOf(2 * index + 1))),
      ["reset", ...gone],
    ],
    [
      "streams opened and reset by the thousand",
      Buffer.concat(
        Array.from({ length: 3_000 }, (_, index) => [
          headersOf(2 * index + 1),
          http2Frame(type.reset, 0, 2 * index + 1, Buffer.from([0, 0, 0, 8])),
        ]).flat(),
      ),
      gone,
    ],
  ])("does not fall for %s", async (_, bytes, answer) => {
    const before = handled;
    expect(await send(Buffer.concat([preface, bytes]), answer.includes("end") ? 5_000 : 100)).toEqual(answer);
    expect(handled).toBe(before);
    await isServed();
  });

  it("keeps nothing of 10,000 calls, nor of 200 connections that ended badly", async () => {
    const call = async () => await callRaw(other, "/test/Echo", frame(Buffer.alloc(1000)));
    const misbehave = async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const socket = connectSocket(port, "127.0.0.1").on("error", () => {});
        await once(socket, "connect");
        socket.end(Buffer.concat([preface, headersOf(1), http2Frame(type.data, 0, 1, Buffer.alloc(9))]));
        await once(socket.resume(), "close");
      }
    };
    const calls = async (count: number) => {
      for (let index = 0; index < count; index += 10) await Promise.all(Array.from({ length: 10 }, call));
    };
    await calls(2_000);
    await misbehave(50);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    await calls(10_000);
    await misbehave(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    collectGarbage();
    // 100 bytes kept by each call, or 5 KB by each connection, would be one megabyte.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000);
  });
});
