// Reads module packages without trusting them: names, kinds, sizes and checksums are checked before anything is believed.
import { mkdirSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32, inflateRawSync } from "node:zlib";
import yauzl from "yauzl";
import { isScalrOciError, RemoteError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { PieceWriter } from "./piece-writer.ts";

/** Most files of a package, as many as packModule takes. */
const maxEntries = 200_000;
/** Longest path; what Linux takes. */
const maxNameBytes = 4096;
/** Kind of file in the upper half of the external attributes, where the archive was made on Unix. */
const kindMask = 0o170_000;
const kinds = { unknown: 0, directory: 0o040_000, regular: 0o100_000, link: 0o120_000 } as const;
const madeOnUnix = 3;
/** Contents up to this are read whole; larger ones come in pieces of this. */
const maxWholeBytes = 1024 * 1024;
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
    if (content instanceof Uint8Array) return;
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
  const made = new Set<string>();
  return readZip(path, limits, async ({ name, isExecutable }, content) => {
    const target = join(directory, ...name.split("/"));
    if (!made.has(dirname(target))) mkdirSync(dirname(target), { recursive: true });
    made.add(dirname(target));
    const mode = isExecutable ? 0o755 : 0o644;
    // Small files are written at once, blocking: through the thread pool 100,000 of them take ten times as long.
    if (content instanceof Uint8Array) writeFileSync(target, content, { flag: "wx", mode });
    else await writePieces(target, mode, content);
  });
}

async function writePieces(path: string, mode: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    const writer = new PieceWriter(file);
    for await (const piece of pieces) await writer.write([piece]);
    await writer.finish();
  } finally {
    await file.close();
  }
}

/** Small contents come whole, large ones in pieces, each of which may be overwritten once the second after it is asked for. */
type Content = Uint8Array | AsyncIterable<Uint8Array>;
type Use = (entry: SafeEntry, content: Content) => Promise<void>;

async function readZip(path: string, limits: ZipLimits, use: Use): Promise<SafeEntry[]> {
  const file = await open(path, "r");
  try {
    const archive = await yauzl.fromFdPromise(file.fd, { decodeStrings: false, autoClose: false });
    return await readEntries(new ArchiveFile(file, archive), limits, use);
  } catch (thrown) {
    if (isScalrOciError(thrown) || isSystemError(thrown)) throw thrown;
    throw refused("the archive cannot be read", thrown);
  } finally {
    await file.close();
  }
}

async function readEntries(file: ArchiveFile, limits: ZipLimits, use: Use): Promise<SafeEntry[]> {
  const { archive } = file;
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
    const safe = { name, size: entry.uncompressedSize, isExecutable: (modeOf(entry) & 0o100) !== 0 };
    await use(safe, await file.read(entry, name));
    files.push(safe);
  }
  return files;
}

/** Reads the contents of an archive's files. */
class ArchiveFile {
  readonly archive: yauzl.ZipFile;
  readonly #file: FileHandle;
  #buffers: [Buffer, Buffer] | undefined;

  constructor(file: FileHandle, archive: yauzl.ZipFile) {
    this.#file = file;
    this.archive = archive;
  }

  /** The content, its size and checksum compared with what the archive says; in pieces, they are compared at the end. */
  async read(entry: yauzl.Entry, name: string): Promise<Content> {
    const isWhole = Math.max(entry.compressedSize, entry.uncompressedSize) <= maxWholeBytes;
    if (!isWhole) return this.#readPieces(entry, name);
    const { fileDataStart } = await this.archive.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = Buffer.allocUnsafe(entry.compressedSize);
    const { bytesRead } = await this.#file.read(packed, 0, packed.byteLength, fileDataStart);
    if (bytesRead !== packed.byteLength) throw damaged(name);
    // Room for one byte more than is claimed: what claims too little fails there, not after filling the memory.
    const content =
      entry.compressionMethod === 0 ? packed : inflateRawSync(packed, { maxOutputLength: entry.uncompressedSize + 1 });
    if (content.byteLength !== entry.uncompressedSize || crc32(content) !== entry.crc32) throw damaged(name);
    return content;
  }

  async *#readPieces(entry: yauzl.Entry, name: string): AsyncIterable<Uint8Array> {
    const pieces = entry.compressionMethod === 0 ? this.#readStored(entry) : this.#inflate(entry);
    let sum = 0;
    let size = 0;
    for await (const piece of pieces) {
      sum = crc32(piece, sum);
      size += piece.byteLength;
      if (size > entry.uncompressedSize) throw damaged(name);
      yield piece;
    }
    if (size !== entry.uncompressedSize || sum !== entry.crc32) throw damaged(name);
  }

  /** Two buffers in turn: a piece may be used until the one after it was taken, see PieceWriter. */
  async *#readStored(entry: yauzl.Entry): AsyncIterable<Uint8Array> {
    const { fileDataStart } = await this.archive.readLocalFileHeaderPromise(entry, { minimal: true });
    const buffers = (this.#buffers ??= [Buffer.allocUnsafe(maxWholeBytes), Buffer.allocUnsafe(maxWholeBytes)]);
    for (let done = 0; done < entry.compressedSize;) {
      const [buffer] = buffers;
      buffers.reverse();
      const length = Math.min(maxWholeBytes, entry.compressedSize - done);
      const { bytesRead } = await this.#file.read(buffer, 0, length, fileDataStart + done);
      if (bytesRead === 0) return;
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  async *#inflate(entry: yauzl.Entry): AsyncIterable<Uint8Array> {
    const stream = await this.archive.openReadStreamPromise(entry);
    // An archive with a wrong size may fail before and after we listen.
    stream.on("error", () => undefined);
    yield* stream as AsyncIterable<Uint8Array>;
  }
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

function isSystemError(thrown: unknown): boolean {
  return typeof (thrown as NodeJS.ErrnoException | null)?.syscall === "string";
}

function damaged(name: string): RemoteError {
  return refused(`the archive has a damaged file, ${printable(name)}`);
}

function refused(message: string, cause?: unknown): RemoteError {
  return new RemoteError("PACKAGE_REFUSED", message, { cause });
}
