import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import fc from "fast-check";
import { checkZip, extractZip } from "../../../src/registry/zip-reader.ts";
import { ZipWriter } from "../../../src/registry/zip-writer.ts";
import { makeRawZip, type RawEntry } from "../../support/raw-zip.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const limits = { maxUnpackedBytes: 1_000_000 };
let workspace: Workspace;

beforeEach(() => {
  workspace = createWorkspace();
  mkdirSync(workspace.path("out"));
});

afterEach(() => workspace.remove());

const write = (entries: readonly RawEntry[]): string => workspace.write("x.zip", makeRawZip(entries));
const zeros = (size: number): Buffer => Buffer.alloc(size);

const harmless: [what: string, entries: RawEntry[], names: string[]][] = [
  ["no files", [], []],
  ["a file", [{ name: "main.tf", data: "x" }], ["main.tf"]],
  ["files in directories that are not entries", [{ name: "a/b/c.tf" }, { name: "a/d.tf" }], ["a/b/c.tf", "a/d.tf"]],
  [
    "directories as entries",
    [{ name: "a/", mode: 0o040755 }, { name: "a/b" }, { name: "empty/", mode: 0o040755 }],
    ["a/b"],
  ],
  ["a directory that comes after its file", [{ name: "a/b" }, { name: "a/", mode: 0 }], ["a/b"]],
  ["names with dots", [{ name: "..a/b.." }, { name: ".hidden" }, { name: "a...b" }], ["..a/b..", ".hidden", "a...b"]],
  ["names of any language", [{ name: "ü/日本.tf" }], ["ü/日本.tf"]],
  ["files that are stored", [{ name: "a", data: "abc", method: 0 }], ["a"]],
  ["no modes", [{ name: "a", madeOn: 0, mode: 0o120777 }], ["a"]],
];

const harmful: [what: string, entries: RawEntry[], message: string][] = [
  ["a way up", [{ name: "../a" }], "the archive has a name that leads elsewhere, ../a"],
  ["a way up in the middle", [{ name: "a/../../b" }], "the archive has a name that leads elsewhere, a/../../b"],
  ["a way up at the end", [{ name: "a/.." }], "the archive has a name that leads elsewhere, a/.."],
  ["a directory that leads up", [{ name: "../", mode: 0o040755 }], "the archive has a name that leads elsewhere, ../"],
  ["an absolute name", [{ name: "/etc/passwd" }], "the archive has a name that leads elsewhere, /etc/passwd"],
  ["a drive", [{ name: "C:/x" }], "the archive has a name that leads elsewhere, C:/x"],
  ["a drive without slash", [{ name: "c:x" }], "the archive has a name that leads elsewhere, c:x"],
  ["a dot", [{ name: "./a" }], "the archive has a name that leads elsewhere, ./a"],
  ["two slashes", [{ name: "a//b" }], "the archive has a name that leads elsewhere, a//b"],
  ["no name", [{ name: "" }], "the archive has a name that leads elsewhere, "],
  ["only a slash", [{ name: "/" }], "the archive has a name that leads elsewhere, /"],
  ["a backslash", [{ name: "..\\a" }], "the archive has a name that is not plain text, ..\\a"],
  ["a zero byte", [{ name: "a\u0000.tf" }], "the archive has a name that is not plain text, "],
  ["a line break", [{ name: "a\nb" }], "the archive has a name that is not plain text, "],
  ["an escape", [{ name: "a\u001b[2Jb" }], "the archive has a name that is not plain text, "],
  ["no UTF-8", [{ name: Buffer.from([0x61, 0xff]) }], "the archive has a name that is not UTF-8"],
  ["a very long name", [{ name: `${"a/".repeat(3000)}b` }], "the archive has a name that is too long"],
  ["a link", [{ name: "a", data: "/etc/passwd", mode: 0o120777 }], "the archive has a link, a"],
  ["a device", [{ name: "a", mode: 0o020644 }], "the archive has something else than a file, a"],
  ["a named pipe", [{ name: "a", mode: 0o010644 }], "the archive has something else than a file, a"],
  ["a socket", [{ name: "a", mode: 0o140644 }], "the archive has something else than a file, a"],
  ["a directory that is a file", [{ name: "a", mode: 0o040755 }], "the archive has something else than a file, a"],
  ["a file that is a directory", [{ name: "a/", mode: 0o100644 }], "the archive has something else than a file, a/"],
  ["one name twice", [{ name: "a" }, { name: "a" }], "the archive has two entries of one name, a"],
  [
    "one name twice but for its case",
    [{ name: "A.tf" }, { name: "a.TF" }],
    "the archive has two entries of one name, a.TF",
  ],
  [
    "one name twice but for its composition",
    [{ name: "\u00e9" }, { name: "e\u0301" }],
    "the archive has two entries of one name, e\u0301",
  ],
  ["a file where a directory is", [{ name: "a/b" }, { name: "a" }], "the archive has two entries of one name, a"],
  ["a directory where a file is", [{ name: "a" }, { name: "a/b" }], "the archive has a file in a file, a/b"],
  [
    "a directory entry where a file is",
    [{ name: "a" }, { name: "a/", mode: 0 }],
    "the archive has two entries of one name, a/",
  ],
  [
    "an encrypted file",
    [{ name: "a", flags: 1 }],
    "the archive has a file that is encrypted or compressed in an unknown way, a",
  ],
  [
    "an unknown compression",
    [{ name: "a", method: 12, data: "x" }],
    "the archive has a file that is encrypted or compressed in an unknown way, a",
  ],
  ["a bomb", [{ name: "a", data: zeros(2_000_000) }], "the archive unpacks to more than 1000000 bytes"],
  [
    "a bomb in parts",
    [
      { name: "a", data: zeros(600_000) },
      { name: "b", data: zeros(600_000) },
    ],
    "the archive unpacks to more than 1000000 bytes",
  ],
  [
    "a bomb of overlapping files",
    [
      { name: "a", data: zeros(400_000) },
      { name: "b", overlaps: true },
      { name: "c", overlaps: true },
    ],
    "the archive unpacks to more than 1000000 bytes",
  ],
  [
    "a bomb that says it is small",
    [{ name: "a", data: zeros(5_000_000), claimedSize: 10 }],
    "the archive cannot be read",
  ],
  ["a file that says it is larger", [{ name: "a", data: "x", claimedSize: 10 }], "the archive has a damaged file, a"],
  ["a damaged file", [{ name: "a", data: "abc", claimedCrc: 1 }], "the archive has a damaged file, a"],
];

describe.each([
  ["checkZip", (path: string) => checkZip(path, limits)],
  ["extractZip", (path: string) => extractZip(path, workspace.path("out"), limits)],
])("%s", (_name, read) => {
  it.each(harmless)("takes %s", async (_what, entries, names) => {
    expect((await read(write(entries))).map(({ name }) => name)).toEqual(names);
  });

  it.each(harmful)("refuses %s", async (_what, entries, message) => {
    const error = await rejectionOf(read(write([{ name: "first.tf", data: "x" }, ...entries])));
    expect(error).toMatchObject({ name: "RemoteError", code: "PACKAGE_REFUSED" });
    expect(error.message).toContain(message);
    expect(readdirSync(workspace.directory).sort()).toEqual(["home", "out", "run", "tmp", "tofu.tfrc", "x.zip"]);
  });

  it.each([
    ["no archive", Buffer.from("hello")],
    ["nothing", Buffer.alloc(0)],
    ["half an archive", makeRawZip([{ name: "a", data: "x".repeat(1000) }]).subarray(0, 60)],
    ["an archive whose directory is elsewhere", withoutDirectory(makeRawZip([{ name: "a" }]))],
  ])("refuses %s", async (_what, bytes) => {
    const error = await rejectionOf(read(workspace.write("x.zip", bytes)));
    expect(error).toMatchObject({ code: "PACKAGE_REFUSED", message: "the archive cannot be read" });
  });
});

describe("extractZip", () => {
  it("writes what was packed, executable or not, and nothing else of the mode", async () => {
    const path = write([
      { name: "a.tf", data: "content", mode: 0o100600 },
      { name: "bin/run", data: "#!", mode: 0o104777 },
    ]);
    const files = await extractZip(path, workspace.path("out"), limits);
    expect(files).toEqual([
      { name: "a.tf", size: 7, isExecutable: false },
      { name: "bin/run", size: 2, isExecutable: true },
    ]);
    expect(readFileSync(workspace.path("out/a.tf"), "utf8")).toBe("content");
    const modeOf = (name: string): number => statSync(workspace.path("out", name)).mode & 0o7777;
    expect([modeOf("a.tf"), modeOf("bin/run")]).toEqual([0o644 & ~process.umask(), 0o755 & ~process.umask()]);
  });

  const large = Buffer.concat(Array.from({ length: 300_000 }, (_one, index) => Buffer.from(`line ${index}\n`)));

  it.each([
    ["stored", 0],
    ["deflated", 8],
  ])("unpacks a large file that is %s", async (_how, method) => {
    const path = write([{ name: "a", data: large, method }]);
    await extractZip(path, workspace.path("out"), { maxUnpackedBytes: large.length });
    expect(readFileSync(workspace.path("out/a")).equals(large)).toBe(true);
  });

  it.each([
    ["stored, with another checksum", { method: 0, claimedCrc: 1 }, "the archive has a damaged file, a"],
    ["deflated, with another checksum", { method: 8, claimedCrc: 1 }, "the archive has a damaged file, a"],
    ["deflated, and larger than it says", { method: 8, claimedSize: 2_000_000 }, "the archive"],
    ["deflated, and smaller than it says", { method: 8, claimedSize: 9_000_000 }, "the archive"],
    ["stored, and larger than it says", { method: 0, claimedSize: 2_000_000 }, "the archive"],
  ])("refuses a large file that is %s", async (_how, claim, message) => {
    const path = write([{ name: "a", data: large, ...claim }]);
    const error = await rejectionOf(extractZip(path, workspace.path("out"), { maxUnpackedBytes: 10_000_000 }));
    expect(error).toMatchObject({ code: "PACKAGE_REFUSED", message: expect.stringContaining(message) });
  });

  it("does not replace what exists", async () => {
    workspace.write("out/a", "mine");
    await expect(extractZip(write([{ name: "a", data: "theirs" }]), workspace.path("out"), limits)).rejects.toThrow(
      "EEXIST",
    );
    expect(readFileSync(workspace.path("out/a"), "utf8")).toBe("mine");
  });

  it("gives back what ZipWriter wrote", async () => {
    const name = fc.stringMatching(/^[a-zäß ._-]{1,8}$/).filter((text) => !/^\.{1,2}$/.test(text));
    const files = fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 3000 }), fc.boolean()), {
      selector: ([one]) => one.normalize("NFC").toLowerCase(),
      maxLength: 8,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        round += 1;
        const chunks: Uint8Array[] = [];
        const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
        for (const [one, bytes, isExecutable] of entries) await writer.addBytes({ name: one, isExecutable }, bytes);
        await writer.finish();
        const path = workspace.write("x.zip", Buffer.concat(chunks));
        mkdirSync(workspace.path(`out/${round}`));
        const read = await extractZip(path, workspace.path(`out/${round}`), limits);
        expect(read).toEqual(
          entries.map(([one, bytes, isExecutable]) => ({ name: one, size: bytes.length, isExecutable })),
        );
        for (const [one, bytes] of entries) {
          expect(readFileSync(workspace.path(`out/${round}/${one}`)).equals(bytes)).toBe(true);
        }
      }),
    );
  });

  it("never writes outside, whatever bytes an archive is made of", async () => {
    const valid = makeRawZip([
      { name: "aa/bb", data: "content" },
      { name: "cc", data: "x" },
    ]);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 }), async (changes) => {
        round += 1;
        const bytes = Buffer.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        const path = workspace.write("x.zip", bytes);
        mkdirSync(workspace.path(`out/${round}`));
        await extractZip(path, workspace.path(`out/${round}`), limits).catch((error: { code: string }) => {
          expect(error.code).toMatch(/^(PACKAGE_REFUSED|E[A-Z]+)$/);
        });
        expect(readdirSync(workspace.directory).sort()).toEqual(["home", "out", "run", "tmp", "tofu.tfrc", "x.zip"]);
        expect(readdirSync(workspace.path("out"))).toHaveLength(round);
      }),
    );
  });
});

/** The archive's end then names a place behind itself. */
function withoutDirectory(zip: Buffer): Buffer {
  return zip.fill(0x7f, zip.length - 6, zip.length - 2);
}
