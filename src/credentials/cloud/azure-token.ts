// From an Azure identity to a registry's refresh token: RFC 6749 section 4.4 and RFC 7523 at Entra, then ACR's /oauth2/exchange.
import { readFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { InputError } from "../../base/errors.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import type { HttpClient } from "../http-client.ts";
import type { AzureIdentity } from "./azure-identity.ts";
import { callCloud, metadataTimeoutMs, parseObject, textOf } from "./cloud-request.ts";

const resource = "https://containerregistry.azure.net";
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const entra = "Azure's token service";
const metadata = "Azure's identity endpoint";
const formType = { "content-type": "application/x-www-form-urlencoded" };

export interface AzureToken {
  readonly refreshToken: string;
  readonly lifetimeMs: number;
}

export interface AzureRequest {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

/** @throws AuthError CLOUD_LOGIN_REFUSED and the like; InputError CLOUD_SETTINGS_INVALID for a token file that cannot be read */
export async function requestAzureToken(
  identity: AzureIdentity,
  host: RegistryHost,
  request: AzureRequest,
): Promise<AzureToken> {
  const accessToken = await requestEntraToken(identity, request);
  const tenant = "tenantId" in identity ? { tenant: identity.tenantId } : {};
  const body = new URLSearchParams({
    grant_type: "access_token",
    service: host.value,
    ...tenant,
    access_token: accessToken,
  }).toString();
  const url = new URL(`${host.url}/oauth2/exchange`);
  const remedy = "give the identity the role AcrPull on the registry";
  const { http, signal, clock } = request;
  const document = await callCloud(http, {
    method: "POST",
    url,
    headers: formType,
    body,
    signal,
    service: `registry ${host.value}`,
    remedy,
  });
  const refreshToken = textOf(document, "refresh_token", `registry ${host.value}`);
  return { refreshToken, lifetimeMs: lifetimeOf(refreshToken, clock.now()) };
}

async function requestEntraToken(identity: AzureIdentity, request: AzureRequest): Promise<string> {
  switch (identity.kind) {
    case "client secret":
      return await postForm(identity, { client_secret: identity.secret.reveal() }, request);
    case "workload identity":
      return await postForm(
        identity,
        { client_assertion_type: assertionType, client_assertion: readTokenFile(identity.tokenFile) },
        request,
      );
    case "app service": {
      const query = { resource, "api-version": "2019-08-01", ...clientOf(identity.clientId) };
      return await askMetadata(identity.endpoint, query, { "x-identity-header": identity.header.reveal() }, request);
    }
    case "machine": {
      const query = { resource, "api-version": "2018-02-01", ...clientOf(identity.clientId) };
      return await askMetadata(
        `${identity.endpoint}/metadata/identity/oauth2/token`,
        query,
        { metadata: "true" },
        request,
      );
    }
  }
}

type Application = Extract<AzureIdentity, { tenantId: string }>;

async function postForm(
  identity: Application,
  proof: Readonly<Record<string, string>>,
  { http, signal }: AzureRequest,
): Promise<string> {
  const url = new URL(`${identity.authority}/${identity.tenantId}/oauth2/v2.0/token`);
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: identity.clientId,
    scope: `${resource}/.default`,
    ...proof,
  }).toString();
  const remedy = "renew the client secret, or check the federated credential of the application";
  return textOf(
    await callCloud(http, { method: "POST", url, headers: formType, body, signal, service: entra, remedy }),
    "access_token",
    entra,
  );
}

async function askMetadata(
  endpoint: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  { http, signal }: AzureRequest,
): Promise<string> {
  const url = new URL(`${endpoint}?${new URLSearchParams(query).toString()}`);
  const soon = AbortSignal.any([signal, AbortSignal.timeout(metadataTimeoutMs)]);
  const remedy = "assign a managed identity to the machine; with several of them set AZURE_CLIENT_ID";
  return textOf(
    await callCloud(http, { method: "GET", url, headers, signal: soon, service: metadata, remedy }),
    "access_token",
    metadata,
  );
}

function clientOf(clientId: string | undefined): Readonly<Record<string, string>> {
  return clientId === undefined ? {} : { client_id: clientId };
}

/** Read anew each time: it rotates. */
function readTokenFile(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new InputError("CLOUD_SETTINGS_INVALID", "the file named by AZURE_FEDERATED_TOKEN_FILE cannot be read", {
      path: "AZURE_FEDERATED_TOKEN_FILE",
      hint: "check that the pod uses a service account with a federated credential",
      cause,
    });
  }
}

/** The end is in the token itself, RFC 7519 section 4.1.4; without one it is not repeated. */
function lifetimeOf(jwt: string, nowMs: number): number {
  const expiresAt = parseObject(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8"))?.["exp"];
  return typeof expiresAt === "number" ? Math.max(0, expiresAt * 1000 - nowMs) : 0;
}
