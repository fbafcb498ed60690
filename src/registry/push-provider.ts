// Publishes a provider for OpenTofu's OCI mirrors: an index over one manifest a platform; OpenTofu documentation, "OCI
// provider mirrors".
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError, isScalrOciError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, digestOf } from "../names/digest.ts";
import type { RegistryClient } from "./client.ts";
import type { Descriptor } from "./manifest.ts";
import { artifactTypes, mediaTypes } from "./media-type.ts";
import { emptyConfig, emptyConfigDescriptor } from "./module-package.ts";
import { bytesSource } from "./push-module.ts";
import { setTag, tagTaken } from "./set-tag.ts";
import type { BlobSource } from "./upload.ts";
import { parseVersion, type VersionTag } from "./version-tag.ts";
import { checkZip, type SafeEntry } from "./zip-reader.ts";

const readBytes = 1024 * 1024;
/** The largest providers unpack to a quarter of this. */
const zipLimits = { maxUnpackedBytes: 4 * 1024 ** 3 };
/** As releases and filesystem mirrors name it. */
const namePattern = "terraform-provider-TYPE_VERSION_OS_ARCH.zip";
const zipName = /^terraform-provider-([a-z0-9][a-z0-9-]*)_v?(.+)_([a-z0-9]+)_([a-z0-9]+)\.zip$/;

/** One platform's package. */
export interface ProviderZip {
  readonly name: string;
  readonly os: string;
  readonly architecture: string;
  readonly digest: Digest;
  readonly size: number;
  readonly source: BlobSource;
}

export interface ProviderRelease {
  /** Last part of the provider's address, such as `scalr`. */
  readonly type: string;
  readonly version: VersionTag;
  /** Sorted by name. */
  readonly zips: readonly ProviderZip[];
}

/**
 * The packages of one release in a directory; files of other names are left alone.
 * @throws InputError PACKAGE_DIRECTORY_INVALID when there are none, those of several providers or versions, or one that OpenTofu
 *   could not install
 */
export async function readProviderRelease(directory: string): Promise<ProviderRelease> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw invalid(`there is no directory ${printable(directory)}, expected one with provider packages`, cause);
  });
  const packages = names.sort().flatMap((name) => parseName(name) ?? []);
  const [first] = packages;
  if (first === undefined) throw invalid(`the directory holds no provider package, expected ${namePattern}`);
  for (const { type, version, name } of packages) {
    if (type === first.type && version === first.version) continue;
    throw invalid(`the directory holds more than one release, got ${first.name} and ${name}, expected one`);
  }
  const zips = await Promise.all(packages.map((one) => readZip(directory, one)));
  return { type: first.type, version: parseVersion(first.version), zips };
}

export interface PushProviderOptions {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly release: ProviderRelease;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Moves a version that has other content. @default false */
  readonly isForced?: boolean;
}

/** What a push of a provider is going to do. */
export interface ProviderPlan {
  readonly options: PushProviderOptions;
  readonly index: Descriptor;
  readonly indexBytes: Uint8Array;
  readonly manifests: readonly Uint8Array[];
  readonly outcome: "created" | "moved" | "unchanged";
  /** What the version's tag points to now. */
  readonly before: Digest | undefined;
}

const takenHint = "publish a new version; --force replaces what lock files may have pinned";

/** Looks at what the registry has. @throws ConflictError VERSION_EXISTS when that is other content and `isForced` is not set */
export async function planProviderPush(options: PushProviderOptions): Promise<ProviderPlan> {
  const { client, repository, release, annotations, isForced = false } = options;
  const { tag } = release.version;
  const manifests = release.zips.map(encodeTarget);
  const indexBytes = encodeIndex(release, manifests, annotations);
  const index = { mediaType: mediaTypes.imageIndex, digest: digestOf(indexBytes), size: indexBytes.length };
  const before = (await client.findDescriptor(repository, tag))?.digest;
  const isUnchanged = before === index.digest;
  if (before !== undefined && !isUnchanged && !isForced)
    throw tagTaken({ client, repository, tag, hint: takenHint }, before);
  const outcome = isUnchanged ? "unchanged" : before === undefined ? "created" : "moved";
  return { options, index, indexBytes, manifests, outcome, before };
}

/**
 * Does what was planned.
 * @param onProgress told the bytes of all packages that were sent
 * @throws ConflictError VERSION_EXISTS when another push took the version meanwhile, see setTag
 */
export async function executeProviderPush(
  { options, outcome, manifests, index, indexBytes, before }: ProviderPlan,
  onProgress?: (sentBytes: number) => void,
): Promise<void> {
  if (outcome === "unchanged") return;
  const { client, repository, release, isForced = false } = options;
  await client.uploadBlob(repository, emptyConfigDescriptor, bytesSource(emptyConfig));
  let done = 0;
  for (const [position, zip] of release.zips.entries()) {
    const layer = { mediaType: mediaTypes.zip, digest: zip.digest, size: zip.size };
    const sentBefore = done;
    await client.uploadBlob(repository, layer, zip.source, { onProgress: (sent) => onProgress?.(sentBefore + sent) });
    done += zip.size;
    await client.putManifest(repository, manifests[position] ?? new Uint8Array(), mediaTypes.imageManifest);
  }
  const { tag } = release.version;
  const wish = { client, repository, tag, digest: index.digest, before, isForced, hint: takenHint };
  await setTag(wish, () => client.putManifest(repository, indexBytes, index.mediaType, tag));
}

interface PackageName {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly os: string;
  readonly architecture: string;
}

function parseName(name: string): PackageName | undefined {
  const [, type, version, os, architecture] = zipName.exec(name) ?? [];
  if (type === undefined || version === undefined || os === undefined || architecture === undefined) return undefined;
  return { name, type, version, os, architecture };
}

async function readZip(directory: string, { name, type, os, architecture }: PackageName): Promise<ProviderZip> {
  const path = join(directory, name);
  await checkPackage(path, name, `terraform-provider-${type}`);
  const hash = createHash("sha256");
  let size = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
    hash.update(bytes);
    size += bytes.length;
  }
  const source: BlobSource = { open: (start) => createReadStream(path, { start, highWaterMark: readBytes }) };
  return { name, os, architecture, digest: `sha256:${hash.digest("hex")}`, size, source };
}

/** OpenTofu starts the file in the package's root whose name is the provider's, whatever version or suffix follows. */
async function checkPackage(path: string, name: string, program: string): Promise<void> {
  const files = await listFiles(path, name);
  const isProgram = (file: string): boolean =>
    file.startsWith(program) && /^(?:[_.]|$)/.test(file.slice(program.length));
  if (files.some((file) => isProgram(file.name) && file.size > 0)) return;
  throw invalid(`${name} holds no provider, expected a file ${program}_vVERSION in it`);
}

async function listFiles(path: string, name: string): Promise<SafeEntry[]> {
  try {
    return await checkZip(path, zipLimits);
  } catch (cause) {
    if (!isScalrOciError(cause)) throw cause;
    throw invalid(`${name} is not a provider package: ${cause.message}`, cause);
  }
}

function encodeTarget(zip: ProviderZip): Buffer {
  return encode({
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: artifactTypes.providerTarget,
    config: emptyConfigDescriptor,
    layers: [{ mediaType: mediaTypes.zip, digest: zip.digest, size: zip.size }],
  });
}

function encodeIndex(
  release: ProviderRelease,
  manifests: readonly Buffer[],
  annotations: Readonly<Record<string, string>> = {},
): Buffer {
  const sorted = Object.entries(annotations).sort(([one], [other]) => (one < other ? -1 : 1));
  const entries = release.zips.map(({ os, architecture }, position) => {
    const bytes = manifests[position] ?? Buffer.alloc(0);
    return {
      mediaType: mediaTypes.imageManifest,
      artifactType: artifactTypes.providerTarget,
      digest: digestOf(bytes),
      size: bytes.length,
      platform: { os, architecture },
    };
  });
  return encode({
    schemaVersion: 2,
    mediaType: mediaTypes.imageIndex,
    artifactType: artifactTypes.provider,
    manifests: entries,
    ...(sorted.length === 0 ? {} : { annotations: Object.fromEntries(sorted) }),
  });
}

function encode(document: object): Buffer {
  return Buffer.from(JSON.stringify(document));
}

function invalid(message: string, cause?: unknown): InputError {
  return new InputError("PACKAGE_DIRECTORY_INVALID", message, { cause });
}
