// Amazon ECR and ECR Public: the password of GetAuthorizationToken, good for twelve hours.
// docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html, AmazonECRPublic likewise.
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { RemoteError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { fileNow, variableNow } from "../condition.ts";
import type { HttpClient } from "../http-client.ts";
import { always, type CredentialSource, type SourceAnswer } from "../source.ts";
import { awsFilePaths } from "./aws-profile.ts";
import { type AwsContext, findAwsKeys, hasAwsIdentity } from "./aws-keys.ts";
import { signAwsRequest } from "./aws-signature.ts";
import { callCloud, textOf } from "./cloud-request.ts";
import { type EcrRegistry, findEcrRegistry } from "./ecr-registry.ts";
import { repeatableFor } from "./lifetime.ts";
import { once } from "./once.ts";

const service = "Amazon's ECR service";
const noIdentityRepeatableForMs = 10 * 60_000;
/** What the identity depends on: never a temporary key, which changes while the identity stays. */
const variables = [
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_ACCESS_KEY_ID",
  "HOME",
];

/** @param profile taken in place of the environment's identity */
export function createEcrSource(environment: Environment, clock: Clock, profile?: string): CredentialSource {
  const identity = once(() => (profile !== undefined || hasAwsIdentity(environment) ? true : undefined));
  return {
    name: "Amazon ECR",
    get isConfigured() {
      return identity.isThere();
    },
    isRemote: (host) => findEcrRegistry(host) !== undefined && identity.isThere(),
    find: async (host, signal) => {
      const registry = findEcrRegistry(host);
      if (registry === undefined || identity.get() === undefined) return undefined;
      const { createHttpClient } = await import("../http-client.ts");
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
        });
      } finally {
        http.close();
      }
    },
    validity: (host) => {
      if (findEcrRegistry(host) === undefined) return always();
      const files = Object.values(awsFilePaths(environment)).map(fileNow);
      const conditions = [...variables.map((name) => variableNow(environment, name)), ...files];
      return { repeatableForMs: identity.isThere() ? Number.POSITIVE_INFINITY : noIdentityRepeatableForMs, conditions };
    },
  };
}

async function requestLogin(registry: EcrRegistry, context: AwsContext): Promise<SourceAnswer | undefined> {
  const keys = await findAwsKeys(context);
  if (keys === undefined) return undefined;
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": registry.target };
  const request = {
    method: "POST",
    url: new URL(`https://${registry.apiHost}/`),
    headers,
    body: "{}",
    region: registry.region,
    service: registry.signingName,
  } as const;
  const signed = signAwsRequest(request, keys, context.clock.now());
  return toAnswer(await ask(registry, signed, request.url, context.http, context.signal), context.clock);
}

async function ask(
  registry: EcrRegistry,
  headers: Readonly<Record<string, string>>,
  url: URL,
  http: HttpClient,
  signal: AbortSignal,
) {
  const rights = registry.isPublic
    ? "ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken"
    : "ecr:GetAuthorizationToken";
  const document = await callCloud(http, {
    method: "POST",
    url,
    headers,
    body: "{}",
    signal,
    service,
    remedy: `give the identity ${rights}`,
  });
  const data = document["authorizationData"];
  // ECR answers with a list, ECR Public with one object.
  return ((Array.isArray(data) ? data[0] : data) ?? {}) as Readonly<Record<string, unknown>>;
}

/** `AWS:PASSWORD` in base64, and when it ends in seconds since the epoch. */
function toAnswer(data: Readonly<Record<string, unknown>>, clock: Clock): SourceAnswer {
  const login = Buffer.from(textOf(data, "authorizationToken", service), "base64").toString("utf8");
  const colon = login.indexOf(":");
  if (colon < 1) throw new RemoteError("CLOUD_ANSWER_INVALID", `${service} answered with a token that is no login`);
  const expiresAtMs = Number(data["expiresAt"]) * 1000;
  const lifetimeMs = expiresAtMs > 0 ? expiresAtMs - clock.now() : 0;
  return {
    username: login.slice(0, colon),
    password: new Secret(login.slice(colon + 1)),
    repeatableForMs: repeatableFor(lifetimeMs),
  };
}
