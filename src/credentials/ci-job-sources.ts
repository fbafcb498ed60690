// The login that a CI job has by itself: GitHub Actions for ghcr.io, GitLab CI for its own registry, and for no other host.
// GitHub "Publishing and installing a package with GitHub Actions"; GitLab "Predefined CI/CD variables reference".
import type { Environment } from "../base/env.ts";
import { Secret } from "../base/secret.ts";
import { findRegistryHost, type RegistryHost } from "../names/registry-host.ts";
import { type Condition, secretNow, variableNow } from "./condition.ts";
import { always, type CredentialSource, never } from "./source.ts";

/** A job's token ends with the job; a runner's next job has another one, which the condition tells. */
const repeatableForMs = 10 * 60_000;

interface JobLogin {
  /** `credentialKey` of the one host that the login is for. */
  readonly key: string;
  readonly username: string;
  readonly passwordVariable: string;
}

/** `GITHUB_TOKEN` has to be put into the step's environment; its rights are those of the job's `permissions`. */
export function createGitHubActionsSource(environment: Environment): CredentialSource {
  const isGitHub = (environment["GITHUB_SERVER_URL"] ?? "https://github.com") === "https://github.com";
  const isJob = environment["GITHUB_ACTIONS"] === "true" && isGitHub && Boolean(environment["GITHUB_TOKEN"]);
  const username = environment["GITHUB_ACTOR"] || "github-actions";
  const login = isJob ? { key: "ghcr.io", username, passwordVariable: "GITHUB_TOKEN" } : undefined;
  const variables = ["GITHUB_ACTIONS", "GITHUB_SERVER_URL", "GITHUB_ACTOR"];
  return jobSource({ name: "GitHub Actions job", environment, login, variables, secret: "GITHUB_TOKEN" });
}

export function createGitLabCiSource(environment: Environment): CredentialSource {
  const username = environment["CI_REGISTRY_USER"] ?? "";
  const isJob = environment["GITLAB_CI"] === "true" && username !== "" && Boolean(environment["CI_REGISTRY_PASSWORD"]);
  // Parsed in a job only: at every start of the helper it would be a noticeable part of its time.
  const host = isJob ? findRegistryHost(environment["CI_REGISTRY"] ?? "") : undefined;
  const login =
    host === undefined ? undefined : { key: host.credentialKey, username, passwordVariable: "CI_REGISTRY_PASSWORD" };
  const variables = ["GITLAB_CI", "CI_REGISTRY", "CI_REGISTRY_USER"];
  return jobSource({ name: "GitLab CI job", environment, login, variables, secret: "CI_REGISTRY_PASSWORD" });
}

interface JobSourceOptions {
  readonly name: string;
  readonly environment: Environment;
  readonly login: JobLogin | undefined;
  /** What the login depends on, beside its secret. */
  readonly variables: readonly string[];
  readonly secret: string;
}

function jobSource({ name, environment, login, variables, secret }: JobSourceOptions): CredentialSource {
  const settings: readonly Condition[] = variables.map((one) => variableNow(environment, one));
  const isFor = ({ credentialKey }: RegistryHost) => login?.key === credentialKey;
  return {
    name,
    isConfigured: login !== undefined,
    isRemote: () => false,
    find: async (host) =>
      login === undefined || !isFor(host)
        ? undefined
        : { username: login.username, password: new Secret(environment[login.passwordVariable] ?? "") },
    validity: (host) => {
      if (login !== undefined && !isFor(host)) return always(...settings);
      const identity = secretNow(environment, secret);
      if (identity === undefined) return never;
      return login === undefined
        ? always(...settings, identity)
        : { repeatableForMs, conditions: [...settings, identity] };
    },
  };
}
