// A Docker-compatible registry integration: the host, user and secret that runs load oci:// modules with.
import * as cdk from "cdktn";
import { Construct } from "constructs";
import { printable } from "../base/text.ts";
import { parseRegistryUrl } from "../names/registry-url.ts";
import { atConstruct, invalidProp } from "./construct-error.ts";
import {
  ExistingDockerIntegration,
  type ExistingIntegrationOptions,
  type IDockerIntegration,
} from "./existing-integration.ts";
import { DockerIntegration as Resource } from "./generated/cdktn/docker-integration.ts";
import { markIntegration } from "./integration-mark.ts";
import { dockerHub, gitHub, gitLab, jFrog } from "./registry-preset.ts";
import { isText, RegistrySecret } from "./registry-secret.ts";
import { ensureStackChecks } from "./stack-checks.ts";
import { targetVersionProblems } from "./target-versions.ts";

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

/** A DNS label, as JFrog gives them to its customers. */
const subdomainPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * One registry host with its login, managed in Scalr or in `scalr-oci serve`. A host takes one integration.
 * @example
 * new ScalrProvider(this, "scalr");
 * DockerIntegration.forGitHub(this, "ghcr", { username: "acme-bot" });
 * // TF_VAR_ghcr_password=… tofu apply
 */
export class DockerIntegration extends Construct implements IDockerIntegration {
  /** The resource beneath, for what this construct does not offer. */
  readonly resource: Resource;
  /** The password as it goes to the API; its `environmentVariable` is what has to be set at apply. */
  readonly secret: RegistrySecret;
  readonly registryHost: string | undefined;

  constructor(scope: Construct, id: string, props: DockerIntegrationProps) {
    super(scope, id);
    const url = this.#readUrl(props.registryUrl);
    this.registryHost = url.host;
    this.secret = this.#readSecret(props);
    this.resource = new Resource(this, "Resource", {
      name: props.name ?? id,
      registryUrl: url.value,
      username: props.username,
      passwordWo: this.secret.valueFor(this),
      passwordWoVersion: this.secret.version,
      exportCredentials: props.exportCredentials ?? true,
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    markIntegration(this.resource, this);
    ensureStackChecks(this);
    this.node.addValidation({
      validate: () => [...this.secret.problemsIn(this), ...targetVersionProblems(this.resource)],
    });
    this.#warnOfPlainText();
  }

  /**
   * Docker Hub, `https://registry-1.docker.io`.
   * @example
   * DockerIntegration.forDockerHub(this, "hub", { username: "acme" });
   */
  static forDockerHub(scope: Construct, id: string, props: DockerHubIntegrationProps): DockerIntegration {
    return fromPreset(scope, id, props, { url: dockerHub.url, token: dockerHub.token });
  }

  /**
   * GitHub Container Registry, `https://ghcr.io`.
   * @example
   * DockerIntegration.forGitHub(this, "ghcr", { username: "acme-bot" });
   */
  static forGitHub(scope: Construct, id: string, props: GitHubIntegrationProps): DockerIntegration {
    return fromPreset(scope, id, props, { url: gitHub.url, token: gitHub.token });
  }

  /**
   * GitLab Container Registry, `https://registry.gitlab.com` or that of a self-managed GitLab.
   * @example
   * DockerIntegration.forGitLab(this, "gitlab", { username: "acme-bot" });
   */
  static forGitLab(scope: Construct, id: string, props: GitLabIntegrationProps): DockerIntegration {
    return fromPreset(scope, id, props, { url: props.registryUrl ?? gitLab.url, token: gitLab.token });
  }

  /**
   * JFrog Artifactory, `https://SUBDOMAIN.jfrog.io` or one's own host.
   * @example
   * DockerIntegration.forJFrog(this, "jfrog", { subdomain: "acme", username: "acme-bot" });
   */
  static forJFrog(scope: Construct, id: string, props: JFrogIntegrationProps): DockerIntegration {
    return fromPreset(scope, id, props, { url: jFrogUrl(scope, id, props), token: jFrog.token });
  }

  /** An integration that is managed elsewhere, by its identifier `in-…`. */
  static fromId(
    scope: Construct,
    id: string,
    integrationId: string,
    options: ExistingIntegrationOptions = {},
  ): ExistingDockerIntegration {
    return new ExistingDockerIntegration(scope, id, { ...options, integrationId });
  }

  /** An integration that is managed elsewhere, by its exact name. */
  static fromName(
    scope: Construct,
    id: string,
    name: string,
    options: ExistingIntegrationOptions = {},
  ): ExistingDockerIntegration {
    return new ExistingDockerIntegration(scope, id, { ...options, integrationName: name });
  }

  /**
   * The integration for a registry that is managed elsewhere; a host has one.
   * @param host `HOST[:PORT]` or `https://HOST[:PORT]`
   */
  static fromHost(
    scope: Construct,
    id: string,
    host: string,
    options: ExistingIntegrationOptions = {},
  ): ExistingDockerIntegration {
    return new ExistingDockerIntegration(scope, id, { ...options, registryUrl: host });
  }

  get integrationId(): string {
    return this.resource.id;
  }

  get status(): string {
    return this.resource.status;
  }

  #readUrl(text: string): { readonly value: string; readonly host: string | undefined } {
    // What a variable or another resource will say cannot be looked at now; the provider does at plan.
    if (cdk.Token.isUnresolved(text)) return { value: text, host: undefined };
    try {
      const host = parseRegistryUrl(text);
      return { value: host.url, host: host.value };
    } catch (thrown) {
      throw atConstruct(this, thrown);
    }
  }

  #readSecret({ password, passwordDescription, username, registryUrl }: DockerIntegrationProps): RegistrySecret {
    if (password === undefined) {
      const description = passwordDescription ?? `password of ${username} at ${registryUrl}`;
      return RegistrySecret.ephemeralVariable(this, "password", { description });
    }
    // JavaScript programs, and those that cast, can pass a text.
    if (!RegistrySecret.isRegistrySecret(password)) throw atConstruct(this, isText("password"));
    return password;
  }

  #warnOfPlainText(): void {
    if (this.secret.origin !== "plain text") return;
    const message = "the password stands readable in the synthesized JSON: unsafePlainText is for tests only";
    cdk.Annotations.of(this).addWarning(message);
  }
}

interface PresetProps extends DockerIntegrationOptions {
  readonly username: string;
  readonly token?: RegistrySecret | undefined;
}

function fromPreset(
  scope: Construct,
  id: string,
  props: PresetProps,
  preset: { readonly url: string; readonly token: string },
): DockerIntegration {
  const { name, exportCredentials, provider, username, token } = props;
  return new DockerIntegration(scope, id, {
    name,
    exportCredentials,
    provider,
    username,
    registryUrl: preset.url,
    password: token,
    passwordDescription: `${preset.token}, for ${username}`,
  });
}

function jFrogUrl(scope: Construct, id: string, { subdomain, registryUrl }: JFrogIntegrationProps): string {
  const path = `${scope.node.path}/${id}`;
  if ((subdomain === undefined) === (registryUrl === undefined)) {
    throw invalidProp(path, "subdomain and registryUrl are both given or both missing, expected one of them");
  }
  if (subdomain === undefined) return registryUrl ?? "";
  if (!subdomainPattern.test(subdomain)) {
    throw invalidProp(path, `subdomain is not valid, got ${printable(subdomain)}, expected acme for acme.jfrog.io`);
  }
  return `https://${subdomain}.jfrog.io`;
}
