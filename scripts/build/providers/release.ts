// A release of a provider as OpenTofu's and Terraform's registries take it, and filesystem mirrors too: a zip for each platform, their
// checksums, and a manifest that names the protocol; opentofu.org/docs/language/providers/publishing.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PackageFile, writeChecksums, writeZip } from "../archives.ts";

/** Protocol 6.0 stands for all of 6: what is newer is asked for call by call. */
const manifest = { version: 1, metadata: { protocol_versions: ["6.0"] } };

export interface ReleaseName {
  /** Last part of the provider's address, such as `scalr`. */
  readonly type: string;
  readonly version: string;
}

/** `terraform-provider-TYPE_VERSION`, what the names of all files of a release start with. */
export function releasePrefix({ type, version }: ReleaseName): string {
  return `terraform-provider-${type}_${version}`;
}

/** Writes the zip of one platform. @param platform as `linux_amd64` @returns its file name */
export async function writePackage(
  directory: string,
  release: ReleaseName,
  platform: string,
  files: readonly PackageFile[],
): Promise<string> {
  const name = `${releasePrefix(release)}_${platform}.zip`;
  await writeZip(join(directory, name), files);
  return name;
}

/** Writes the manifest, and the checksums of it and of the packages. @returns their file names */
export async function writeSums(
  directory: string,
  release: ReleaseName,
  packages: readonly string[],
): Promise<string[]> {
  const prefix = releasePrefix(release);
  const [manifestName, sumsName] = [`${prefix}_manifest.json`, `${prefix}_SHA256SUMS`];
  await writeFile(join(directory, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeChecksums(join(directory, sumsName), [...packages, manifestName]);
  return [manifestName, sumsName];
}
