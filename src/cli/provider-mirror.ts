// A filesystem mirror with our provider in it, in the unpacked layout HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/EXECUTABLE;
// opentofu.org/docs/cli/config/config-file, "Provider Installation".
import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectories } from "../base/directory.ts";
import { InputError } from "../base/errors.ts";

/** `scalr-oci/scalr` means another registry to OpenTofu than to Terraform; the mirror serves both. */
const registryHosts = ["registry.opentofu.org", "registry.terraform.io"] as const;
export const providerSource = "scalr-oci/scalr";
const executableName = "terraform-provider-scalr";

/** Node's names of what Go calls otherwise. */
const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

export interface MirrorOptions {
  /** Root of the mirror. */
  readonly directory: string;
  readonly version: string;
  /** As `linux_amd64`. */
  readonly platform: string;
  /** The provider's executable, a single file. */
  readonly executable: string;
}

export interface InstalledPackage {
  /** As `registry.opentofu.org/scalr-oci/scalr`. */
  readonly address: string;
  /** The executable. */
  readonly path: string;
  /** `replaced`: another build of the same version was there. */
  readonly change: "installed" | "replaced" | "none";
}

/**
 * Where OpenTofu and Terraform run, in Go's spelling.
 * @throws InputError INVALID_ARGUMENT for Windows, which cannot start the provider's script
 */
export function platformOf(platform: NodeJS.Platform, architecture: string): string {
  if (platform === "win32") {
    throw new InputError(
      "INVALID_ARGUMENT",
      "the provider is a script, which Windows cannot start, expected Linux or macOS",
      {
        hint: "run it in WSL or in a Linux container",
      },
    );
  }
  return `${platform}_${architectures[architecture] ?? architecture}`;
}

/** Puts the provider into the mirror, for both registries; what is there already stays. */
export function installProvider(options: MirrorOptions): InstalledPackage[] {
  const content = readFileSync(options.executable);
  return registryHosts.map((host) => {
    const address = `${host}/${providerSource}`;
    const directory = join(options.directory, address, options.version, options.platform);
    // No version in the name: below a package.json of type module, Node takes `.0` for an unknown extension and refuses the file.
    const path = join(directory, executableName);
    return { address, path, change: installFile(options.directory, directory, path, content) };
  });
}

/** The block that makes OpenTofu and Terraform look into this directory, to be merged into the CLI configuration. */
export function mirrorConfiguration(directory: string): string {
  const addresses = registryHosts.map((host) => `"${host}/${providerSource}"`).join(", ");
  return [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(directory)}`,
    `    include = [${addresses}]`,
    "  }",
    "  direct {",
    `    exclude = [${addresses}]`,
    "  }",
    "}",
  ].join("\n");
}

/** The block that a configuration needs to use the provider. */
export function requiredProviders(version: string): string {
  return [
    "terraform {",
    "  required_providers {",
    "    scalr = {",
    `      source  = "${providerSource}"`,
    `      version = "${version}"`,
    "    }",
    "  }",
    "}",
  ].join("\n");
}

function installFile(root: string, directory: string, path: string, content: Buffer): InstalledPackage["change"] {
  const before = findContent(path);
  if (before?.equals(content) === true && readdirSync(directory).length === 1) {
    chmodSync(path, 0o755);
    return "none";
  }
  makeDirectories(directory);
  // Written beside the packages and moved in one step: a run that starts meanwhile sees the old file or the new one.
  const scratch = mkdtempSync(join(root, ".scalr-oci-"));
  try {
    writeFileSync(join(scratch, executableName), content, { mode: 0o755 });
    chmodSync(join(scratch, executableName), 0o755);
    renameSync(join(scratch, executableName), path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  removeOthers(directory, path);
  return before === undefined ? "installed" : "replaced";
}

function findContent(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** OpenTofu starts the first file in the order of names that looks like the provider; there shall be no other. */
function removeOthers(directory: string, path: string): void {
  for (const name of readdirSync(directory)) {
    const other = join(directory, name);
    if (other !== path && name.startsWith(executableName)) rmSync(other, { recursive: true });
  }
}
