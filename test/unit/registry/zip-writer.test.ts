import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type ZipEntry, ZipWriter } from "../../../src/registry/zip-writer.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

let workspace: Workspace;

beforeEach(() => {
  workspace = createWorkspace();
});

afterEach(() => workspace.remove());

async function zipOf(add: (writer: ZipWriter) => Promise<void>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
  await add(writer);
  await writer.finish();
  const zip = Buffer.concat(chunks);
  expect(writer.size).toBe(zip.length);
  return zip;
}

const entry = (name: string): ZipEntry => ({ name, isExecutable: false });

/** What Python's reader, which shares nothing with ours, finds: names, sizes, packed sizes, and a damaged file if any. */
function readByPython(zip: Buffer): { names: string[]; sizes: number[]; packed: number[]; damaged: string | null } {
  const script = `import json,sys,zipfile
z = zipfile.ZipFile(sys.argv[1])
i = z.infolist()
json.dump({"names": [e.filename for e in i], "sizes": [e.file_size for e in i], "packed": [e.compress_size for e in i], "damaged": z.testzip()}, sys.stdout)`;
  const path = workspace.write("x.zip", zip);
  return JSON.parse(execFileSync("python3", ["-c", script, path], { maxBuffer: 1e9 }).toString());
}

it("is read by another implementation", async () => {
  const text = Buffer.from("resource {}\n".repeat(1000));
  const zip = await zipOf(async (writer) => {
    await writer.addBytes(entry("a/ü.tf"), text);
    await writer.addBytes({ name: "run", isExecutable: true }, Buffer.from("#!"));
    await writer.addBytes(entry("empty"), Buffer.alloc(0));
    expect(await writer.addStream(entry("streamed"), () => pieces(text))).toBe(true);
  });
  const found = readByPython(zip);
  expect(found).toMatchObject({
    names: ["a/ü.tf", "run", "empty", "streamed"],
    sizes: [12_000, 2, 0, 12_000],
    damaged: null,
  });
  expect(found.packed[0]).toBeLessThan(200);
  expect(found.packed[3]).toBe(12_000);
});

it("stores what does not shrink, and compresses what does", async () => {
  const contents = {
    random: randomBytes(200_000),
    text: Buffer.from("line of text\n".repeat(20_000)),
    base64: Buffer.from(randomBytes(150_000).toString("base64")),
    tiny: Buffer.from("a".repeat(60)),
  };
  const zip = await zipOf(async (writer) => {
    for (const [name, bytes] of Object.entries(contents)) await writer.addBytes(entry(name), bytes);
  });
  const [random, text, base64, tiny] = readByPython(zip).packed;
  expect(random).toBe(200_000);
  expect(text).toBeLessThan(5_000);
  expect(base64).toBeLessThan(160_000);
  expect(tiny).toBe(60);
});

it("holds more entries than the format without its extension", async () => {
  const count = 66_000;
  const zip = await zipOf(async (writer) => {
    for (let index = 0; index < count; index += 1) await writer.addBytes(entry(String(index)), Buffer.alloc(0));
  });
  const { names, damaged } = readByPython(zip);
  expect([names.length, names.at(-1), damaged]).toEqual([count, String(count - 1), null]);
});

it("says when a stream was another the second time", async () => {
  let reads = 0;
  await zipOf(async (writer) => {
    const isSame = await writer.addStream(entry("a"), () => pieces(Buffer.from(`read ${(reads += 1)}`)));
    expect(isSame).toBe(false);
  });
});

async function* pieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
