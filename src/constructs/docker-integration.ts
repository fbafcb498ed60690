// A Docker-compatible registry integration: the host, user and secret that runs load oci:// modules with.
import * as cdk from "cdktn";
import { Construct } from "constructs";
import { InputError } from "../base/errors.ts";
import { parseRegistryUrl } from "../names/registry-url.ts";
import { atConstruct, atPath } from "./construct-error.ts";
import {
  ExistingDockerIntegration,
  type ExistingIntegrationOptions,
  type IDockerIntegration,
} from "./existing-integration.ts";
import { DockerIntegration as Resource } from "./generated/cdktn/docker-integration.ts";
import { markIntegration } from "./integration-mark.ts";
import type {
  DockerHubIntegrationProps,
  DockerIntegrationProps,
  GitHubIntegrationProps,
  GitLabIntegrationProps,
  JFrogIntegrationProps,
} from "./integration-props.ts";
import { fromDockerHub, fromGitHub, fromGitLab, fromJFrog } from "./preset-props.ts";
import { isText, RegistrySecret } from "./registry-secret.ts";
import { ensureStackChecks } from "./stack-checks.ts";

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
    this.node.addValidation({ validate: () => this.secret.problemsIn(this) });
    this.#warnOfPlainText();
  }

  /**
   * Docker Hub, `https://registry-1.docker.io`.
   * @example
   * DockerIntegration.forDockerHub(this, "hub", { username: "acme" });
   */
  static forDockerHub(scope: Construct, id: string, props: DockerHubIntegrationProps): DockerIntegration {
    return new DockerIntegration(scope, id, fromDockerHub(props));
  }

  /**
   * GitHub Container Registry, `https://ghcr.io`.
   * @example
   * DockerIntegration.forGitHub(this, "ghcr", { username: "acme-bot" });
   */
  static forGitHub(scope: Construct, id: string, props: GitHubIntegrationProps): DockerIntegration {
    return new DockerIntegration(scope, id, fromGitHub(props));
  }

  /**
   * GitLab Container Registry, `https://registry.gitlab.com` or that of a self-managed GitLab.
   * @example
   * DockerIntegration.forGitLab(this, "gitlab", { username: "acme-bot" });
   */
  static forGitLab(scope: Construct, id: string, props: GitLabIntegrationProps): DockerIntegration {
    return new DockerIntegration(scope, id, fromGitLab(props));
  }

  /**
   * JFrog Artifactory, `https://SUBDOMAIN.jfrog.io` or one's own host.
   * @example
   * DockerIntegration.forJFrog(this, "jfrog", { subdomain: "acme", username: "acme-bot" });
   */
  static forJFrog(scope: Construct, id: string, props: JFrogIntegrationProps): DockerIntegration {
    try {
      return new DockerIntegration(scope, id, fromJFrog(props));
    } catch (thrown) {
      throw atPath(`${scope.node.path}/${id}`, thrown);
    }
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

  #readSecret(props: DockerIntegrationProps): RegistrySecret {
    const { password, variableName, username, registryUrl } = props;
    if (password === undefined) {
      const description = props.passwordDescription ?? `password of ${username} at ${registryUrl}`;
      const name = variableName === undefined ? {} : { variableName };
      return RegistrySecret.ephemeralVariable(this, "password", { description, ...name });
    }
    if (variableName !== undefined) throw atConstruct(this, passwordAndVariable());
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

function passwordAndVariable(): InputError {
  const message = "integration has a password and the name of a variable for it, expected one of them";
  return new InputError("INVALID_ARGUMENT", message, { hint: "name the variable where the password is made" });
}
