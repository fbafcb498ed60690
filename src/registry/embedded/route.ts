// Which resource a request's path names; OCI distribution specification, "Endpoints".
import { type Digest, isDigest } from "../../names/digest.ts";
import { isRepositoryName, isTag } from "../../names/oci-reference.ts";
import { Fault } from "./fault.ts";

/** A manifest is named by a tag or a digest. */
export type ManifestReference = { readonly tag: string } | { readonly digest: Digest };

export type Route =
  | { readonly resource: "base" }
  | { readonly resource: "blob"; readonly repository: string; readonly digest: Digest }
  | { readonly resource: "uploads"; readonly repository: string }
  | { readonly resource: "upload"; readonly repository: string; readonly id: string }
  | { readonly resource: "manifest"; readonly repository: string; readonly reference: ManifestReference }
  | { readonly resource: "tags"; readonly repository: string }
  | { readonly resource: "referrers"; readonly repository: string; readonly digest: Digest };

const patterns = {
  uploads: /^\/v2\/(.+)\/blobs\/uploads\/?$/,
  upload: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
  blob: /^\/v2\/(.+)\/blobs\/([^/]+)$/,
  manifest: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
  tags: /^\/v2\/(.+)\/tags\/list$/,
  referrers: /^\/v2\/(.+)\/referrers\/([^/]+)$/,
} as const;

/**
 * Reads a path as it stands in the request line.
 * @returns undefined when it names nothing that a registry has
 * @throws Fault when it names something with an impossible repository, tag or digest
 */
export function findRoute(path: string): Route | undefined {
  if (path === "/v2/" || path === "/v2") return { resource: "base" };
  for (const [resource, pattern] of Object.entries(patterns)) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const [, name = "", rest = ""] = match;
    return makeRoute(resource as keyof typeof patterns, checkRepository(name), rest);
  }
  return undefined;
}

function makeRoute(resource: keyof typeof patterns, repository: string, rest: string): Route {
  switch (resource) {
    case "blob":
    case "referrers":
      return { resource, repository, digest: checkDigest(rest) };
    case "manifest":
      return { resource, repository, reference: parseReference(rest) };
    case "upload":
      return { resource, repository, id: rest };
    default:
      return { resource, repository };
  }
}

function parseReference(text: string): ManifestReference {
  if (text.includes(":") || text.includes("%3A")) return { digest: checkDigest(text) };
  if (!isTag(text)) throw new Fault(404, "MANIFEST_UNKNOWN", "the tag is not valid");
  return { tag: text };
}

/** @throws Fault DIGEST_INVALID */
export function checkDigest(text: string): Digest {
  const decoded = text.replace(/%3a/i, ":");
  if (!isDigest(decoded)) throw new Fault(400, "DIGEST_INVALID", "the digest is not valid");
  return decoded;
}

/** @throws Fault NAME_INVALID */
export function checkRepository(name: string): string {
  if (!isRepositoryName(name)) throw new Fault(400, "NAME_INVALID", "the repository's name is not valid");
  return name;
}
