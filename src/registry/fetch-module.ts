// Gets a module package out of a registry, into a file and from there into a directory; nothing is kept that was not checked.
import { chmod, mkdtemp, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { makeDirectories } from "../base/directory.ts";
import { ConflictError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { RegistryClient } from "./client.ts";
import type { FetchedManifest } from "./manifest-calls.ts";
import type { Descriptor } from "./manifest.ts";
import { readZipLayer } from "./module-check.ts";
import { PieceWriter } from "./piece-writer.ts";
import { extractZip, type SafeEntry, type ZipLimits } from "./zip-reader.ts";

/** Far beyond any module; an archive that unpacks to more is a mistake or an attack. */
export const defaultZipLimits: ZipLimits = { maxUnpackedBytes: 1024 ** 3 };
const writeBytes = 1024 * 1024;
/** Fewer bytes are written when they come in so many pieces; what Linux takes in one call. */
const writePieces = 1024;

/** A package whose zip lies in a private temporary file, size and digest checked. */
export interface DownloadedModule extends AsyncDisposable {
  readonly fetched: FetchedManifest;
  readonly layer: Descriptor;
  readonly zipPath: string;
  remove(): Promise<void>;
}

/**
 * Downloads a module package by tag or digest.
 * @throws NotFoundError; RemoteError PACKAGE_REFUSED when OpenTofu would not load it, REGISTRY_CONTENT_MISMATCH
 */
export async function downloadModule(
  client: RegistryClient,
  repository: string,
  reference: string,
  onProgress?: (receivedBytes: number, totalBytes: number) => void,
): Promise<DownloadedModule> {
  const fetched = await client.readManifest(repository, reference);
  const layer = readZipLayer(fetched, `${repository}:${reference}`);
  const folder = await mkdtemp(join(tmpdir(), "scalr-oci-package-"));
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const zipPath = join(folder, "package.zip");
    await writeFile(zipPath, client.streamBlob(repository, layer), (received) => onProgress?.(received, layer.size));
    return { fetched, layer, zipPath, remove, [Symbol.asyncDispose]: remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/**
 * Unpacks a downloaded package into a directory that is missing or empty. It appears whole or not at all.
 * @returns the files
 * @throws ConflictError TARGET_EXISTS; RemoteError PACKAGE_REFUSED
 */
export async function unpackModule(
  downloaded: DownloadedModule,
  directory: string,
  limits: ZipLimits = defaultZipLimits,
): Promise<SafeEntry[]> {
  await checkTarget(directory);
  makeDirectories(dirname(directory));
  const staging = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    await chmod(staging, 0o755);
    const files = await extractZip(downloaded.zipPath, staging, limits);
    await rmdir(directory).catch(ignoreMissing);
    await rename(staging, directory);
    return files;
  } catch (thrown) {
    await rm(staging, { recursive: true, force: true });
    throw thrown;
  }
}

async function checkTarget(directory: string): Promise<void> {
  const names = await readdir(directory).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return [];
    throw taken(directory, thrown);
  });
  if (names.length > 0) throw taken(directory);
}

function ignoreMissing(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== "ENOENT") throw thrown;
}

/** Writes in large pieces: a registry sends some thousands of small ones, and each write costs more than its bytes. */
async function writeFile(
  path: string,
  source: AsyncIterable<Uint8Array>,
  onProgress: (writtenBytes: number) => void,
): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    const writer = new PieceWriter(file);
    let pending: Uint8Array[] = [];
    let pendingBytes = 0;
    let written = 0;
    const flush = async (): Promise<void> => {
      await writer.write(pending);
      written += pendingBytes;
      pending = [];
      pendingBytes = 0;
      onProgress(written);
    };
    for await (const chunk of source) {
      pending.push(chunk);
      pendingBytes += chunk.byteLength;
      if (pendingBytes >= writeBytes || pending.length >= writePieces) await flush();
    }
    if (pendingBytes > 0) await flush();
    await writer.finish();
  } finally {
    await file.close();
  }
}

function taken(directory: string, cause?: unknown): ConflictError {
  return new ConflictError("TARGET_EXISTS", `${printable(basename(directory))} is not an empty directory`, {
    hint: "name a directory that does not exist yet",
    cause,
  });
}
