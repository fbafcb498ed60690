// A release of a provider as OpenTofu's and Terraform's registries take it, and filesystem mirrors too: a zip for each platform, their
// checksums, and a manifest that names the protocol; opentofu.org/docs/language/providers/publishing.
import { createHash } from "node:crypto";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";
import { ZipWriter } from "../../../src/registry/zip-writer.ts";

const deflate = promisify(deflateRaw);

/** Protocol 6.0 stands for all of 6: what is newer is asked for call by call. */
const manifest = { version: 1, metadata: { protocol_versions: ["6.0"] } };

export interface ReleaseName {
  /** Last part of the provider's address, such as `scalr`. */
  readonly type: string;
  readonly version: string;
}

export interface PackageFile {
  readonly name: string;
  /** Absolute path, or the text itself. */
  readonly content: { readonly path: string } | { readonly text: string };
  readonly isExecutable?: boolean;
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
  await mkdir(directory, { recursive: true });
  await using file = await open(join(directory, name), "w");
  const zip = new ZipWriter(async (bytes) => void (await file.write(bytes)));
  for (const { name, content, isExecutable = false } of files) {
    const bytes = "text" in content ? Buffer.from(content.text) : await readFile(content.path);
    const original = { crc: crc32(bytes), size: bytes.byteLength };
    await zip.addDeflated({ name, isExecutable }, await deflate(bytes), original);
  }
  await zip.finish();
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
  const lines = [...packages, manifestName].toSorted().map(async (name) => {
    const digest = createHash("sha256").update(await readFile(join(directory, name)));
    return `${digest.digest("hex")}  ${name}\n`;
  });
  await writeFile(join(directory, sumsName), (await Promise.all(lines)).join(""));
  return [manifestName, sumsName];
}
