// Manifests: read, write, delete; OCI distribution specification, "Pulling manifests", "Pushing Manifests", "Deleting Manifests".
import { createHash } from "node:crypto";
import { isScalrOciError } from "../../base/errors.ts";
import type { Digest } from "../../names/digest.ts";
import { type Descriptor, type Manifest, maxManifestBytes, parseManifest } from "../manifest.ts";
import { mediaTypeOf } from "../media-type.ts";
import type { ContentStore, StoredManifest } from "./content-store.ts";
import { Fault } from "./fault.ts";
import type { Reply } from "./reply.ts";
import type { ManifestReference } from "./route.ts";

export async function readManifest(
  store: ContentStore,
  repository: string,
  reference: ManifestReference,
): Promise<Reply> {
  const { digest, mediaType, bytes } = await readStored(store, repository, reference);
  const headers = { "content-type": mediaType, "content-length": bytes.length, "docker-content-digest": digest };
  return { status: 200, headers, body: bytes };
}

export async function putManifest(
  store: ContentStore,
  repository: string,
  reference: ManifestReference,
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
): Promise<Reply> {
  const bytes = await readAll(body);
  const manifest = parse(bytes, mediaTypeOf(contentType) ?? "");
  const digest = digestLike(bytes, "digest" in reference ? reference.digest : undefined);
  await checkContents(store, repository, manifest);
  await store.putManifest(repository, { digest, mediaType: manifest.mediaType, bytes }, manifest);
  if ("tag" in reference) await store.putTag(repository, reference.tag, digest);
  const { subject } = manifest.document;
  return {
    status: 201,
    headers: {
      location: `/v2/${repository}/manifests/${digest}`,
      "docker-content-digest": digest,
      ...(subject === undefined ? {} : { "oci-subject": subject.digest }),
    },
  };
}

/** A tag is taken away alone; a digest goes with all tags that point to it. */
export async function deleteManifest(
  store: ContentStore,
  repository: string,
  reference: ManifestReference,
): Promise<Reply> {
  if ("tag" in reference) {
    if (!(await store.removeTag(repository, reference.tag))) throw unknownManifest();
    return { status: 202 };
  }
  const stored = await readStored(store, repository, reference);
  const { subject } = parse(stored.bytes, stored.mediaType).document;
  await store.removeManifest(repository, stored.digest, subject?.digest);
  return { status: 202 };
}

async function readStored(
  store: ContentStore,
  repository: string,
  reference: ManifestReference,
): Promise<StoredManifest> {
  const digest = "digest" in reference ? reference.digest : await store.findTag(repository, reference.tag);
  const stored = digest && (await store.findManifest(repository, digest));
  if (stored === undefined) throw unknownManifest();
  return stored;
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxManifestBytes) {
      throw new Fault(413, "MANIFEST_INVALID", `the manifest is larger than ${maxManifestBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Uint8Array, mediaType: string): Manifest {
  try {
    return parseManifest(bytes, mediaType);
  } catch (thrown) {
    throw isScalrOciError(thrown) ? new Fault(400, "MANIFEST_INVALID", thrown.message) : thrown;
  }
}

function digestLike(bytes: Uint8Array, expected: Digest | undefined): Digest {
  const algorithm = expected?.startsWith("sha512:") === true ? "sha512" : "sha256";
  const digest: Digest = `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
  if (expected !== undefined && expected !== digest) {
    throw new Fault(400, "DIGEST_INVALID", "the manifest has another digest");
  }
  return digest;
}

async function checkContents(store: ContentStore, repository: string, manifest: Manifest): Promise<void> {
  const isThere = async ({ digest }: Descriptor): Promise<boolean> =>
    manifest.kind === "index"
      ? (await store.findManifest(repository, digest)) !== undefined
      : (await store.findBlobSize(repository, digest)) !== undefined;
  for (const descriptor of contentsOf(manifest)) {
    if (!(await isThere(descriptor))) {
      throw new Fault(404, "MANIFEST_BLOB_UNKNOWN", `the manifest names unknown content, ${descriptor.digest}`);
    }
  }
}

/** Layers that are fetched from elsewhere (`urls`) or may not be pushed need not be there. */
function contentsOf(manifest: Manifest): readonly Descriptor[] {
  if (manifest.kind === "index") return manifest.document.manifests;
  const layers = manifest.document.layers.filter(
    ({ mediaType, urls }) => urls === undefined && !/\.nondistributable\.|\.foreign\./.test(mediaType),
  );
  return [manifest.document.config, ...layers];
}

function unknownManifest(): Fault {
  return new Fault(404, "MANIFEST_UNKNOWN", "the repository holds no such manifest");
}
