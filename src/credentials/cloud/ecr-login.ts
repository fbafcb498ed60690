// Asks Amazon ECR or ECR Public for a login; loaded when one of their registries is asked for.
import type { Clock } from "../../base/clock.ts";
import { RemoteError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import type { HttpClient } from "../http-client.ts";
import type { SourceAnswer } from "../source.ts";
import { type AwsContext, findAwsKeys } from "./aws-keys.ts";
import { signAwsRequest } from "./aws-signature.ts";
import { callCloud, textOf } from "./cloud-request.ts";
import type { EcrRegistry } from "./ecr-registry.ts";
import { repeatableFor } from "./lifetime.ts";

/** Whom a message names: regions fail one by one. */
const serviceOf = ({ apiHost }: EcrRegistry) => `Amazon's ECR service at ${apiHost}`;

/** @returns undefined when there is no identity @throws AuthError, InputError, RemoteError, TransientError with a CLOUD_ code */
export async function requestLogin(registry: EcrRegistry, context: AwsContext): Promise<SourceAnswer | undefined> {
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
  const data = await ask(registry, signed, request.url, context.http, context.signal);
  return toAnswer(data, serviceOf(registry), context.clock);
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
    service: serviceOf(registry),
    remedy: `give the identity ${rights}`,
  });
  const data = document["authorizationData"];
  // ECR answers with a list, ECR Public with one object.
  return ((Array.isArray(data) ? data[0] : data) ?? {}) as Readonly<Record<string, unknown>>;
}

/** `AWS:PASSWORD` in base64, and when it ends in seconds since the epoch. */
function toAnswer(data: Readonly<Record<string, unknown>>, service: string, clock: Clock): SourceAnswer {
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
