// What an integration is declared with, plain or for one of the registries that Scalr's documentation names.
import type * as cdk from "cdktn";
import type { RegistrySecret } from "./registry-secret.ts";

/** What every integration may have, whatever its registry. */
export interface DockerIntegrationOptions {
  /**
   * Name that people see in Scalr, at most 128 characters.
   * @default - the construct's id
   */
  readonly name?: string | undefined;
  /**
   * Whether every plan and apply run of the account gets the credentials. Without it an integration only keeps them.
   * @default true
   */
  readonly exportCredentials?: boolean | undefined;
  /**
   * Name of the variable that the password comes from where none is given; `TF_VAR_<name>` sets it at apply.
   * @default - the construct's path in its stack and `password`, with _ for everything that a shell does not take in a name
   */
  readonly variableName?: string | undefined;
  /**
   * The provider that manages it, where a stack has several.
   * @default - the stack's `ScalrProvider`
   */
  readonly provider?: cdk.TerraformProvider | undefined;
}

/** Any registry with a fixed user name and password. */
export interface DockerIntegrationProps extends DockerIntegrationOptions {
  /** `https://HOST[:PORT]` of the registry itself, as its runs use it: no redirect, no path. */
  readonly registryUrl: string;
  /** User name at the registry. */
  readonly username: string;
  /**
   * Password or token.
   * @default - an ephemeral variable: `TF_VAR_<name>` sets it at apply, `environmentVariable` of `secret` says the name
   */
  readonly password?: RegistrySecret | undefined;
  /**
   * What the password is, for those who have to set the variable.
   * @default - user name and registry
   */
  readonly passwordDescription?: string | undefined;
}

/** The login of Docker Hub. */
export interface DockerHubIntegrationProps extends DockerIntegrationOptions {
  /** Docker Hub user name, or the organization's name for an organization access token. */
  readonly username: string;
  /**
   * Personal access token with the permission *Read-only* (or more). Docker Hub: Account settings, Personal access tokens.
   * @default - an ephemeral variable, set by `TF_VAR_<name>` at apply
   */
  readonly token?: RegistrySecret | undefined;
}

/** The login of GitHub Container Registry. */
export interface GitHubIntegrationProps extends DockerIntegrationOptions {
  /** GitHub user name of the token's owner. */
  readonly username: string;
  /**
   * Classic personal access token with the scope `read:packages` (`write:packages` only to publish). Fine-grained tokens cannot read
   * packages. Where the organization uses SSO, the token has to be authorized for it.
   * @default - an ephemeral variable, set by `TF_VAR_<name>` at apply
   */
  readonly token?: RegistrySecret | undefined;
}

/** The login of a GitLab Container Registry. */
export interface GitLabIntegrationProps extends DockerIntegrationOptions {
  /** GitLab user name, or the name of the project, group or deploy token. */
  readonly username: string;
  /**
   * Access token with the scope `read_registry` and, for project and group tokens, the role *Developer* (`write_registry` only to
   * publish).
   * @default - an ephemeral variable, set by `TF_VAR_<name>` at apply
   */
  readonly token?: RegistrySecret | undefined;
  /**
   * Registry of a self-managed GitLab.
   * @default https://registry.gitlab.com
   */
  readonly registryUrl?: string | undefined;
}

/** The login of a JFrog Artifactory. */
export interface JFrogIntegrationProps extends DockerIntegrationOptions {
  /** `acme` for `https://acme.jfrog.io`; give either this or `registryUrl`. */
  readonly subdomain?: string | undefined;
  /** URL of an Artifactory under another host; give either this or `subdomain`. */
  readonly registryUrl?: string | undefined;
  /** JFrog user name. */
  readonly username: string;
  /**
   * Identity token of a user who may pull from the Docker repository that holds the modules.
   * @default - an ephemeral variable, set by `TF_VAR_<name>` at apply
   */
  readonly token?: RegistrySecret | undefined;
}
