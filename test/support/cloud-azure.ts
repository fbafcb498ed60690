// Azure as far as registry logins need it: Entra's token service, an identity endpoint for machines and App Service, and a container
// registry with /oauth2/exchange and /oauth2/token. It knows its secrets and tokens, and refuses what Azure refuses.
// Azure/acr, docs/AAD-OAuth.md; learn.microsoft.com, "OAuth 2.0 client credentials flow", "How to use managed identities on a VM".
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authority } from "./authority.ts";
import { type CloudRegistry, type CloudRequest, startCloudRegistry } from "./cloud-registry.ts";
import type { ScriptedReply } from "./scripted-server.ts";

export const azureRegistryHost = "acme.azurecr.io";
export const azureTenant = "11111111-2222-3333-4444-555555555555";
export const azureClient = "66666666-7777-8888-9999-000000000000";
export const azureSecret = "entra~client.secret_0000000000000000000040";
export const azureFederatedToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl";
export const azureIdentityHeader = "app-service-header";
const nullUser = "00000000-0000-0000-0000-000000000000";
const resource = "https://containerregistry.azure.net";
const loginHost = "login.microsoftonline.com";
const entraLifetimeSeconds = 3_600;
const refreshLifetimeSeconds = 3 * 3_600;

/** One accepted request: who gave what for what. */
export type AzureCall =
  | "client secret"
  | "federated token"
  | "machine"
  | "app service"
  | "exchange"
  | "token, GET Basic"
  | "token, POST refresh_token";

export interface AzureCloud extends AsyncDisposable {
  readonly registry: CloudRegistry;
  /** `http://127.0.0.1:PORT`: instance metadata, and App Service below /msi/token. */
  readonly machine: string;
  /** Accepted requests since the last `reset`, in order. */
  readonly calls: readonly AzureCall[];
  /** True for a refresh token of the registry. */
  isRefreshToken(text: string): boolean;
  reset(): void;
}

/** What has been handed out. */
interface Issued {
  readonly entra: Set<string>;
  readonly refresh: Set<string>;
  readonly note: (call: AzureCall) => void;
}

export async function startAzureCloud(authority: Authority): Promise<AzureCloud> {
  const calls: AzureCall[] = [];
  const issued: Issued = { entra: new Set(), refresh: new Set(), note: (call) => void calls.push(call) };
  const registry = await startCloudRegistry({
    authority,
    host: azureRegistryHost,
    tokenPath: "/oauth2/token",
    services: [loginHost],
    answer: (request) => (request.host === loginHost ? answerEntra(request, issued) : answerRegistry(request, issued)),
  });
  const machine = createServer((request, response) => {
    const { status = 200, body } = answerMachine(request, issued);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => machine.listen(0, "127.0.0.1", resolve));
  return {
    registry,
    machine: `http://127.0.0.1:${(machine.address() as AddressInfo).port}`,
    calls,
    isRefreshToken: (text) => issued.refresh.has(text),
    reset: () => void calls.splice(0),
    [Symbol.asyncDispose]: async () => {
      machine.closeAllConnections();
      await new Promise((resolve) => machine.close(resolve));
      await registry[Symbol.asyncDispose]();
    },
  };
}

function answerEntra({ method, pathname, fields }: CloudRequest, { entra, note }: Issued): ScriptedReply {
  const base = `https://${loginHost}/${azureTenant}`;
  // Microsoft's libraries look before they ask.
  if (pathname === "/common/discovery/instance") {
    const aliases = [loginHost, "login.windows.net"];
    const metadata = [{ preferred_network: loginHost, preferred_cache: "login.windows.net", aliases }];
    const found = `${base}/v2.0/.well-known/openid-configuration`;
    return { body: { tenant_discovery_endpoint: found, "api-version": "1.1", metadata } };
  }
  if (pathname === `/${azureTenant}/v2.0/.well-known/openid-configuration`) {
    const endpoint = `${base}/oauth2/v2.0`;
    const more = { authorization_endpoint: `${endpoint}/authorize`, issuer: `${base}/v2.0` };
    return { body: { token_endpoint: `${endpoint}/token`, ...more } };
  }
  if (method !== "POST" || pathname !== `/${azureTenant}/oauth2/v2.0/token`) return { status: 404, body: {} };
  const wanted = [`${resource}/.default`, "openid", "offline_access", "profile"];
  const scopes = fields["scope"]?.split(" ") ?? [];
  if (!scopes.includes(wanted[0] ?? "") || !scopes.every((scope) => wanted.includes(scope)))
    return refusal("invalid_scope", "AADSTS1002012: The provided value for scope is not valid.");
  if (fields["grant_type"] !== "client_credentials" || fields["client_id"] !== azureClient)
    return refusal("unauthorized_client", "AADSTS700016: Application was not found in the directory.");
  if (fields["client_secret"] === azureSecret) note("client secret");
  else if (
    fields["client_assertion_type"] === "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" &&
    fields["client_assertion"] === azureFederatedToken
  )
    note("federated token");
  else return refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.");
  const expires_in = entraLifetimeSeconds;
  return { body: { token_type: "Bearer", expires_in, ext_expires_in: expires_in, access_token: issue(entra) } };
}

function refusal(error: string, error_description: string): ScriptedReply {
  return { status: error === "invalid_client" ? 401 : 400, body: { error, error_description } };
}

function answerMachine({ method, url = "", headers }: IncomingMessage, { entra, note }: Issued): ScriptedReply {
  const { pathname, searchParams: query } = new URL(url, "http://machine");
  const isMachine = pathname === "/metadata/identity/oauth2/token";
  if (method !== "GET" || (!isMachine && pathname !== "/msi/token")) return { status: 404, body: {} };
  const isAllowed = isMachine ? headers["metadata"] === "true" : headers["x-identity-header"] === azureIdentityHeader;
  if (!isAllowed || query.get("resource") !== resource || query.get("api-version") === null)
    return {
      status: 400,
      body: { error: "invalid_request", error_description: "Required metadata header not specified" },
    };
  note(isMachine ? "machine" : "app service");
  const expiresOn = String(Math.floor(Date.now() / 1000) + entraLifetimeSeconds);
  const lifetime = { expires_in: String(entraLifetimeSeconds), expires_on: expiresOn };
  return { body: { access_token: issue(entra), ...lifetime, resource, token_type: "Bearer" } };
}

function answerRegistry(request: CloudRequest, { entra, refresh, note }: Issued): ScriptedReply | undefined {
  const { method, pathname, fields, login } = request;
  if (pathname === "/oauth2/exchange") {
    const { grant_type: grant, service, access_token: token = "", tenant = azureTenant } = fields;
    const isRight = method === "POST" && grant === "access_token" && service === azureRegistryHost;
    if (!isRight || !entra.has(token) || tenant !== azureTenant) return denied();
    note("exchange");
    return { body: { refresh_token: issueRefreshToken(refresh) } };
  }
  if (pathname !== "/oauth2/token") return undefined;
  if (fields["service"] !== azureRegistryHost) return denied();
  if (method === "GET") {
    if (login?.username !== nullUser || !refresh.has(login.password)) return denied();
    note("token, GET Basic");
  } else {
    if (fields["grant_type"] !== "refresh_token" || !refresh.has(fields["refresh_token"] ?? "")) return denied();
    note("token, POST refresh_token");
  }
  return { body: { access_token: request.grant(nullUser) } };
}

function denied(): ScriptedReply {
  const message = "authentication required, visit https://aka.ms/acr/authorization for more information.";
  return { status: 401, body: { errors: [{ code: "UNAUTHORIZED", message }] } };
}

/** An opaque text: nobody but the registry reads it. */
function issue(issued: Set<string>): string {
  const token = `entra.${randomBytes(24).toString("base64url")}`;
  issued.add(token);
  return token;
}

/** A JWT as Azure's, from which clients read when it ends. */
function issueRefreshToken(issued: Set<string>): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { jti: randomBytes(8).toString("hex"), aud: azureRegistryHost, grant_type: "refresh_token" };
  const times = { nbf: now, iat: now, exp: now + refreshLifetimeSeconds };
  const token = [
    { alg: "RS256", typ: "JWT" },
    { ...claims, ...times },
  ]
    .map(encode)
    .join(".");
  const signed = `${token}.${randomBytes(32).toString("base64url")}`;
  issued.add(signed);
  return signed;
}
