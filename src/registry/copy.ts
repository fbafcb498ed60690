// Copies what a tag or digest names from one repository to another: manifests, blobs, and what is attached to them.
import { RemoteError } from "../base/errors.ts";
import type { Digest } from "../names/digest.ts";
import { isSameRegistryHost } from "../names/registry-host.ts";
import type { RegistryClient } from "./client.ts";
import type { FetchedManifest } from "./manifest-calls.ts";
import type { Descriptor } from "./manifest.ts";
import { setTag, tagTaken } from "./set-tag.ts";
import type { UploadOutcome } from "./upload.ts";

/** An index in an index in an index is as deep as anything real. */
const maxDepth = 4;
/** Attached manifests that are copied for one subject. */
const maxReferrers = 100;
const takenHint = "copy to another tag; --force moves the tag for everybody who uses it";

/** A repository of a registry. */
export interface Place {
  readonly client: RegistryClient;
  readonly repository: string;
}

export interface CopyOptions {
  readonly from: Place;
  readonly to: Place;
  /** Tag or digest at the source. */
  readonly reference: string;
  /** Tag at the target; without one the content has its digest alone. */
  readonly tag?: string | undefined;
  /** Moves a tag that has other content. @default false */
  readonly isForced?: boolean;
  /** Takes along what is attached, such as provenance and signatures. @default true */
  readonly withReferrers?: boolean;
  /** Told about each blob when it is there. */
  readonly onBlob?: (blob: Descriptor, outcome: UploadOutcome) => void;
}

export interface CopyResult {
  readonly descriptor: Descriptor;
  readonly outcome: "created" | "moved" | "unchanged";
  /** Attached manifests that were copied. */
  readonly referrers: readonly Digest[];
}

/**
 * Copies byte for byte: digests stay. Blobs are mounted where both repositories are of one registry.
 * @throws ConflictError VERSION_EXISTS when the target's tag has other content and `isForced` is not set; NotFoundError
 */
export async function copyPackage(options: CopyOptions): Promise<CopyResult> {
  const { from, to, reference, tag, isForced = false, withReferrers = true } = options;
  const fetched = await from.client.readManifest(from.repository, reference);
  const { descriptor } = fetched;
  const { client, repository } = to;
  const { digest } = descriptor;
  const before = (await client.findDescriptor(repository, tag ?? digest))?.digest;
  const isUnchanged = before === digest;
  const wish = { client, repository, tag: tag ?? digest, digest, before, isForced, hint: takenHint };
  if (before !== undefined && !isUnchanged && !isForced) throw tagTaken(wish, before);
  if (!isUnchanged) {
    await copyContents(options, fetched, 0);
    const put = () => client.putManifest(repository, fetched.bytes, descriptor.mediaType, tag);
    await (tag === undefined ? put() : setTag(wish, put));
  }
  const referrers = withReferrers ? await copyReferrers(options, digest) : [];
  const outcome = isUnchanged ? "unchanged" : before === undefined ? "created" : "moved";
  return { descriptor, outcome, referrers };
}

/** What a manifest names, without the manifest itself. */
async function copyContents(options: CopyOptions, { manifest }: FetchedManifest, depth: number): Promise<void> {
  if (manifest.kind === "image") {
    for (const blob of [manifest.document.config, ...manifest.document.layers]) await copyBlob(options, blob);
    return;
  }
  if (depth === maxDepth)
    throw new RemoteError("REGISTRY_MANIFEST_INVALID", `index holds more than ${maxDepth} indexes in one another`);
  for (const { digest } of manifest.document.manifests) await copyManifest(options, digest, depth + 1);
}

/** A manifest and what it names, without a tag. */
async function copyManifest(options: CopyOptions, digest: Digest, depth: number): Promise<void> {
  const { from, to } = options;
  const fetched = await from.client.readManifest(from.repository, digest);
  await copyContents(options, fetched, depth);
  await to.client.putManifest(to.repository, fetched.bytes, fetched.descriptor.mediaType);
}

async function copyBlob({ from, to, onBlob }: CopyOptions, blob: Descriptor): Promise<void> {
  // Content that is fetched from elsewhere is not the registry's.
  if (blob.urls !== undefined && blob.urls.length > 0) return;
  const isSame = isSameRegistryHost(from.client.host, to.client.host);
  const source = { open: (start: number) => skip(from.client.streamBlob(from.repository, blob), start) };
  const mountFrom = isSame && from.repository !== to.repository ? from.repository : undefined;
  const outcome = await to.client.uploadBlob(to.repository, blob, source, { mountFrom });
  onBlob?.(blob, outcome);
}

async function copyReferrers(options: CopyOptions, subject: Digest): Promise<Digest[]> {
  const { from } = options;
  const referrers = (await from.client.listReferrers(from.repository, subject)).slice(0, maxReferrers);
  for (const { digest } of referrers) await copyManifest(options, digest, 0);
  return referrers.map(({ digest }) => digest);
}

async function* skip(source: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let toDrop = bytes;
  for await (const chunk of source) {
    const rest = chunk.subarray(Math.min(toDrop, chunk.byteLength));
    toDrop -= chunk.byteLength - rest.byteLength;
    if (rest.byteLength > 0) yield rest;
  }
}
