// Where OpenTofu and Terraform look for providers without being told, and whether their configuration tells them otherwise;
// both tools' `provider_source.go`: implied directories count only without a provider_installation block.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import type { Environment } from "../base/env.ts";

/**
 * The directory that both tools search. `~/.terraform.d/plugins` is another, but making `~/.terraform.d` where there is none
 * moves OpenTofu's configuration directory away from XDG_CONFIG_HOME.
 * @throws InputError INVALID_ARGUMENT when nothing says where the user's home is
 */
export function impliedMirror(environment: Environment, platform: NodeJS.Platform): string {
  const home = environment["HOME"] || undefined;
  if (platform === "darwin" && home !== undefined) {
    return join(home, "Library", "Application Support", "io.terraform", "plugins");
  }
  const dataHome = environment["XDG_DATA_HOME"] || (home && join(home, ".local", "share"));
  if (platform !== "darwin" && dataHome !== undefined) return join(dataHome, "terraform", "plugins");
  throw new InputError("INVALID_ARGUMENT", "there is no place for the provider, expected HOME or --directory", {
    path: "--directory",
    hint: "give a directory by --directory",
  });
}

/** The CLI configuration file with a provider_installation block, or undefined when there is none and implied directories count. */
export function findInstallationBlock(environment: Environment): string | undefined {
  return configurationFiles(environment).find((path) => holdsInstallationBlock(path));
}

/** Files that either tool reads, as far as they are there. */
function configurationFiles(environment: Environment): string[] {
  const given = environment["TF_CLI_CONFIG_FILE"] || environment["TERRAFORM_CONFIG"];
  const { HOME: home, XDG_CONFIG_HOME: configHome } = environment;
  const usual = [
    ...(home ? [join(home, ".tofurc"), join(home, ".terraformrc")] : []),
    ...(configHome ? [join(configHome, "opentofu", "tofurc")] : []),
  ];
  return (given ? [given] : usual).filter((path) => existsSync(path));
}

function holdsInstallationBlock(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8").replace(/^\s*(?:#|\/\/).*$/gm, "");
    return /(?:^|[\s{"])provider_installation\b/.test(text);
  } catch {
    // A directory, or not ours to read: then it is not read by the tools either.
    return false;
  }
}
