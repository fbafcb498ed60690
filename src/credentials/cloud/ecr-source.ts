// Amazon ECR and ECR Public: the password of GetAuthorizationToken, good for twelve hours.
// docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html, AmazonECRPublic likewise.
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { fileNow, variableNow } from "../condition.ts";
import { always, type CredentialSource } from "../source.ts";
import { hasAwsIdentity } from "./aws-identity.ts";
import { awsFilePaths } from "./aws-profile.ts";
import { findEcrRegistry } from "./ecr-registry.ts";
import { once } from "./once.ts";

const noIdentityRepeatableForMs = 10 * 60_000;
/** What the identity depends on: never a temporary key, which changes while the identity stays. */
const variables = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_ACCESS_KEY_ID",
  "HOME",
];

/** Whose login is asked for, where that is not what the environment says. */
export interface AwsChoice {
  /** Taken in place of the environment's identity. */
  readonly profile?: string | undefined;
  /** ARN of a role that is taken with the keys of that identity. */
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}

export function createEcrSource(environment: Environment, clock: Clock, choice: AwsChoice = {}): CredentialSource {
  const { profile, role, externalId } = choice;
  const chosen = [profile && `profile ${profile}`, role && `role ${role.replace(/^.*:role\//, "")}`].filter(Boolean);
  const identity = once(() => (profile !== undefined || hasAwsIdentity(environment) ? true : undefined));
  return {
    name: chosen.length === 0 ? "Amazon ECR" : `Amazon ECR, ${chosen.join(", ")}`,
    get isConfigured() {
      return identity.isThere();
    },
    isRemote: (host) => findEcrRegistry(host) !== undefined && identity.isThere(),
    find: async (host, signal) => {
      const registry = findEcrRegistry(host);
      if (registry === undefined || identity.get() === undefined) return undefined;
      const { createHttpClient } = await import("../http-client.ts");
      const { requestLogin } = await import("./ecr-login.ts");
      const http = createHttpClient(environment);
      try {
        return await requestLogin(registry, {
          environment,
          clock,
          http,
          signal,
          region: registry.region,
          domain: registry.domain,
          profile,
          role: role === undefined ? undefined : { roleArn: role, sessionName: undefined, externalId },
        });
      } finally {
        http.close();
      }
    },
    serviceOf: (host) => [findEcrRegistry(host)?.apiHost, role].filter(Boolean).join(" "),
    validity: (host) => {
      if (findEcrRegistry(host) === undefined) return always();
      const files = Object.values(awsFilePaths(environment)).map(fileNow);
      const conditions = [...variables.map((name) => variableNow(environment, name)), ...files];
      return { repeatableForMs: identity.isThere() ? Number.POSITIVE_INFINITY : noIdentityRepeatableForMs, conditions };
    },
  };
}
