// Aliases such as 1.4 and 1 behind a version that was just published, also when newer versions are published at once.
import { isScalrOciError } from "../base/errors.ts";
import type { RegistryClient } from "./client.ts";
import type { Descriptor } from "./manifest.ts";
import { findNewerVersion, tagOfVersion } from "./version-tag.ts";

export interface PublishedVersion {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly version: string;
  readonly manifest: Descriptor;
  readonly manifestBytes: Uint8Array;
}

/**
 * Sets aliases to the version, whose own tag must be there. Registries cannot move a tag on a condition, so the versions are
 * listed again afterwards, and an alias that was taken from a newer one is given back, until none is newer.
 * @returns the aliases that the version has kept
 */
export async function setAliases(published: PublishedVersion, aliases: readonly string[]): Promise<string[]> {
  const { client, repository, manifestBytes, manifest, version } = published;
  const shown = new Map(aliases.map((alias) => [alias, version]));
  for (const alias of aliases) await client.putManifest(repository, manifestBytes, manifest.mediaType, alias);
  let behind = await findBehind(published, shown);
  while (behind.size > 0) {
    for (const [alias, newer] of behind) {
      const { bytes, descriptor } = await client.readManifest(repository, tagOfVersion(newer));
      await client.putManifest(repository, bytes, descriptor.mediaType, alias);
      shown.set(alias, newer);
    }
    behind = await findBehind(published, shown);
  }
  return aliases.filter((alias) => shown.get(alias) === version);
}

/** All tags; none where the repository is not there yet. */
export async function findTags(client: RegistryClient, repository: string): Promise<string[]> {
  try {
    return await client.listTags(repository);
  } catch (thrown) {
    if (isScalrOciError(thrown) && thrown.kind === "not-found") return [];
    throw thrown;
  }
}

/** The version that each alias should stand for, where that is a newer one than it was set to. */
async function findBehind(
  { client, repository }: PublishedVersion,
  shown: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const tags = shown.size === 0 ? [] : await findTags(client, repository);
  const behind = new Map<string, string>();
  for (const [alias, version] of shown) {
    const newer = findNewerVersion(alias, version, tags);
    if (newer !== undefined) behind.set(alias, newer);
  }
  return behind;
}
