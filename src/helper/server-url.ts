// What a client means by a server URL: a registry host, or one of the two extra logins that Docker keeps for Docker Hub.
import { findRegistryHost, parseRegistryHost, type RegistryHost } from "../names/registry-host.ts";

/** Docker's web login files two OAuth tokens under paths of the registry's URL; docker/cli, command/registry/login.go. */
const tokenPath = /^[a-z]+:\/\/[^/?#]+\/v1\/(?<kind>access-token|refresh-token)\/?$/i;

/** What stands behind a host: registries' API versions mean the whole host, anything else with the form of a name a repository. */
const hostPath = /^(?:[a-z]+:\/\/)?[^/?#]+\/(?<path>[^?#]*?)\/*(?:[?#]|$)/i;
const repositoryPath = /^(?!v[12]$)[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

export interface ServerUrl {
  /** What the login is filed under. */
  readonly key: string;
  /** The registry, or undefined for a key that only the client itself understands. */
  readonly registry: RegistryHost | undefined;
  /** Where the client says it, as few do. */
  readonly repository?: string | undefined;
}

/** @throws InputError INVALID_REGISTRY_HOST */
export function parseServerUrl(text: string): ServerUrl {
  const registry = parseRegistryHost(text);
  const kind = tokenPath.exec(text.trim())?.groups?.["kind"]?.toLowerCase();
  if (kind === undefined) return { key: registry.credentialKey, registry, repository: repositoryOf(text.trim()) };
  return { key: `https://${registry.credentialKey}/v1/${kind}`, registry: undefined };
}

/** As parseServerUrl, but undefined for what is no server URL. */
export function findServerUrl(text: string): ServerUrl | undefined {
  const registry = findRegistryHost(text);
  return registry === undefined ? undefined : parseServerUrl(text);
}

function repositoryOf(text: string): string | undefined {
  const path = hostPath.exec(text)?.groups?.["path"];
  return path !== undefined && repositoryPath.test(path) ? path : undefined;
}
