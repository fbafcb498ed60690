// Writes zip archives that depend on nothing but their content; PKWARE APPNOTE 6.3.10 sections 4.3 to 4.5.
// Names are UTF-8, times are fixed, sizes stand in front of the data, and the compressor is our own copy: the one built into
// Node differs between its versions and processors, and with it the digest (docs/design/004-module-packages.md).
import { crc32 } from "node:zlib";
import { deflateSync } from "fflate";

/** 1 January 1980, 00:00: the first moment that the format knows. */
const dosDate = 0x0021;
const dosTime = 0;
const utf8Flag = 0x0800;
const methods = { stored: 0, deflated: 8 } as const;
const versionNeeded = 20;
const zip64VersionNeeded = 45;
/** Made by 6.3 on Unix: readers then take the upper half of the external attributes for the file's mode. */
const versionMadeBy = (3 << 8) | 63;
const regularFile = 0o100_000;
const maxUint16 = 0xff_ff;
const maxUint32 = 0xff_ff_ff_ff;

/** Files up to this are compressed; larger ones are archives and binaries as a rule, and would be held in memory. */
export const maxDeflatedBytes = 16 * 1024 * 1024;
/** Files below this gain nothing worth the time. */
const minDeflatedBytes = 64;
/** What tells whether a larger file can be compressed at all. */
const sampleBytes = 64 * 1024;
/**
 * Bytes that are all equally frequent, as in archives, images and keys, give 1; text gives 8 and more, Base64 gives 4. Random
 * bytes stay below this in a sample of that length.
 */
const randomUnevenness = 1.05;

/** One file of an archive. */
export interface ZipEntry {
  /** Path with `/` between its parts. */
  readonly name: string;
  readonly isExecutable: boolean;
}

interface WrittenEntry {
  readonly name: Buffer;
  readonly mode: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** Entries come out in the order in which they are added. */
export class ZipWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #entries: WrittenEntry[] = [];
  #offset = 0;

  /** @param write is called with one piece after another, never twice at a time */
  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#offset;
  }

  /** Adds a file that is small enough to be held; it is compressed when that makes it smaller. */
  async addBytes(entry: ZipEntry, bytes: Uint8Array): Promise<void> {
    const deflated = isCompressible(bytes) ? deflateSync(bytes, { level: 6 }) : bytes;
    const isSmaller = deflated.byteLength < bytes.byteLength;
    const method = isSmaller ? methods.deflated : methods.stored;
    const data = isSmaller ? deflated : bytes;
    await this.#begin(entry, { method, crc: crc32(bytes), compressedSize: data.byteLength, size: bytes.byteLength });
    await this.#put(data);
  }

  /** Adds what the caller has compressed already, with raw deflate: its digest is then the caller's own business. */
  async addDeflated(entry: ZipEntry, data: Uint8Array, original: { crc: number; size: number }): Promise<void> {
    await this.#begin(entry, { method: methods.deflated, compressedSize: data.byteLength, ...original });
    await this.#put(data);
  }

  /**
   * Adds a large file as it is. Its checksum stands in front of it, so it is read twice.
   * @returns false, with the archive spoilt, when the two times gave different bytes
   */
  async addStream(entry: ZipEntry, open: () => AsyncIterable<Uint8Array>): Promise<boolean> {
    const first = { crc: 0, size: 0 };
    for await (const chunk of open()) count(first, chunk);
    await this.#begin(entry, { method: methods.stored, ...first, compressedSize: first.size });
    const second = { crc: 0, size: 0 };
    for await (const chunk of open()) {
      count(second, chunk);
      await this.#put(chunk);
    }
    return first.crc === second.crc && first.size === second.size;
  }

  /** Writes the directory; nothing may be added afterwards. */
  async finish(): Promise<void> {
    const start = this.#offset;
    for (const entry of this.#entries) await this.#put(Buffer.concat([centralHeader(entry), entry.name]));
    const size = this.#offset - start;
    const count = this.#entries.length;
    if (count > maxUint16 || this.#offset > maxUint32) {
      const end = this.#offset;
      await this.#put(Buffer.concat([zip64End(count, size, start), zip64Locator(end)]));
    }
    await this.#put(endOfDirectory(count, size, start));
  }

  async #begin(
    { name, isExecutable }: ZipEntry,
    content: { method: number; crc: number; compressedSize: number; size: number },
  ): Promise<void> {
    const mode = regularFile | (isExecutable ? 0o755 : 0o644);
    const entry = { name: Buffer.from(name, "utf8"), mode, offset: this.#offset, ...content };
    this.#entries.push(entry);
    await this.#put(Buffer.concat([localHeader(entry), entry.name]));
  }

  async #put(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.byteLength;
    await this.#write(bytes);
  }
}

function isCompressible(bytes: Uint8Array): boolean {
  if (bytes.byteLength <= sampleBytes) return bytes.byteLength >= minDeflatedBytes;
  return unevennessOf(bytes.subarray(0, sampleBytes)) > randomUnevenness;
}

/** How much more often two bytes of the sample are equal than two random ones would be. */
function unevennessOf(sample: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  const equalPairs = counts.reduce((sum, times) => sum + times * times, 0);
  return (equalPairs * 256) / sample.byteLength ** 2;
}

function count(total: { crc: number; size: number }, chunk: Uint8Array): void {
  total.crc = crc32(chunk, total.crc);
  total.size += chunk.byteLength;
}

function localHeader(entry: WrittenEntry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04_03_4b_50, 0);
  writeCommon(header, 4, entry);
  return header;
}

function centralHeader(entry: WrittenEntry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02_01_4b_50, 0);
  header.writeUInt16LE(versionMadeBy, 4);
  writeCommon(header, 6, entry);
  header.writeUInt32LE((entry.mode << 16) >>> 0, 38);
  header.writeUInt32LE(entry.offset, 42);
  return header;
}

/** What both headers have, 26 bytes; the length of the extra field that follows is 0. */
function writeCommon(header: Buffer, start: number, entry: WrittenEntry): void {
  header.writeUInt16LE(versionNeeded, start);
  header.writeUInt16LE(utf8Flag, start + 2);
  header.writeUInt16LE(entry.method, start + 4);
  header.writeUInt16LE(dosTime, start + 6);
  header.writeUInt16LE(dosDate, start + 8);
  header.writeUInt32LE(entry.crc, start + 10);
  header.writeUInt32LE(entry.compressedSize, start + 14);
  header.writeUInt32LE(entry.size, start + 18);
  header.writeUInt16LE(entry.name.byteLength, start + 22);
}

function zip64End(count: number, size: number, start: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06_06_4b_50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(versionMadeBy, 12);
  record.writeUInt16LE(zip64VersionNeeded, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  return record;
}

function zip64Locator(end: number): Buffer {
  const record = Buffer.alloc(20);
  record.writeUInt32LE(0x07_06_4b_50, 0);
  record.writeBigUInt64LE(BigInt(end), 8);
  record.writeUInt32LE(1, 16);
  return record;
}

function endOfDirectory(count: number, size: number, start: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06_05_4b_50, 0);
  record.writeUInt16LE(Math.min(count, maxUint16), 8);
  record.writeUInt16LE(Math.min(count, maxUint16), 10);
  record.writeUInt32LE(Math.min(size, maxUint32), 12);
  record.writeUInt32LE(Math.min(start, maxUint32), 16);
  return record;
}
