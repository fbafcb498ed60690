// A provider as an executable, put where a host finds it: a filesystem mirror of its own; opentofu.org/docs/cli/config/config-file.
import { chmodSync, constants, copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";

/** A provider that the host starts by itself, as users have it. */
export interface ProviderExecutable {
  /** Absolute path; the file's name begins with `terraform-provider-` and the provider's name. */
  readonly executable: string;
  /** As in `required_providers`: `acme/acme`, with the registry's host in front where it is another one. */
  readonly address: string;
  /** 0.0.1 unless given. */
  readonly version?: string;
}

/** Both hosts read an address without a host as one of their own registry. */
const defaultRegistries = ["registry.opentofu.org", "registry.terraform.io"];

/** Copies the executable into a mirror below `directory`. @returns the CLI configuration that names the mirror */
export function installExecutable(provider: ProviderExecutable, directory: string): string {
  const { executable, address, version = "0.0.1" } = provider;
  const hasRegistry = address.split("/").length > 2;
  for (const full of hasRegistry ? [address] : defaultRegistries.map((registry) => `${registry}/${address}`)) {
    const place = join(directory, full, version, platformName());
    mkdirSync(place, { recursive: true });
    const file = join(place, basename(executable));
    copyFileSync(executable, file, constants.COPYFILE_FICLONE);
    chmodSync(file, 0o755);
  }
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(directory)}\n  }\n}\n`;
}

/** As Go names it: `linux_amd64`. */
function platformName(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const processors: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
  return `${system}_${processors[process.arch] ?? process.arch}`;
}
