// Image manifests and indexes as documents; OCI image specification, manifest.md, image-index.md and descriptor.md.
import * as z from "zod";
import { RemoteError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, isDigest } from "../names/digest.ts";
import { mediaTypes } from "./media-type.ts";

/** Largest manifest that OpenTofu reads and that the distribution specification asks registries to take. */
export const maxManifestBytes = 4 * 1024 * 1024;

const digest = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), "not a digest");
const annotations = z.record(z.string(), z.string());
const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

const descriptor = z.object({
  mediaType: z.string().min(1),
  digest,
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: annotations.optional(),
  urls: z.array(z.string()).optional(),
  platform: platform.optional(),
});

const common = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  subject: descriptor.optional(),
  annotations: annotations.optional(),
};
const imageManifest = z.object({ ...common, config: descriptor, layers: z.array(descriptor) });
const imageIndex = z.object({ ...common, manifests: z.array(descriptor) });

/** What names a piece of content: its type, digest and size. */
export type Descriptor = z.infer<typeof descriptor>;
export type ImageManifest = z.infer<typeof imageManifest>;
export type ImageIndex = z.infer<typeof imageIndex>;

/** A manifest of one of the two kinds; fields that this package does not know are left out. */
export type Manifest =
  | { readonly kind: "image"; readonly mediaType: string; readonly document: ImageManifest }
  | { readonly kind: "index"; readonly mediaType: string; readonly document: ImageIndex };

/** True for the four media types whose documents parseManifest reads: OCI's and Docker's. */
export function isManifestMediaType(mediaType: string): boolean {
  return isImageType(mediaType) || isIndexType(mediaType);
}

/**
 * Reads a manifest that was sent as `mediaType`.
 * @throws RemoteError REGISTRY_MANIFEST_INVALID when it is too large, not a manifest of that type, or names another type inside
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): Manifest {
  if (bytes.byteLength > maxManifestBytes) {
    throw invalid(`manifest is too large, got ${bytes.byteLength} bytes, expected at most ${maxManifestBytes}`);
  }
  const document = parseJson(bytes);
  if (isImageType(mediaType)) return { kind: "image", mediaType, document: check(imageManifest, document, mediaType) };
  if (isIndexType(mediaType)) return { kind: "index", mediaType, document: check(imageIndex, document, mediaType) };
  throw invalid(`manifest has an unknown media type, got ${printable(mediaType)}, expected an image manifest or index`);
}

/** What a manifest says it is: its own artifact type, or its configuration's media type; the rule of the referrers list. */
export function artifactTypeOf(manifest: Manifest): string | undefined {
  if (manifest.document.artifactType !== undefined) return manifest.document.artifactType;
  return manifest.kind === "image" ? manifest.document.config.mediaType : undefined;
}

function isImageType(mediaType: string): boolean {
  return mediaType === mediaTypes.imageManifest || mediaType === mediaTypes.dockerManifest;
}

function isIndexType(mediaType: string): boolean {
  return mediaType === mediaTypes.imageIndex || mediaType === mediaTypes.dockerManifestList;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid("manifest is not JSON, expected a JSON object", cause);
  }
}

function check<Document extends { mediaType?: string | undefined }>(
  schema: z.ZodType<Document>,
  document: unknown,
  mediaType: string,
): Document {
  const result = schema.safeParse(document);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw invalid(`manifest is not valid at /${issue?.path.join("/")}: ${issue?.message}`, result.error);
  }
  const inside = result.data.mediaType;
  if (inside !== undefined && inside !== mediaType) {
    throw invalid(`manifest names another media type, got ${printable(inside)}, expected ${mediaType}`);
  }
  return result.data;
}

function invalid(message: string, cause?: unknown): RemoteError {
  return new RemoteError("REGISTRY_MANIFEST_INVALID", message, { cause });
}
