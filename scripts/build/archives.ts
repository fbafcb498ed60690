// Archives of a release and their checksums: zip everywhere, gzipped tar (POSIX.1-1990, ustar) where people unpack with tar.
import { createHash } from "node:crypto";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateRaw, gzip } from "node:zlib";
import { ZipWriter } from "../../src/registry/zip-writer.ts";

const deflate = promisify(deflateRaw);
const compress = promisify(gzip);

export interface PackageFile {
  readonly name: string;
  /** Absolute path, or the text itself. */
  readonly content: { readonly path: string } | { readonly text: string };
  readonly isExecutable?: boolean;
}

/** Writes a zip; the same bytes for the same files. */
export async function writeZip(path: string, files: readonly PackageFile[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await using file = await open(path, "w");
  const zip = new ZipWriter(async (bytes) => void (await file.write(bytes)));
  for (const { name, content, isExecutable = false } of files) {
    const bytes = await read(content);
    const original = { crc: crc32(bytes), size: bytes.byteLength };
    await zip.addDeflated({ name, isExecutable }, await deflate(bytes), original);
  }
  await zip.finish();
}

/** Writes a `.tar.gz`; the same bytes for the same files. */
export async function writeTarGz(path: string, files: readonly PackageFile[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const members = files.map(async ({ name, content, isExecutable = false }) => {
    const bytes = await read(content);
    return [tarHeader(name, bytes.byteLength, isExecutable), bytes, Buffer.alloc(-bytes.byteLength & (blockBytes - 1))];
  });
  const blocks = (await Promise.all(members)).flat();
  await writeFile(path, await compress(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)])));
}

/** Writes a file of checksums as sha256sum has it. @param names of files in its directory */
export async function writeChecksums(path: string, names: readonly string[]): Promise<void> {
  const lines = names.toSorted().map(async (name) => {
    const digest = createHash("sha256").update(await readFile(join(dirname(path), name)));
    return `${digest.digest("hex")}  ${name}\n`;
  });
  await writeFile(path, (await Promise.all(lines)).join(""));
}

const blockBytes = 512;
const maxNameBytes = 100;
const checksumField = { at: 148, bytes: 8 } as const;

/** A regular file of root's, of no time: releases differ only where their files do. */
function tarHeader(name: string, size: number, isExecutable: boolean): Buffer {
  if (Buffer.byteLength(name) > maxNameBytes) throw new Error(`${name} is too long a name for tar`);
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, bytes: number) =>
    header.write(`${value.toString(8).padStart(bytes - 1, "0")}\0`, at, "latin1");
  header.write(name, 0);
  octal(isExecutable ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write("0", 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  // The sum counts its own field as blanks.
  header.fill(" ", checksumField.at, checksumField.at + checksumField.bytes, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, checksumField.at, "latin1");
  return header;
}

async function read(content: PackageFile["content"]): Promise<Buffer> {
  return "text" in content ? Buffer.from(content.text) : await readFile(content.path);
}
