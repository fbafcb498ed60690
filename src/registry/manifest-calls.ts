// Manifests of a registry: resolve, read, write, delete; OCI distribution specification, "Pulling manifests", "Pushing Manifests".
import { createHash } from "node:crypto";
import { RemoteError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, isDigest } from "../names/digest.ts";
import type { Connection, RegistryCall } from "./connection.ts";
import { type Descriptor, type Manifest, maxManifestBytes, parseManifest } from "./manifest.ts";
import { mediaTypeOf, mediaTypes } from "./media-type.ts";
import { readBody } from "./transport.ts";

const accept = [
  mediaTypes.imageManifest,
  mediaTypes.imageIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerManifestList,
].join(", ");

/** A manifest with the bytes its digest is of. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly manifest: Manifest;
}

/**
 * What a tag points to, without reading it.
 * @returns undefined when the registry has no such tag or repository, or does not show it
 */
export async function findDescriptor(
  connection: Connection,
  repository: string,
  reference: string,
): Promise<Descriptor | undefined> {
  const response = await connection.call({ ...readCall(repository, reference), method: "HEAD", expected: [200, 404] });
  await response.discard();
  if (response.status === 404) return undefined;
  const mediaType = mediaTypeOf(response.header("content-type"));
  const digest = response.header("docker-content-digest") ?? reference;
  const size = Number(response.header("content-length") ?? Number.NaN);
  // A registry may leave the headers out; then only the manifest itself tells.
  if (mediaType === undefined || !isDigest(digest) || !Number.isSafeInteger(size)) {
    return (await readManifest(connection, repository, reference)).descriptor;
  }
  if (isDigest(reference) && digest !== reference) throw mismatch(connection, repository, reference);
  return { mediaType, digest, size };
}

/**
 * Reads a manifest by tag or digest and checks its digest.
 * @throws NotFoundError REGISTRY_CONTENT_NOT_FOUND; RemoteError REGISTRY_CONTENT_MISMATCH, REGISTRY_MANIFEST_INVALID
 */
export async function readManifest(
  connection: Connection,
  repository: string,
  reference: string,
): Promise<FetchedManifest> {
  const response = await connection.call(readCall(repository, reference));
  const mediaType = mediaTypeOf(response.header("content-type")) ?? "";
  const announced = response.header("docker-content-digest");
  const bytes = await readBody(response, connection.host.value, maxManifestBytes);
  const expected = isDigest(reference) ? reference : announced;
  const digest = digestLike(bytes, expected);
  if (expected !== undefined && digest !== expected) throw mismatch(connection, repository, reference);
  const manifest = parseManifest(bytes, mediaType);
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes, manifest };
}

export interface PushedManifest {
  readonly descriptor: Descriptor;
  /** True when the registry lists it among the referrers of its subject by itself. */
  readonly isReferrerListed: boolean;
}

/** Writes a manifest under a tag, or under its digest when there is no tag. */
export async function putManifest(
  connection: Connection,
  repository: string,
  bytes: Uint8Array,
  mediaType: string,
  tag?: string,
): Promise<PushedManifest> {
  const digest = digestLike(bytes, undefined);
  const reference = tag ?? digest;
  const response = await connection.call({
    method: "PUT",
    target: `/v2/${repository}/manifests/${reference}`,
    repository,
    action: "push",
    expected: [201],
    what: nameOf(repository, reference),
    headers: { "content-type": mediaType, "content-length": String(bytes.byteLength) },
    body: () => bytes,
  });
  await response.discard();
  const announced = response.header("docker-content-digest");
  if (announced !== undefined && announced !== digest) throw mismatch(connection, repository, reference);
  const isReferrerListed = response.header("oci-subject") !== undefined;
  return { descriptor: { mediaType, digest, size: bytes.byteLength }, isReferrerListed };
}

function readCall(repository: string, reference: string): RegistryCall {
  return {
    method: "GET",
    target: `/v2/${repository}/manifests/${reference}`,
    repository,
    action: "pull",
    expected: [200],
    what: nameOf(repository, reference),
    headers: { accept },
  };
}

function nameOf(repository: string, reference: string): string {
  return isDigest(reference) ? `${repository}@${reference}` : `${repository}:${reference}`;
}

function digestLike(bytes: Uint8Array, expected: string | undefined): Digest {
  const algorithm = expected?.startsWith("sha512:") === true ? "sha512" : "sha256";
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

function mismatch({ host }: Connection, repository: string, reference: string): RemoteError {
  const what = printable(nameOf(repository, reference));
  return new RemoteError(
    "REGISTRY_CONTENT_MISMATCH",
    `${host.value} answered for ${what} with other content than its digest says`,
  );
}
