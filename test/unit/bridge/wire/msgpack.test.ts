// MessagePack by the bytes of its specification; test/property compares it with @msgpack/msgpack.
import { MsgpackReader, MsgpackWriter } from "../../../../src/bridge/wire/msgpack.ts";
import { thrownBy } from "../../../support/thrown.ts";

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const readerOf = (hex: string) => new MsgpackReader(bytesOf(hex));

function written(write: (writer: MsgpackWriter) => void): string {
  const writer = new MsgpackWriter();
  write(writer);
  return writer.finish().toString("hex");
}

describe("whole numbers", () => {
  it.each<[value: number | bigint, hex: string]>([
    [0, "00"],
    [127, "7f"],
    [128, "cc80"],
    [255, "ccff"],
    [256, "cd0100"],
    [65_535, "cdffff"],
    [65_536, "ce00010000"],
    [2 ** 32 - 1, "ceffffffff"],
    [2 ** 32, "cf0000000100000000"],
    [12_345_678_901, "cf00000002dfdc1c35"],
    [2 ** 53 - 1, "cf001fffffffffffff"],
    [2n ** 53n, "cf0020000000000000"],
    [2n ** 64n - 1n, "cfffffffffffffffff"],
    [-1, "ff"],
    [-32, "e0"],
    [-33, "d0df"],
    [-128, "d080"],
    [-129, "d1ff7f"],
    [-32_768, "d18000"],
    [-32_769, "d2ffff7fff"],
    [-(2 ** 31), "d280000000"],
    [-(2 ** 31) - 1, "d3ffffffff7fffffff"],
    [-(2n ** 63n), "d38000000000000000"],
  ])("%s is %s, both ways", (value, hex) => {
    expect(written((writer) => writer.int(value))).toBe(hex);
    expect(readerOf(hex).int()).toBe(value);
  });

  it("are read in longer forms than needed", () => {
    expect(
      ["cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005", "d200000005", "d30000000000000005"].map(
        (hex) => readerOf(hex).int(),
      ),
    ).toEqual(Array.from({ length: 8 }, () => 5));
  });
});

describe("texts, bytes, arrays and maps", () => {
  it.each([0, 31, 32, 255, 256, 65_535, 65_536])("have a head for the length %i", (length) => {
    const text = written((writer) => writer.string("a".repeat(length)));
    expect(new MsgpackReader(bytesOf(text)).string()).toBe("a".repeat(length));
    const data = written((writer) => writer.binary(Buffer.alloc(length, 1)));
    expect(new MsgpackReader(bytesOf(data)).bytes()).toEqual(Buffer.alloc(length, 1));
    const array = written((writer) => writer.array(length));
    expect(new MsgpackReader(bytesOf(array + "c0".repeat(length))).array()).toBe(length);
    const map = written((writer) => writer.map(length));
    expect(new MsgpackReader(bytesOf(map + "a0c0".repeat(length))).map()).toBe(length);
  });

  it("count bytes, not characters", () => {
    expect(written((writer) => writer.string("ä😀"))).toBe("a6c3a4f09f9880");
    expect(readerOf("a6c3a4f09f9880").string()).toBe("ä😀");
  });

  it("are bytes also when a text stands there", () => {
    expect(readerOf("a161").bytes()).toEqual(Buffer.from("a"));
  });
});

describe("other values", () => {
  it("are nil, truth, floats and extensions", () => {
    expect(written((writer) => writer.nil())).toBe("c0");
    expect(written((writer) => writer.bool(true))).toBe("c3");
    expect(written((writer) => writer.bool(false))).toBe("c2");
    expect(written((writer) => writer.float(0.5))).toBe("cb3fe0000000000000");
    expect(written((writer) => writer.extension(0, 0))).toBe("d40000");
    expect(readerOf("c0").nil()).toBe(true);
    expect(readerOf("c2").nil()).toBe(false);
    expect(readerOf("c3").bool()).toBe(true);
    expect(readerOf("ca3f000000").float()).toBe(0.5);
    expect(readerOf("cb7ff0000000000000").float()).toBe(Infinity);
    expect(readerOf("c7 03 0c 81 01 c2").extension()).toEqual({ type: 12, data: Buffer.from([0x81, 1, 0xc2]) });
    expect(readerOf("d6 ff 00 00 00 01").extension()).toEqual({ type: -1, data: Buffer.from([0, 0, 0, 1]) });
  });

  it("tell their kind without being read", () => {
    const kinds = ["c0", "c2", "00", "ff", "ca", "a0", "d9", "c4", "90", "dc", "80", "de", "d4", "c7", "d8", "c9"].map(
      (hex) => readerOf(hex).kind(),
    );
    expect(kinds.join(" ")).toBe(
      "nil bool int int float string string binary array array map map extension extension extension extension",
    );
  });
});

describe("bytes that are no value", () => {
  it.each<[what: string, hex: string, read: (reader: MsgpackReader) => unknown]>([
    ["nothing", "", (reader) => reader.kind()],
    ["a head that is never used", "c1", (reader) => reader.kind()],
    ["a text that is cut off", "a561", (reader) => reader.string()],
    ["a length that is cut off", "da00", (reader) => reader.string()],
    ["a number that is cut off", "cd01", (reader) => reader.int()],
    ["an extension that is cut off", "c7050c", (reader) => reader.extension()],
    ["a text for a number", "a161", (reader) => reader.int()],
    ["a number for a text", "01", (reader) => reader.string()],
    ["an array of 4 billion in five bytes", "ddffffffff", (reader) => reader.array()],
    ["a map of 4 billion in five bytes", "dfffffffff", (reader) => reader.map()],
  ])("are refused: %s", (_what, hex, read) => {
    expect(thrownBy(() => read(readerOf(hex))).code).toBe("PLUGIN_MESSAGE_MALFORMED");
  });
});
