// What a client means by a server URL: a registry host, or one of the two extra logins that Docker keeps for Docker Hub.
import { findRegistryHost, parseRegistryHost, type RegistryHost } from "../names/registry-host.ts";

/** Docker's web login files two OAuth tokens under paths of the registry's URL; docker/cli, command/registry/login.go. */
const tokenPath = /^[a-z]+:\/\/[^/?#]+\/v1\/(?<kind>access-token|refresh-token)\/?$/i;

export interface ServerUrl {
  /** What the login is filed under. */
  readonly key: string;
  /** The registry, or undefined for a key that only the client itself understands. */
  readonly registry: RegistryHost | undefined;
}

/** @throws InputError INVALID_REGISTRY_HOST */
export function parseServerUrl(text: string): ServerUrl {
  const registry = parseRegistryHost(text);
  const kind = tokenPath.exec(text.trim())?.groups?.["kind"]?.toLowerCase();
  if (kind === undefined) return { key: registry.credentialKey, registry };
  return { key: `https://${registry.credentialKey}/v1/${kind}`, registry: undefined };
}

/** As parseServerUrl, but undefined for what is no server URL. */
export function findServerUrl(text: string): ServerUrl | undefined {
  const registry = findRegistryHost(text);
  return registry === undefined ? undefined : parseServerUrl(text);
}
