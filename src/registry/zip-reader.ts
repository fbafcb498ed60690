// Reads module packages without trusting them: names, kinds, sizes and checksums are checked before anything is believed.
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import yauzl from "yauzl";
import { isScalrOciError, RemoteError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

/** Most files of a package, as many as packModule takes. */
const maxEntries = 200_000;
/** Longest path; what Linux takes. */
const maxNameBytes = 4096;
/** Kind of file in the upper half of the external attributes, where the archive was made on Unix. */
const kindMask = 0o170_000;
const kinds = { unknown: 0, directory: 0o040_000, regular: 0o100_000, link: 0o120_000 } as const;
const madeOnUnix = 3;
const methods: ReadonlySet<number> = new Set([0, 8]);

export interface ZipLimits {
  /** All files together, unpacked. */
  readonly maxUnpackedBytes: number;
}

/** One file of an archive that was found harmless. */
export interface SafeEntry {
  /** Relative path with `/` between its parts, none of them empty, `.` or `..`. */
  readonly name: string;
  readonly size: number;
  readonly isExecutable: boolean;
}

/**
 * Reads a whole archive, checks all of it and unpacks nothing.
 * @returns its files, in their order
 * @throws RemoteError PACKAGE_REFUSED naming the first thing that is wrong with it
 */
export async function checkZip(path: string, limits: ZipLimits): Promise<SafeEntry[]> {
  return readZip(path, limits, async (_entry, content) => {
    for await (const chunk of content) void chunk;
  });
}

/**
 * Unpacks an archive into an empty directory. Directories are 0755, files 0644 or, where the archive says so, 0755; nothing
 * that exists is replaced.
 * @returns its files, in their order
 * @throws RemoteError PACKAGE_REFUSED; what was unpacked before is left for the caller to remove
 */
export async function extractZip(path: string, directory: string, limits: ZipLimits): Promise<SafeEntry[]> {
  return readZip(path, limits, async ({ name, isExecutable }, content) => {
    const target = join(directory, ...name.split("/"));
    await mkdir(dirname(target), { recursive: true });
    const file = await open(target, "wx", isExecutable ? 0o755 : 0o644);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
  });
}

type Use = (entry: SafeEntry, content: AsyncIterable<Uint8Array>) => Promise<void>;

async function readZip(path: string, limits: ZipLimits, use: Use): Promise<SafeEntry[]> {
  try {
    const archive = await yauzl.openPromise(path, { decodeStrings: false, autoClose: false });
    try {
      return await readEntries(archive, limits, use);
    } finally {
      archive.close();
    }
  } catch (thrown) {
    if (isScalrOciError(thrown) || isSystemError(thrown)) throw thrown;
    throw refused("the archive cannot be read", thrown);
  }
}

async function readEntries(archive: yauzl.ZipFile, limits: ZipLimits, use: Use): Promise<SafeEntry[]> {
  if (archive.entryCount > maxEntries) throw refused(`the archive has more than ${maxEntries} entries`);
  const names = new NameSet();
  const files: SafeEntry[] = [];
  let unpackedBytes = 0;
  for await (const entry of archive.eachEntry()) {
    const name = decodeName(entry.fileNameRaw);
    checkEntry(entry, name);
    names.add(name);
    if (name.endsWith("/")) continue;
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > limits.maxUnpackedBytes) {
      throw refused(`the archive unpacks to more than ${limits.maxUnpackedBytes} bytes`);
    }
    const mode = modeOf(entry);
    const file = { name, size: entry.uncompressedSize, isExecutable: (mode & 0o100) !== 0 };
    await use(file, readContent(archive, entry, name));
    files.push(file);
  }
  return files;
}

/** UTF-8 whatever the entry says: a second reading of the same bytes would be a second name. */
function decodeName(raw: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch (cause) {
    throw refused("the archive has a name that is not UTF-8", cause);
  }
}

/** @param name that of a directory ends in `/` */
function checkEntry(entry: yauzl.Entry, name: string): void {
  const shown = printable(name);
  const isDirectory = name.endsWith("/");
  const parts = (isDirectory ? name.slice(0, -1) : name).split("/");
  if (Buffer.byteLength(name) > maxNameBytes) throw refused("the archive has a name that is too long");
  if (/[\u0000-\u001f\u007f\\]/.test(name)) throw refused(`the archive has a name that is not plain text, ${shown}`);
  if (/^[a-z]:/i.test(name) || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw refused(`the archive has a name that leads elsewhere, ${shown}`);
  }
  const kind = modeOf(entry) & kindMask;
  const isExpected = kind === kinds.unknown || kind === (isDirectory ? kinds.directory : kinds.regular);
  if (!isExpected)
    throw refused(`the archive has ${kind === kinds.link ? "a link" : "something else than a file"}, ${shown}`);
  if (entry.isEncrypted() || !methods.has(entry.compressionMethod)) {
    throw refused(`the archive has a file that is encrypted or compressed in an unknown way, ${shown}`);
  }
}

function modeOf(entry: yauzl.Entry): number {
  return entry.versionMadeBy >>> 8 === madeOnUnix ? entry.externalFileAttributes >>> 16 : 0;
}

/** Names that were met. Two that differ only by case or composition are one file on some systems. */
class NameSet {
  readonly #files = new Set<string>();
  readonly #directories = new Set<string>();

  add(name: string): void {
    const folded = name.normalize("NFC").toLowerCase();
    const isDirectory = folded.endsWith("/");
    const path = isDirectory ? folded.slice(0, -1) : folded;
    const isTaken = this.#files.has(path) || (!isDirectory && this.#directories.has(path));
    if (isTaken) throw refused(`the archive has two entries of one name, ${printable(name)}`);
    for (let slash = path.lastIndexOf("/"); slash !== -1; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      if (this.#files.has(parent)) throw refused(`the archive has a file in a file, ${printable(name)}`);
      this.#directories.add(parent);
    }
    (isDirectory ? this.#directories : this.#files).add(path);
  }
}

/** The content, whose size the reader compares with the declared one, and we its checksum. */
async function* readContent(archive: yauzl.ZipFile, entry: yauzl.Entry, name: string): AsyncIterable<Uint8Array> {
  const content = await archive.openReadStreamPromise(entry);
  // An archive with a wrong size may fail before and after we listen.
  content.on("error", () => undefined);
  let sum = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw refused(`the archive has a damaged file, ${printable(name)}`);
}

function isSystemError(thrown: unknown): boolean {
  return typeof (thrown as NodeJS.ErrnoException | null)?.syscall === "string";
}

function refused(message: string, cause?: unknown): RemoteError {
  return new RemoteError("PACKAGE_REFUSED", message, { cause });
}
