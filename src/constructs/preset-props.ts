// The registries that Scalr's documentation names, as plain integrations: the URL, and what their token has to be allowed.
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type {
  DockerHubIntegrationProps,
  DockerIntegrationOptions,
  DockerIntegrationProps,
  GitHubIntegrationProps,
  GitLabIntegrationProps,
  JFrogIntegrationProps,
} from "./integration-props.ts";
import { dockerHub, gitHub, gitLab, jFrog } from "./registry-preset.ts";
import type { RegistrySecret } from "./registry-secret.ts";

/** A DNS label, as JFrog gives them to its customers. */
const subdomainPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export function fromDockerHub(props: DockerHubIntegrationProps): DockerIntegrationProps {
  return fromPreset(props, dockerHub.url, dockerHub.token);
}

export function fromGitHub(props: GitHubIntegrationProps): DockerIntegrationProps {
  return fromPreset(props, gitHub.url, gitHub.token);
}

export function fromGitLab(props: GitLabIntegrationProps): DockerIntegrationProps {
  return fromPreset(props, props.registryUrl ?? gitLab.url, gitLab.token);
}

/** @throws InputError INVALID_ARGUMENT unless there is either a valid subdomain or a URL */
export function fromJFrog(props: JFrogIntegrationProps): DockerIntegrationProps {
  return fromPreset(props, jFrogUrl(props), jFrog.token);
}

interface PresetProps extends DockerIntegrationOptions {
  readonly username: string;
  readonly token?: RegistrySecret | undefined;
}

function fromPreset({ token, ...props }: PresetProps, registryUrl: string, needs: string): DockerIntegrationProps {
  const { name, exportCredentials, provider, variableName, username } = props;
  const passwordDescription = `${needs}, for ${username}`;
  const rest = { name, exportCredentials, provider, variableName, username };
  return { ...rest, registryUrl, password: token, passwordDescription };
}

function jFrogUrl({ subdomain, registryUrl }: JFrogIntegrationProps): string {
  if ((subdomain === undefined) === (registryUrl === undefined)) {
    throw invalid("subdomain and registryUrl are both given or both missing, expected one of them");
  }
  if (subdomain === undefined) return registryUrl ?? "";
  if (!subdomainPattern.test(subdomain)) {
    throw invalid(`subdomain is not valid, got ${printable(subdomain)}, expected acme for acme.jfrog.io`);
  }
  return `https://${subdomain}.jfrog.io`;
}

function invalid(message: string): InputError {
  return new InputError("INVALID_ARGUMENT", message);
}
