// Copies what a tag or digest names from one repository to another: manifests, blobs, and what is attached to them.
import { ConflictError, RemoteError } from "../base/errors.ts";
import type { Digest } from "../names/digest.ts";
import { isSameRegistryHost } from "../names/registry-host.ts";
import type { RegistryClient } from "./client.ts";
import type { FetchedManifest } from "./manifest-calls.ts";
import type { Descriptor } from "./manifest.ts";
import type { UploadOutcome } from "./upload.ts";

/** An index in an index in an index is as deep as anything real. */
const maxDepth = 4;
/** Attached manifests that are copied for one subject. */
const maxReferrers = 100;

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
  const before = await to.client.findDescriptor(to.repository, tag ?? descriptor.digest);
  const isUnchanged = before?.digest === descriptor.digest;
  if (before !== undefined && !isUnchanged && !isForced) throw taken(to, tag ?? descriptor.digest, before.digest);
  if (!isUnchanged) await copyManifest(options, fetched, tag, 0);
  const referrers = withReferrers ? await copyReferrers(options, descriptor.digest) : [];
  const outcome = isUnchanged ? "unchanged" : before === undefined ? "created" : "moved";
  return { descriptor, outcome, referrers };
}

async function copyManifest(
  options: CopyOptions,
  { manifest, bytes, descriptor }: FetchedManifest,
  tag: string | undefined,
  depth: number,
): Promise<void> {
  const { from, to } = options;
  if (manifest.kind === "image") {
    for (const blob of [manifest.document.config, ...manifest.document.layers]) await copyBlob(options, blob);
  } else {
    if (depth === maxDepth)
      throw new RemoteError("REGISTRY_MANIFEST_INVALID", `index holds more than ${maxDepth} indexes in one another`);
    for (const { digest } of manifest.document.manifests) {
      const child = await from.client.readManifest(from.repository, digest);
      await copyManifest(options, child, undefined, depth + 1);
    }
  }
  await to.client.putManifest(to.repository, bytes, descriptor.mediaType, tag);
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
  for (const { digest } of referrers) {
    await copyManifest(options, await from.client.readManifest(from.repository, digest), undefined, 0);
  }
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

function taken({ client, repository }: Place, reference: string, digest: Digest): ConflictError {
  const message = `${client.host.value}/${repository}:${reference} exists with other content, got ${digest}`;
  return new ConflictError("VERSION_EXISTS", message, {
    hint: "copy to another tag; --force moves the tag for everybody who uses it",
  });
}
