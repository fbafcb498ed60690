// Many registries from one list: one integration for each host, with ids that do not depend on the order of the list.
import * as cdk from "cdktn";
import { Construct } from "constructs";
import { InputError } from "../base/errors.ts";
import { findRegistryHost, type RegistryHost } from "../names/registry-host.ts";
import { parseRegistryUrl } from "../names/registry-url.ts";
import { atConstruct } from "./construct-error.ts";
import { DockerIntegration } from "./docker-integration.ts";
import type {
  DockerHubIntegrationProps,
  DockerIntegrationOptions,
  DockerIntegrationProps,
  GitHubIntegrationProps,
  GitLabIntegrationProps,
  JFrogIntegrationProps,
} from "./integration-props.ts";
import { fromDockerHub, fromGitHub, fromGitLab, fromJFrog } from "./preset-props.ts";

/** One entry of a `RegistrySet`. */
export class RegistryEntry {
  /** As `new DockerIntegration` takes them. */
  readonly props: DockerIntegrationProps;

  private constructor(props: DockerIntegrationProps) {
    this.props = props;
  }

  /** Any registry with a fixed user name and password. */
  static of(props: DockerIntegrationProps): RegistryEntry {
    return new RegistryEntry(props);
  }

  /** Docker Hub; see `DockerIntegration.forDockerHub`. */
  static dockerHub(props: DockerHubIntegrationProps): RegistryEntry {
    return new RegistryEntry(fromDockerHub(props));
  }

  /** GitHub Container Registry; see `DockerIntegration.forGitHub`. */
  static gitHub(props: GitHubIntegrationProps): RegistryEntry {
    return new RegistryEntry(fromGitHub(props));
  }

  /** GitLab Container Registry; see `DockerIntegration.forGitLab`. */
  static gitLab(props: GitLabIntegrationProps): RegistryEntry {
    return new RegistryEntry(fromGitLab(props));
  }

  /** JFrog Artifactory; see `DockerIntegration.forJFrog`. */
  static jFrog(props: JFrogIntegrationProps): RegistryEntry {
    return new RegistryEntry(fromJFrog(props));
  }
}

/** What entries of the list take unless they say otherwise. */
export interface RegistrySetProps extends Pick<DockerIntegrationOptions, "exportCredentials" | "provider"> {
  readonly registries: readonly RegistryEntry[];
}

/**
 * One integration for each registry of a list.
 * @example
 * const set = new RegistrySet(this, "registries", {
 *   registries: [RegistryEntry.gitHub({ username: "acme-bot" }), RegistryEntry.dockerHub({ username: "acme" })],
 * });
 * // TF_VAR_registries_ghcr_io_password=… TF_VAR_registries_registry_1_docker_io_password=… tofu apply
 */
export class RegistrySet extends Construct {
  /** In the order of the list. */
  readonly integrations: readonly DockerIntegration[];

  /** @throws InputError HOST_DECLARED_TWICE, and as DockerIntegration, with the path of the entry */
  constructor(scope: Construct, id: string, props: RegistrySetProps) {
    super(scope, id);
    const { exportCredentials, provider } = props;
    this.integrations = props.registries.map((entry) => {
      const host = this.#hostOf(entry);
      if (this.node.tryFindChild(host.value) !== undefined) throw atConstruct(this, declaredTwice(host));
      return new DockerIntegration(this, host.value, {
        ...entry.props,
        exportCredentials: entry.props.exportCredentials ?? exportCredentials,
        provider: entry.props.provider ?? provider,
      });
    });
  }

  /**
   * The integration for a host, in any spelling and any name of Docker Hub; undefined when the list has none for it.
   * @param host `HOST[:PORT]` or `https://HOST[:PORT]`
   */
  findByHost(host: string): DockerIntegration | undefined {
    const wanted = findRegistryHost(host)?.credentialKey;
    if (wanted === undefined) return undefined;
    return this.integrations.find(({ registryHost = "" }) => findRegistryHost(registryHost)?.credentialKey === wanted);
  }

  /** The host is the entry's id, so it has to be known now. */
  #hostOf({ props }: RegistryEntry): RegistryHost {
    try {
      if (cdk.Token.isUnresolved(props.registryUrl)) throw knownTooLate();
      return parseRegistryUrl(props.registryUrl);
    } catch (thrown) {
      throw atConstruct(this, thrown);
    }
  }
}

function knownTooLate(): InputError {
  return new InputError("INVALID_ARGUMENT", "registry url of an entry is known at apply only, expected it now", {
    hint: "use DockerIntegration for it: entries get their ids from their hosts",
  });
}

function declaredTwice(host: RegistryHost): InputError {
  return new InputError("HOST_DECLARED_TWICE", `registry host ${host.value} is in the list twice, expected once`, {
    hint: "keep one of them: runs get one login for a host",
  });
}
