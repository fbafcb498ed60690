// Which token a registry takes and where it is made; the registries' own documentation of access tokens.
import { isDockerHub, type RegistryHost } from "../../names/registry-host.ts";
import { permissionFor } from "../../registry/permission.ts";

interface Place {
  /** Page on which the token is made. */
  readonly url: string;
  /** What to give as the user name. */
  readonly username: string;
}

const places: Readonly<Record<string, Place>> = {
  "ghcr.io": { url: "https://github.com/settings/tokens/new?scopes=read:packages", username: "the GitHub user name" },
  "registry.gitlab.com": {
    url: "https://gitlab.com/-/user_settings/personal_access_tokens?scopes=read_registry",
    username: "the GitLab user name, or that of a deploy token",
  },
};
const dockerHub: Place = { url: "https://app.docker.com/settings/personal-access-tokens", username: "the Docker ID" };

/** What to tell who logs in, a line each. */
export function loginGuidance(host: RegistryHost): string[] {
  const place = isDockerHub(host) ? dockerHub : places[host.value];
  const need = `${host.value} wants ${permissionFor(host, "pull")}`;
  return place === undefined ? [need] : [`${need}, made at ${place.url}`, `user name: ${place.username}`];
}
