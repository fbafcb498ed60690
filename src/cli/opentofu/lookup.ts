// Replays which credentials OpenTofu takes for a repository: all that match, how specific they are, which wins; opentofu,
// internal/command/cliconfig/ociauthconfig/credentials_configs.go and credentials_specificity.go.
import type { Environment } from "../../base/env.ts";
import { type AmbientFile, ambientPlaces, readAmbientFile } from "./ambient-files.ts";
import { type CliConfiguration, readCliConfiguration } from "./cli-configuration.ts";

/** Everything that OpenTofu would look at. */
export interface LookupWorld {
  readonly configuration: CliConfiguration;
  /** In its order; empty when discovery is off. Missing ones are in it. */
  readonly files: readonly AmbientFile[];
  /** A broken file makes OpenTofu drop all of them, or fail where the configuration names it. */
  readonly isAmbientLost: boolean;
}

/** One entry that matches a repository. */
export interface Candidate {
  readonly origin: "oci_credentials" | "oci_default_credentials" | "auths" | "credHelpers" | "credsStore";
  /** File in which it stands. */
  readonly file: string;
  /** Label or key; undefined for what is for all hosts. */
  readonly key: string | undefined;
  /** Suffix of the helper that is run; undefined for a login in the file. */
  readonly helper: string | undefined;
  /** 1 for all hosts, 2 for the host, one more for each path segment. */
  readonly specificity: number;
}

export interface LookupResult {
  /** All that match, the winner first. */
  readonly candidates: readonly Candidate[];
  /** Entries that match and cannot be decoded: OpenTofu fails then, whatever else matches. */
  readonly errors: readonly { readonly file: string; readonly key: string }[];
}

const allHosts = 1;
const wholeHost = 2;

/** Reads the CLI configuration and the ambient files as they are now. */
export function readLookupWorld(environment: Environment, directory: string, platform: NodeJS.Platform): LookupWorld {
  const configuration = readCliConfiguration(environment, directory);
  const { discoverAmbient, dockerStyleFiles } = configuration.defaults;
  const places = discoverAmbient ? (dockerStyleFiles ?? ambientPlaces(environment, platform)) : [];
  const files = places.map(readAmbientFile);
  const isAmbientLost = files.some(
    ({ state }) => state === "broken" || (state === "missing" && dockerStyleFiles !== undefined),
  );
  return { configuration, files, isAmbientLost };
}

/**
 * @param host as it stands in the module's address: OpenTofu compares texts, case and all
 * @param repository without host, tag and subdirectory
 */
export function lookUp(world: LookupWorld, host: string, repository: string): LookupResult {
  const { blocks, defaults } = world.configuration;
  const candidates: Candidate[] = [];
  for (const { label, helper, file } of blocks) {
    const specificity = matchKey(label, host, repository);
    if (specificity > 0) candidates.push({ origin: "oci_credentials", file, key: label, helper, specificity });
  }
  if (defaults.helper !== undefined && defaults.file !== undefined) {
    const { helper, file } = defaults;
    candidates.push({ origin: "oci_default_credentials", file, key: undefined, helper, specificity: allHosts });
  }
  const errors: { file: string; key: string }[] = [];
  for (const file of world.isAmbientLost ? [] : world.files) {
    candidates.push(...candidatesIn(file, host, repository));
    for (const [key, entry] of file.auths) {
      if (entry === "no colon" && matchKey(key, host, repository) > 0) errors.push({ file: file.path, key });
    }
  }
  // The sort is stable: of equally specific ones the first wins.
  return { candidates: candidates.sort((one, other) => other.specificity - one.specificity), errors };
}

function candidatesIn(file: AmbientFile, host: string, repository: string): Candidate[] {
  const found: Candidate[] = [];
  for (const [key, entry] of file.auths) {
    const specificity = entry === "login" ? matchKey(key, host, repository) : 0;
    if (specificity > 0) found.push({ origin: "auths", file: file.path, key, helper: undefined, specificity });
  }
  const helper = file.credHelpers.get(host);
  if (helper) found.push({ origin: "credHelpers", file: file.path, key: host, helper, specificity: wholeHost });
  const store = file.credsStore;
  if (store !== undefined) {
    found.push({ origin: "credsStore", file: file.path, key: undefined, helper: store, specificity: allHosts });
  }
  return found;
}

/** How specific a key is for a repository; 0 when it does not match. */
export function matchKey(key: string, host: string, repository: string): number {
  const [keyHost = "", ...path] = key.split("/");
  if (keyHost === "" || keyHost !== host) return 0;
  const segments = repository.split("/");
  const matches = path.every((segment, index) => segment !== "" && segment === segments[index]);
  return matches ? wholeHost + path.length : 0;
}
