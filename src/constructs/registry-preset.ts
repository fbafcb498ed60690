// The registries that Scalr's documentation names: their URLs and what their tokens have to be allowed.
import { dockerHubHost, type RegistryHost } from "../names/registry-host.ts";

export interface RegistryPreset {
  readonly title: string;
  /** True for the hosts of this registry; a self-managed one cannot be told by its host. */
  readonly hosts: RegExp;
  /** The token that the registry wants and the least it has to be allowed, to read modules. */
  readonly token: string;
}

export const dockerHub = {
  title: "Docker Hub",
  url: `https://${dockerHubHost}`,
  hosts: /^registry-1\.docker\.io$/,
  token: "personal access token of Docker Hub with the permission Read-only",
} as const satisfies RegistryPreset & { url: string };

export const gitHub = {
  title: "GitHub Container Registry",
  url: "https://ghcr.io",
  hosts: /^ghcr\.io$/,
  token: "classic personal access token of GitHub with the scope read:packages",
} as const satisfies RegistryPreset & { url: string };

export const gitLab = {
  title: "GitLab Container Registry",
  url: "https://registry.gitlab.com",
  hosts: /^registry\.gitlab\.com$/,
  token: "access token of GitLab with the scope read_registry and the role Developer",
} as const satisfies RegistryPreset & { url: string };

export const jFrog = {
  title: "JFrog Artifactory",
  hosts: /^[a-z0-9-]+\.jfrog\.io$/,
  token: "identity token of JFrog, of a user who may pull from the Docker repository",
} as const satisfies RegistryPreset;

const presets: readonly RegistryPreset[] = [dockerHub, gitHub, gitLab, jFrog];

/** What is known of a host; undefined for registries of other makers and self-managed ones. */
export function findRegistryPreset(host: RegistryHost): RegistryPreset | undefined {
  return presets.find(({ hosts }) => hosts.test(host.value));
}
