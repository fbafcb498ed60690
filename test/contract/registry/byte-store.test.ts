import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteStore } from "../../../src/registry/embedded/byte-store.ts";
import { openDirectoryStore } from "../../../src/registry/embedded/directory-store.ts";
import { createMemoryStore } from "../../../src/registry/embedded/memory-store.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scalr-oci-store-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const stores: [name: string, open: () => Promise<ByteStore>][] = [
  ["memory", async () => createMemoryStore()],
  ["directory", () => openDirectoryStore(directory)],
];

describe.each(stores)("byte store in %s", (_name, open) => {
  it("has nothing under a key that was never written", async () => {
    const store = await open();
    expect(await store.find("a/b")).toBeUndefined();
    expect(await store.findSize("a/b")).toBeUndefined();
    expect(await store.remove("a/b")).toBe(false);
    expect(await store.list("a")).toEqual([]);
  });

  it("keeps and replaces a value", async () => {
    const store = await open();
    await store.write("a/b", Buffer.from("first"));
    await store.write("a/b", Buffer.from("second one"));
    expect((await store.find("a/b"))?.toString()).toBe("second one");
    expect(await store.findSize("a/b")).toBe(10);
  });

  it("keeps an empty value apart from no value", async () => {
    const store = await open();
    await store.write("a", new Uint8Array());
    expect(await store.findSize("a")).toBe(0);
    expect(await text(store.stream("a", 0, 0))).toBe("");
  });

  it("does not take a key for a value when others lie under it", async () => {
    const store = await open();
    await store.write("a/b", Buffer.from("x"));
    expect(await store.findSize("a")).toBeUndefined();
    expect(await store.find("a")).toBeUndefined();
  });

  it.each([
    [0, 6, "abcdef"],
    [1, 3, "bc"],
    [2, 5, "cde"],
    [5, 6, "f"],
    [3, 3, ""],
  ])("streams the bytes from %d up to %d", async (start, end, expected) => {
    const store = await open();
    await store.append("a", chunks("abc", "def"));
    expect(await text(store.stream("a", start, end))).toBe(expected);
  });

  it("says the new length after an append", async () => {
    const store = await open();
    expect(await store.append("a", chunks("ab"))).toBe(2);
    expect(await store.append("a", chunks("cd", "e"))).toBe(5);
  });

  it("keeps what arrived before the source of an append failed", async () => {
    const store = await open();
    await expect(store.append("a", failing("abc"))).rejects.toThrow("cut");
    expect((await store.find("a"))?.toString()).toBe("abc");
  });

  it("moves over what was there", async () => {
    const store = await open();
    await store.write("from", Buffer.from("new"));
    await store.write("to/deep", Buffer.from("old"));
    await store.move("from", "to/deep");
    expect((await store.find("to/deep"))?.toString()).toBe("new");
    expect(await store.find("from")).toBeUndefined();
  });

  it("lists names of one level, sorted, with capital letters apart from small ones", async () => {
    const store = await open();
    for (const key of ["r/b", "r/B", "r/a/x", "r/a/y", "r/1.0_beta", "q/z"]) await store.write(key, new Uint8Array());
    expect(await store.list("r")).toEqual(["1.0_beta", "B", "a", "b"]);
    expect(await store.remove("r/B")).toBe(true);
    expect(await store.list("r")).toEqual(["1.0_beta", "a", "b"]);
  });
});

describe("byte store in directory", () => {
  it("finds everything again after it was opened anew", async () => {
    await (await openDirectoryStore(directory)).write("a/B", Buffer.from("kept"));
    expect((await (await openDirectoryStore(directory)).find("a/B"))?.toString()).toBe("kept");
  });

  it("leaves no half-written file behind", async () => {
    const store = await openDirectoryStore(directory);
    await Promise.all(Array.from({ length: 20 }, (_one, index) => store.write("a", Buffer.from(String(index)))));
    expect(await readdir(join(directory, ".scratch"))).toEqual([]);
  });
});

async function* chunks(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const one of texts) yield Buffer.from(one);
}

async function* failing(first: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(first);
  throw new Error("cut");
}

async function text(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts).toString();
}
