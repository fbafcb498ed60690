// Which files OpenTofu reads its CLI configuration from; opentofu, internal/command/cliconfig/cliconfig.go and config_unix.go.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../../base/env.ts";
import { findHome } from "../../credentials/places.ts";
import { readText } from "./read-text.ts";

export interface CliConfigurationPlaces {
  /** The main file, whether it is there or not; undefined where the user has no home. */
  readonly main: string | undefined;
  /** The variable that names the main file, when one does. Then no directory is read. */
  readonly namedBy: "TF_CLI_CONFIG_FILE" | "TERRAFORM_CONFIG" | undefined;
  /** All files that are there, in the order in which they are read. */
  readonly files: readonly string[];
}

/** @param directory what a relative path in a variable starts from */
export function findCliConfiguration(environment: Environment, directory: string): CliConfigurationPlaces {
  const namedBy = (["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"] as const).find(
    (name) => (environment[name] ?? "") !== "",
  );
  if (namedBy !== undefined) {
    const main = resolve(directory, environment[namedBy] ?? "");
    return { main, namedBy, files: existsSync(main) ? [main] : [] };
  }
  const home = findHome(environment);
  if (home === undefined) return { main: undefined, namedBy, files: [] };
  const main = mainFile(environment, home);
  const files = [...(existsSync(main) ? [main] : []), ...filesIn(configurationDirectory(environment, home))];
  return { main, namedBy, files };
}

/** The text of a file, or undefined when it cannot be read or is no regular one. */
export function findText(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}

/** A path in a configuration file is relative to the file. */
export function resolveBeside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

function mainFile(environment: Environment, home: string): string {
  const current = join(home, ".tofurc");
  const legacy = join(home, ".terraformrc");
  if (existsSync(current)) return current;
  if (existsSync(legacy)) return legacy;
  const configured = environment["XDG_CONFIG_HOME"];
  return configured ? join(configured, "opentofu", "tofurc") : current;
}

function configurationDirectory(environment: Environment, home: string): string {
  const directory = join(home, ".terraform.d");
  const configured = environment["XDG_CONFIG_HOME"];
  return configured && !existsSync(directory) ? join(configured, "opentofu") : directory;
}

function filesIn(directory: string): string[] {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = readdirSync(directory).filter((name) => name.endsWith(".tfrc") || name.endsWith(".tfrc.json"));
  return names.sort().map((name) => join(directory, name));
}
