// Traps in the way to one address: keys that look right and never match, hosts that OpenTofu takes for another.
import { dockerHubHost, findRegistryHost, type RegistryHost } from "../../names/registry-host.ts";
import type { LookupResult, LookupWorld } from "../opentofu/lookup.ts";
import type { Finding } from "./finding.ts";

export interface Address {
  /** As OpenTofu compares it: the host's text in the module's source, case and all. */
  readonly hostText: string;
  readonly host: RegistryHost;
  /** Undefined when only a host was given. */
  readonly repository: string | undefined;
}

export function findAddressFindings(address: Address, world: LookupWorld, result: LookupResult): Finding[] {
  return [
    ...spellingFindings(address),
    ...result.errors.map(({ file, key }): Finding => {
      const message = `the entry ${key} in ${file} has no user name and password, so OpenTofu fails whatever else matches`;
      return { level: "problem", id: "entry-without-colon", message, next: `take the entry out of ${file}` };
    }),
    ...keysThatNeverMatch(address, world),
    ...losers(result),
  ];
}

function spellingFindings({ hostText, host }: Address): Finding[] {
  if (hostText === "docker.io") {
    const message = `OpenTofu sends no credentials to docker.io: the host that answers for it is ${dockerHubHost}`;
    return [{ level: "problem", id: "docker-hub-name", message, next: `write oci://${dockerHubHost}/… in the source` }];
  }
  if (hostText === host.value) return [];
  const message = `the host is written ${hostText}; OpenTofu compares texts, and entries are for ${host.value}`;
  return [{ level: "warning", id: "host-spelling", message, next: `write ${host.value} in the source` }];
}

/** Keys that match no address at all, however it is written: OpenTofu knows no scheme in a key. */
export function findKeysWithScheme({ files }: LookupWorld): Finding[] {
  return files.flatMap(({ path, auths, credHelpers }): Finding[] => {
    const keys = [...[...auths].filter(([, entry]) => entry === "login").map(([key]) => key), ...credHelpers.keys()];
    return keys
      .filter((key) => /^https?:\/\//i.test(key))
      .map((key) => {
        const host = findRegistryHost(key)?.credentialKey ?? "the host alone";
        const message = `the key ${key} in ${path} never matches: OpenTofu compares it with hosts, without https://`;
        return {
          level: "warning",
          id: "key-never-matches",
          message,
          next: `scalr-oci setup, or write the key as ${host}`,
        };
      });
  });
}

/** Keys of this host in another spelling than OpenTofu compares. */
function keysThatNeverMatch({ hostText, host }: Address, world: LookupWorld): Finding[] {
  const means = (key: string) =>
    key.split("/")[0] !== hostText && findRegistryHost(key)?.credentialKey === host.credentialKey;
  return world.files.flatMap(({ path, auths, credHelpers }): Finding[] => {
    const keys = [...[...auths].filter(([, entry]) => entry === "login").map(([key]) => key), ...credHelpers.keys()];
    return keys.filter(means).map((key) => {
      const message = `the key ${key} in ${path} never matches: OpenTofu compares it with ${hostText}`;
      return {
        level: "warning",
        id: "key-never-matches",
        message,
        next: `scalr-oci setup, or write the key as ${hostText}`,
      };
    });
  });
}

/** Entries of the host that somebody may think are used. */
function losers({ candidates: [winner, ...rest] }: LookupResult): Finding[] {
  if (winner === undefined) return [];
  return rest.map((loser) => {
    const who = loser.helper === undefined ? "the login" : `the helper ${loser.helper}`;
    const message = `${who} of ${loser.origin} in ${loser.file} is not used: ${winner.origin} in ${winner.file} goes before it`;
    return { level: "note", id: "not-used", message };
  });
}
