// What OpenTofu would take in place of a run's logins, or that keeps it from them: named before the command starts.
import type { AmbientFile } from "../opentofu/ambient-files.ts";
import type { LookupWorld } from "../opentofu/lookup.ts";

/** How the run's logins are given: as the auth file that is read first, or as `oci_credentials` blocks of the CLI configuration. */
export type GivenAs = { readonly kind: "auth file"; readonly path: string } | { readonly kind: "blocks" };

/** Sentences for the user, one for each thing that is in the way; empty when nothing is. */
export function findObstacles(world: LookupWorld, hosts: readonly string[], givenAs: GivenAs): string[] {
  return [
    ...blocksInTheWay(world, hosts, givenAs),
    ...(givenAs.kind === "auth file" ? discoveryInTheWay(world, givenAs.path) : []),
    ...world.files.flatMap((file) => filesInTheWay(file, hosts, givenAs)),
  ];
}

/** A block for a whole host gives way to ours, one for a path does not. */
function blocksInTheWay({ configuration }: LookupWorld, hosts: readonly string[], { kind }: GivenAs): string[] {
  return configuration.blocks
    .filter(({ label }) => hosts.includes(hostOf(label)) && (kind === "auth file" || label.includes("/")))
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

function filesInTheWay(
  { path, state, problem, auths }: AmbientFile,
  hosts: readonly string[],
  { kind }: GivenAs,
): string[] {
  if (state === "broken") {
    // Blocks do not suffer from it.
    if (kind === "blocks") return [];
    return [`${path} makes OpenTofu drop all logins that it finds by itself: ${problem}`];
  }
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
