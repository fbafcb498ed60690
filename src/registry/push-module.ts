// Publishes a packed module: blobs, then the manifest under its tag, then aliases; a tag that is taken is not moved unasked.
import type { Clock } from "../base/clock.ts";
import { type Digest, digestOf } from "../names/digest.ts";
import type { RegistryClient } from "./client.ts";
import type { FetchedManifest } from "./manifest-calls.ts";
import { type Descriptor, parseManifest } from "./manifest.ts";
import { mediaTypes } from "./media-type.ts";
import { emptyConfig, emptyConfigDescriptor, encodeModuleManifest, type ZipFile } from "./module-package.ts";
import { findTags, setAliases } from "./push-aliases.ts";
import { setTag, tagTaken } from "./set-tag.ts";
import type { BlobSource, UploadOutcome } from "./upload.ts";
import { aliasesOf } from "./version-tag.ts";

export interface PushModuleOptions {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly zip: Pick<ZipFile, "digest" | "size" | "source">;
  readonly tag: string;
  /** The semantic version that the tag stands for, when aliases shall follow it; undefined for a plain tag. */
  readonly version?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Moves a tag that points to other content. @default false */
  readonly isForced?: boolean;
  readonly clock?: Clock;
}

const takenHint = "publish under a new version; --force moves the tag for everybody who uses it";

/** What a push is going to do; made without changing anything. */
export interface PushPlan {
  readonly options: PushModuleOptions;
  /** The manifest that the tag will point to. */
  readonly manifest: Descriptor;
  readonly manifestBytes: Uint8Array;
  /** `unchanged` when the tag points to the same module already, whatever its annotations. */
  readonly outcome: "created" | "moved" | "unchanged";
  /** What the tag points to now. */
  readonly before: Digest | undefined;
  /** Further tags that will point to it, such as `1.4` and `1`. */
  readonly aliases: readonly string[];
}

/**
 * Looks at what the registry has under the tag.
 * @throws ConflictError VERSION_EXISTS when that is other content and `isForced` is not set
 */
export async function planPush(options: PushModuleOptions): Promise<PushPlan> {
  const { client, repository, tag, version, zip, annotations, isForced = false } = options;
  const existing = await findExisting(client, repository, tag);
  const aliases = version === undefined ? [] : aliasesOf(version, [...(await findTags(client, repository)), tag]);
  if (existing !== undefined && holdsZip(existing, zip.digest)) {
    const { descriptor: manifest, bytes: manifestBytes } = existing;
    return { options, manifest, manifestBytes, outcome: "unchanged", before: manifest.digest, aliases };
  }
  const before = existing?.descriptor.digest;
  if (before !== undefined && !isForced) throw tagTaken({ client, repository, tag, hint: takenHint }, before);
  const manifestBytes = encodeModuleManifest(zip, annotations);
  const { length: size } = manifestBytes;
  const manifest = { mediaType: mediaTypes.imageManifest, digest: digestOf(manifestBytes), size };
  return { options, manifest, manifestBytes, outcome: before === undefined ? "created" : "moved", before, aliases };
}

/** What a push has done. */
export interface PushResult {
  /** How the zip got there. */
  readonly upload: UploadOutcome;
  /** Those of the planned aliases that point to the module; another push may have published a newer version meanwhile. */
  readonly aliases: readonly string[];
}

/**
 * Does what was planned. The aliases follow only once the tag is certain.
 * @param onProgress told how many bytes of the zip were sent
 * @throws ConflictError VERSION_EXISTS when another push took the tag meanwhile, see setTag
 */
export async function executePush(plan: PushPlan, onProgress?: (sentBytes: number) => void): Promise<PushResult> {
  const { options, manifestBytes, manifest, before } = plan;
  const { client, repository, tag, version, zip, isForced = false, clock } = options;
  const put = () => client.putManifest(repository, manifestBytes, manifest.mediaType, tag);
  let upload: UploadOutcome = "present";
  if (plan.outcome !== "unchanged") {
    const layer = { mediaType: mediaTypes.zip, digest: zip.digest, size: zip.size };
    await client.uploadBlob(repository, emptyConfigDescriptor, bytesSource(emptyConfig));
    upload = await client.uploadBlob(repository, layer, zip.source, { onProgress });
    const { digest } = manifest;
    await setTag({ client, repository, tag, digest, before, isForced, hint: takenHint, clock }, put);
  }
  if (version === undefined) return { upload, aliases: [] };
  const aliases = await setAliases({ client, repository, version, manifest, manifestBytes }, plan.aliases);
  return { upload, aliases };
}

/** Those of the wanted annotations that a module that is published already does not have; a push leaves it as it is. */
export function findIgnoredAnnotations(
  { outcome, manifest, manifestBytes }: PushPlan,
  wanted: Readonly<Record<string, string>>,
): string[] {
  if (outcome !== "unchanged") return [];
  const published = parseManifest(manifestBytes, manifest.mediaType).document.annotations ?? {};
  return Object.keys(wanted).filter((key) => published[key] !== wanted[key]);
}

/** Bytes in memory as the source of an upload. */
export function bytesSource(bytes: Uint8Array): BlobSource {
  return {
    open: async function* (start) {
      yield bytes.subarray(start);
    },
  };
}

async function findExisting(
  client: RegistryClient,
  repository: string,
  tag: string,
): Promise<FetchedManifest | undefined> {
  const descriptor = await client.findDescriptor(repository, tag);
  return descriptor && client.readManifest(repository, descriptor.digest);
}

function holdsZip({ manifest }: FetchedManifest, zip: Digest): boolean {
  if (manifest.kind !== "image") return false;
  const zips = manifest.document.layers.filter(({ mediaType }) => mediaType === mediaTypes.zip);
  return zips.length === 1 && zips[0]?.digest === zip;
}
