// Makes a module package as OpenTofu wants it: a deterministic zip and its manifest; OpenTofu documentation, "OCI module packages".
import { createHash } from "node:crypto";
import { closeSync, constants, createReadStream, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, digestOf } from "../names/digest.ts";
import type { Descriptor } from "./manifest.ts";
import { artifactTypes, mediaTypes } from "./media-type.ts";
import { listModuleFiles, type ModuleFile } from "./module-files.ts";
import { PieceWriter } from "./piece-writer.ts";
import type { BlobSource } from "./upload.ts";
import { maxDeflatedBytes, ZipWriter } from "./zip-writer.ts";

/** Registries and the zip format without extensions end here. */
const maxPackageBytes = 4 * 1024 ** 3 - 1;
/** Fewer, larger reads: the default of 64 KB costs a third of the time of a large upload. */
const readBytes = 1024 * 1024;

/** Written at once; as much again is held at most. */
const bufferBytes = 1024 * 1024;
/** A link that was put in a file's place since it was looked at is not followed. */
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** The configuration of an artifact that has none; OCI image specification, "Guidance for an Empty Descriptor". */
export const emptyConfig = Buffer.from("{}");
export const emptyConfigDescriptor: Descriptor = {
  mediaType: mediaTypes.emptyJson,
  digest: digestOf(emptyConfig),
  size: emptyConfig.length,
};

/** A zip in a private temporary file. */
export interface ZipFile extends AsyncDisposable {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
  /** What is in it, in its order. */
  readonly files: readonly ModuleFile[];
  /** Names of files that look like private keys and are not in it. */
  readonly leftOut: readonly string[];
  readonly source: BlobSource;
  remove(): Promise<void>;
}

/**
 * Packs a module directory. The same files with the same rights give the same bytes on any machine at any time.
 * @throws InputError PACKAGE_DIRECTORY_INVALID, see listModuleFiles; also when a file changes while it is read
 */
export async function packModule(directory: string): Promise<ZipFile> {
  const { files, leftOut } = await listModuleFiles(directory);
  const folder = await mkdtemp(join(tmpdir(), "scalr-oci-package-"));
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "package.zip");
    const { digest, size } = await writeZip(path, files);
    const source: BlobSource = { open: (start) => createReadStream(path, { start, highWaterMark: readBytes }) };
    return { path, digest, size, files, leftOut, source, remove, [Symbol.asyncDispose]: remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** The manifest of a module package; without annotations it depends on the zip alone. */
export function encodeModuleManifest(
  zip: { readonly digest: Digest; readonly size: number },
  annotations: Readonly<Record<string, string>> = {},
): Buffer {
  const sorted = Object.entries(annotations).sort(([one], [other]) => (one < other ? -1 : 1));
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: artifactTypes.modulePackage,
    config: emptyConfigDescriptor,
    layers: [{ mediaType: mediaTypes.zip, digest: zip.digest, size: zip.size }],
    ...(sorted.length === 0 ? {} : { annotations: Object.fromEntries(sorted) }),
  };
  return Buffer.from(JSON.stringify(manifest));
}

async function writeZip(path: string, files: readonly ModuleFile[]): Promise<{ digest: Digest; size: number }> {
  const target = await open(path, "wx", 0o600);
  try {
    const output = new BufferedOutput(target);
    const writer = new ZipWriter((bytes) => output.write(bytes));
    for (const file of files) {
      await addFile(writer, file);
      if (writer.size > maxPackageBytes)
        throw invalid(`the package is too large, expected at most ${maxPackageBytes} bytes`);
    }
    await writer.finish();
    return { digest: await output.finish(), size: writer.size };
  } finally {
    await target.close();
  }
}

/** Writes in large pieces, which also are hashed on the way: an archive of many small files has many small parts. */
class BufferedOutput {
  readonly #target: PieceWriter;
  readonly #hash = createHash("sha256");
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(target: FileHandle) {
    this.#target = new PieceWriter(target);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const isLarge = bytes.byteLength >= bufferBytes;
    if (isLarge || this.#pendingBytes + bytes.byteLength > bufferBytes) await this.#flush();
    if (isLarge) return this.#writeNow(bytes);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.byteLength;
  }

  async finish(): Promise<Digest> {
    await this.#flush();
    await this.#target.finish();
    return `sha256:${this.#hash.digest("hex")}`;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (bytes.byteLength > 0) await this.#writeNow(bytes);
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    await this.#target.write([bytes]);
    this.#hash.update(bytes);
  }
}

async function addFile(writer: ZipWriter, file: ModuleFile): Promise<void> {
  if (file.size <= maxDeflatedBytes) return writer.addBytes(file, readAtOnce(file));
  const handle = await open(file.path, readFlags);
  try {
    checkUnchanged(file, await handle.stat());
    if (!(await writer.addStream(file, () => readWhole(handle)))) throw changed(file);
  } finally {
    await handle.close();
  }
}

/** Blocking on purpose: four calls a file, each through the thread pool, make 100,000 small files take ten times as long. */
function readAtOnce(file: ModuleFile): Buffer {
  const descriptor = openSync(file.path, readFlags);
  try {
    checkUnchanged(file, fstatSync(descriptor));
    const bytes = readFileSync(descriptor);
    if (bytes.byteLength !== file.size) throw changed(file);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function checkUnchanged(file: ModuleFile, found: Stats): void {
  if (!found.isFile() || found.size !== file.size) throw changed(file);
}

async function* readWhole(handle: FileHandle): AsyncIterable<Uint8Array> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(readBytes), 0, readBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function changed({ name }: ModuleFile): InputError {
  return invalid(`${printable(name)} changed while it was packed, expected a directory at rest`);
}

function invalid(message: string): InputError {
  return new InputError("PACKAGE_DIRECTORY_INVALID", message);
}
