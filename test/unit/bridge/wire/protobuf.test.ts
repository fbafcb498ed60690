// The protobuf codec against bytes written by hand after the specification.
import {
  bool,
  bytes,
  decodeMessage,
  encodeMessage,
  enumeration,
  int64,
  mapOf,
  message,
  type Message,
  nested,
  optionalInt64,
  optionalString,
  repeated,
  repeatedString,
  string,
  stringMap,
} from "../../../../src/bridge/wire/protobuf.ts";
import { thrownBy } from "../../../support/thrown.ts";

const Inner = message({ name: string(1) });
const Everything = message({
  text: string(1),
  data: bytes(2),
  flag: bool(3),
  count: int64(4),
  kind: enumeration(5),
  inner: nested(6, () => Inner),
  inners: repeated(7, () => Inner),
  table: mapOf(8, () => Inner),
  maybeText: optionalString(9),
  maybeCount: optionalInt64(10),
  texts: repeatedString(11),
  pairs: stringMap(12),
  far: bool(1000),
});

interface Deep {
  readonly next: Deep | undefined;
}
const Recursive: Message<Deep> = message({ next: nested(1, () => Recursive) });

const encode = (value: Parameters<typeof encodeMessage<typeof Everything extends Message<infer S> ? S : never>>[1]) =>
  Buffer.concat(encodeMessage(Everything, value)).toString("hex");
const decode = (hex: string) => decodeMessage(Everything, Buffer.from(hex.replaceAll(" ", ""), "hex"));

const empty = {
  text: "",
  data: new Uint8Array(0),
  flag: false,
  count: 0,
  kind: 0,
  inner: undefined,
  inners: [],
  table: new Map(),
  maybeText: undefined,
  maybeCount: undefined,
  texts: [],
  pairs: new Map(),
  far: false,
};

describe("the protobuf codec", () => {
  it.each<[hex: string, value: Record<string, unknown>]>([
    ["", {}],
    ["0a 01 61", { text: "a" }],
    ["0a 04 f0 9f 98 80", { text: "😀" }],
    ["12 03 00 01 02", { data: Buffer.from([0, 1, 2]) }],
    ["18 01", { flag: true }],
    ["20 01", { count: 1 }],
    ["20 ac 02", { count: 300 }],
    ["20 ff ff ff ff ff ff ff 0f", { count: 2 ** 53 - 1 }],
    ["20 ff ff ff ff ff ff ff ff ff 01", { count: -1 }],
    ["20 81 80 80 80 80 80 80 f0 ff 01", { count: -(2 ** 53 - 1) }],
    ["28 02", { kind: 2 }],
    ["32 00", { inner: { name: "" } }],
    ["32 03 0a 01 61", { inner: { name: "a" } }],
    ["3a 03 0a 01 61 3a 00", { inners: [{ name: "a" }, { name: "" }] }],
    ["42 08 0a 01 6b 12 03 0a 01 76", { table: new Map([["k", { name: "v" }]]) }],
    ["4a 00", { maybeText: "" }],
    ["50 00", { maybeCount: 0 }],
    ["5a 01 61 5a 00", { texts: ["a", ""] }],
    ["62 06 0a 01 6b 12 01 76", { pairs: new Map([["k", "v"]]) }],
    ["c0 3e 01", { far: true }],
  ])("%s is %j, both ways", (hex, value) => {
    expect(encode(value)).toBe(hex.replaceAll(" ", ""));
    const decoded = decode(hex);
    expect({ ...decoded, data: Buffer.from(decoded.data) }).toEqual({ ...empty, data: Buffer.alloc(0), ...value });
  });

  it("leaves zero values out, but not those that are optional", () => {
    expect(encode({ text: "", data: Buffer.alloc(0), flag: false, count: 0, kind: 0, texts: [], inners: [] })).toBe("");
  });

  it.each<[what: string, hex: string]>([
    ["a number", "f8 07 ac 02"],
    ["eight bytes", "f9 07 00 01 02 03 04 05 06 07"],
    ["a length and bytes", "fa 07 02 00 01"],
    ["four bytes", "fd 07 00 01 02 03"],
    ["a number of ten bytes", "f8 07 ff ff ff ff ff ff ff ff ff 01"],
  ])("skips a field that it does not know, %s", (_what, hex) => {
    expect(decode(`${hex} 0a 01 61`)).toMatchObject({ text: "a" });
  });

  it("lets the last of several values win, and reads entries of maps in any order", () => {
    expect(decode("0a 01 61 0a 01 62")).toMatchObject({ text: "b" });
    expect(decode("62 06 12 01 76 0a 01 6b").pairs).toEqual(new Map([["k", "v"]]));
    expect(decode("42 03 0a 01 6b").table).toEqual(new Map([["k", { name: "" }]]));
  });

  it("writes lone surrogates as U+FFFD, so that texts are valid UTF-8", () => {
    expect(encode({ text: "\ud83d" })).toBe("0a03efbfbd");
  });

  it.each<[what: string, hex: string]>([
    ["ends inside a tag", "80"],
    ["ends inside a number", "20 ff"],
    ["ends inside a text", "0a 05 61"],
    ["ends inside a length", "0a ff"],
    ["has a length of 2^63", "0a ff ff ff ff ff ff ff ff 7f"],
    ["has a negative length", "0a ff ff ff ff ff ff ff ff ff 01"],
    ["has a number of eleven bytes", "20 ff ff ff ff ff ff ff ff ff ff 01"],
    ["has an unknown number of eleven bytes", "f8 07 ff ff ff ff ff ff ff ff ff ff 01"],
    ["has a number beyond 2^53", "20 80 80 80 80 80 80 80 10"],
    ["has a number where a text is due", "08 01"],
    ["has a text where a number is due", "22 01 61"],
    ["has an unknown wire type", "0b"],
    ["has a skipped field that is cut off", "f9 07 00"],
  ])("refuses a message that %s", (_what, hex) => {
    expect(thrownBy(() => decode(hex)).code).toBe("PLUGIN_MESSAGE_MALFORMED");
  });

  it("refuses messages that are nested without end", () => {
    let data = Buffer.alloc(0);
    for (let depth = 0; depth < 100; depth += 1) {
      data = Buffer.concat([
        Buffer.from([0x0a, ...(data.length < 128 ? [data.length] : [(data.length & 127) | 128, data.length >> 7])]),
        data,
      ]);
    }
    expect(thrownBy(() => decodeMessage(Recursive, data)).code).toBe("PLUGIN_MESSAGE_MALFORMED");
  });
});
