// Finds what a request for a module means now: the newest version that its constraint allows, or what its tag points to.
import { NotFoundError, RemoteError } from "../base/errors.ts";
import type { Digest } from "../names/digest.ts";
import type { LockedModule, ModuleRequest } from "../names/module-lock.ts";
import { parseOciReference } from "../names/oci-reference.ts";
import { compareVersions, findNewest, findTaggedVersion, parseVersionConstraint } from "../names/version-constraint.ts";
import type { RegistryClient } from "./client.ts";
import { artifactTypes } from "./media-type.ts";

/**
 * The content that a request stands for.
 * @throws NotFoundError REGISTRY_CONTENT_NOT_FOUND when no version is allowed or the tag is not there, RemoteError PACKAGE_REFUSED
 *   when what is there is no module, and as RegistryClient
 */
export async function resolveModule(client: RegistryClient, request: ModuleRequest): Promise<LockedModule> {
  const { repository } = parseOciReference(request.address);
  const tag = request.version === undefined ? (request.tag ?? "") : await findTag(client, repository, request.version);
  const { descriptor, manifest } = await client.readManifest(repository, tag);
  const isModule = manifest.kind === "image" && manifest.document.artifactType === artifactTypes.modulePackage;
  if (!isModule) {
    throw new RemoteError("PACKAGE_REFUSED", `${request.address}?tag=${tag} is not a module package of OpenTofu`, {
      hint: "publish it with scalr-oci push",
    });
  }
  return { tag, digest: descriptor.digest };
}

/** What a tag points to now; undefined when it is gone. */
export async function findDigestOfTag(
  client: RegistryClient,
  address: string,
  tag: string,
): Promise<Digest | undefined> {
  const { repository } = parseOciReference(address);
  return (await client.findDescriptor(repository, tag))?.digest;
}

/**
 * Tag of the newest version above that of a tag; prereleases do not count.
 * @returns undefined when there is none, or when the tag is no version, such as `latest` or `1.4`
 */
export async function findNewerTag(client: RegistryClient, address: string, tag: string): Promise<string | undefined> {
  const version = findTaggedVersion(tag);
  if (version === undefined) return undefined;
  const tags = await listVersions(client, parseOciReference(address).repository);
  const newest = findNewest([...tags.keys()], parseVersionConstraint(`> ${version}`));
  return newest === undefined ? undefined : tags.get(newest);
}

async function findTag(client: RegistryClient, repository: string, version: string): Promise<string> {
  const byVersion = await listVersions(client, repository);
  const versions = [...byVersion.keys()];
  const found = findNewest(versions, parseVersionConstraint(version));
  const tag = found === undefined ? undefined : byVersion.get(found);
  if (tag !== undefined) return tag;
  const newest = versions.toSorted(compareVersions).at(-1);
  throw new NotFoundError(
    "REGISTRY_CONTENT_NOT_FOUND",
    `no version of ${client.host.value}/${repository} matches ${version}, ${newest === undefined ? "it has none" : `the newest is ${newest}`}`,
    { hint: "change the constraint, or publish a version that it allows" },
  );
}

/** The tags that are versions, by version. */
async function listVersions(client: RegistryClient, repository: string): Promise<Map<string, string>> {
  const tags = await client.listTags(repository);
  const byVersion = new Map<string, string>();
  // In the order of texts, so that of 1.4.0 and v1.4.0 the same is taken everywhere.
  for (const tag of tags.toSorted()) {
    const tagged = findTaggedVersion(tag);
    if (tagged !== undefined && !byVersion.has(tagged)) byVersion.set(tagged, tag);
  }
  return byVersion;
}
