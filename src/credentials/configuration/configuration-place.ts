// Where the configuration lies that chooses sources by host. The launcher looks in the same places (src/helper/launcher.sh).
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { type Condition, fileNow, variableNow } from "../condition.ts";
import { absolute, findNamedHome } from "../places.ts";

const variable = "SCALR_OCI_CONFIG";

export interface ConfigurationPlace {
  readonly path: string;
  /** How messages call it: no home directory in it. */
  readonly name: string;
}

/**
 * The files that are looked for; at most one of them may be there. A relative XDG_CONFIG_HOME or HOME does not count, as the specification
 * says: else the working directory would decide. Without HOME there is none: the launcher knows no other way to a home.
 */
export function configurationPlaces(environment: Environment): ConfigurationPlace[] {
  const named = environment[variable];
  if (named) return [{ path: named, name: `the file named by ${variable}` }];
  const directory = configurationHome(environment);
  if (directory === undefined) return [];
  return ["config.json", "config.toml"].map((file) => ({
    path: join(directory, "scalr-oci", file),
    name: `scalr-oci/${file}`,
  }));
}

/** True when there is a configuration, whatever it says. Asked at every start. */
export function hasConfiguration(environment: Environment): boolean {
  return presentPlaces(environment).length > 0;
}

/** Of the places those with a file; the one that is named counts as there, so that its absence is noticed. */
export function presentPlaces(environment: Environment): ConfigurationPlace[] {
  const places = configurationPlaces(environment);
  return environment[variable] ? places : places.filter(({ path }) => existsSync(path));
}

function configurationHome(environment: Environment): string | undefined {
  const configured = absolute(environment["XDG_CONFIG_HOME"]);
  if (configured !== undefined) return configured;
  const home = findNamedHome(environment);
  return home !== undefined ? join(home, ".config") : undefined;
}

/** What has to be as it is now for the same configuration, or for none, to be in force. */
export function configurationConditions(environment: Environment): Condition[] {
  const variables = [variable, "XDG_CONFIG_HOME", "HOME"].map((name) => variableNow(environment, name));
  const paths = configurationPlaces(environment).map(({ path }) => path);
  // A file that is moved here or away shows in its directory's time alone.
  const directories = [...new Set(paths.map((path) => dirname(path)))];
  return [...variables, ...[...directories, ...paths.filter((path) => existsSync(path))].map(fileNow)];
}
