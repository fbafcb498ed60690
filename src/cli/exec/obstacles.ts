// What OpenTofu would take in place of a run's logins, or that keeps it from them: named before the command starts.
import { type AmbientFile } from "../opentofu/ambient-files.ts";
import type { LookupWorld } from "../opentofu/lookup.ts";

/** Sentences for the user, one for each thing that is in the way; empty when nothing is. */
export function findObstacles(world: LookupWorld, hosts: readonly string[], authFile: string): string[] {
  return [
    ...blocksInTheWay(world, hosts),
    ...discoveryInTheWay(world, authFile),
    ...world.files.flatMap((file) => filesInTheWay(file, hosts)),
  ];
}

function blocksInTheWay({ configuration }: LookupWorld, hosts: readonly string[]): string[] {
  return configuration.blocks
    .filter(({ label }) => hosts.includes(hostOf(label)))
    .map(({ label, file }) => `oci_credentials "${label}" in ${file} wins over the run's login for ${hostOf(label)}`);
}

function discoveryInTheWay({ configuration, files }: LookupWorld, authFile: string): string[] {
  const { discoverAmbient, dockerStyleFiles, file = "" } = configuration.defaults;
  if (!discoverAmbient) {
    return [`discover_ambient_credentials = false in ${file} keeps OpenTofu from the run's logins`];
  }
  if (dockerStyleFiles === undefined || files.some(({ path }) => path === authFile)) return [];
  return [`docker_style_config_files in ${file} keeps OpenTofu from the run's logins`];
}

function filesInTheWay({ path, state, problem, auths }: AmbientFile, hosts: readonly string[]): string[] {
  if (state === "broken") return [`${path} makes OpenTofu drop all logins that it finds by itself: ${problem}`];
  return [...auths].flatMap(([key, entry]) => {
    const host = hostOf(key);
    if (!hosts.includes(host) || entry === "ignored") return [];
    if (entry === "no colon")
      return [`the entry ${key} in ${path} has no user name and password, OpenTofu fails on it`];
    return key === host ? [] : [`the entry ${key} in ${path} wins over the run's login for ${host}`];
  });
}

function hostOf(key: string): string {
  return key.split("/", 1)[0] ?? "";
}
