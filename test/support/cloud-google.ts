// Google as far as registry logins need it: the token service, federation, impersonation, a machine's metadata, and an Artifact Registry
// host with its token service. It knows its keys and tokens, and refuses what Google refuses.
// developers.google.com, "Using OAuth 2.0 for Server to Server Applications"; cloud.google.com, "Obtain short-lived tokens for Workload
// Identity Federation", "Authenticate applications with user-assigned or default service accounts" (metadata).
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authority } from "./authority.ts";
import { type CloudRegistry, type CloudRequest, startCloudRegistry } from "./cloud-registry.ts";
import type { ScriptedReply } from "./scripted-server.ts";

export const googleRegistryHost = "europe-docker.pkg.dev";
const [tokenHost, stsHost, iamHost] = ["oauth2.googleapis.com", "sts.googleapis.com", "iamcredentials.googleapis.com"];
const tokenUrl = `https://${tokenHost}/token`;
const cloudScope = "https://www.googleapis.com/auth/cloud-platform";
const lifetimeSeconds = 3_599;
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const email = "robot@acme.iam.gserviceaccount.com";
const keyId = "0123456789abcdef";

export const googleServiceAccount = {
  type: "service_account",
  project_id: "acme",
  private_key_id: keyId,
  private_key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  client_email: email,
  client_id: "1",
  token_uri: tokenUrl,
};
export const googleUser = {
  type: "authorized_user",
  client_id: "1.apps.googleusercontent.com",
  client_secret: "client/secret",
  refresh_token: "1//refresh-token",
};
export const googleSubjectToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl";
const audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/jobs";
/** Without its `credential_source`. */
export const googleFederation = {
  type: "external_account",
  universe_domain: "googleapis.com",
  audience,
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: `https://${stsHost}/v1/token`,
};
const impersonationPath = `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
export const googleImpersonation = { service_account_impersonation_url: `https://${iamHost}${impersonationPath}` };

/** One accepted request. */
export type GoogleCall =
  "assertion" | "refresh token" | "federation" | "impersonation" | "metadata" | "token, GET Basic";

export interface GoogleCloud extends AsyncDisposable {
  readonly registry: CloudRegistry;
  /** `127.0.0.1:PORT` of the metadata service. */
  readonly machine: string;
  /** Accepted requests since the last `reset`, in order. */
  readonly calls: readonly GoogleCall[];
  /** True for an access token that may do what the identity may. */
  isAccessToken(text: string): boolean;
  reset(): void;
}

interface Issued {
  readonly access: Set<string>;
  /** Good for impersonation alone. */
  readonly federated: Set<string>;
  readonly note: (call: GoogleCall) => void;
}

export async function startGoogleCloud(authority: Authority): Promise<GoogleCloud> {
  const calls: GoogleCall[] = [];
  const issued: Issued = { access: new Set(), federated: new Set(), note: (call) => void calls.push(call) };
  const answers = { [tokenHost]: answerToken, [stsHost]: answerSts, [iamHost]: answerIam };
  const registry = await startCloudRegistry({
    authority,
    host: googleRegistryHost,
    tokenPath: "/v2/token",
    services: Object.keys(answers),
    answer: (request) => (answers[request.host] ?? answerRegistry)(request, issued),
  });
  const machine = createServer((request, response) => {
    const { status = 200, body } = answerMetadata(request, issued);
    const headers = { "content-type": "application/json", "metadata-flavor": "Google" };
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => machine.listen(0, "127.0.0.1", resolve));
  return {
    registry,
    machine: `127.0.0.1:${(machine.address() as AddressInfo).port}`,
    calls,
    isAccessToken: (text) => issued.access.has(text),
    reset: () => void calls.splice(0),
    [Symbol.asyncDispose]: async () => {
      machine.closeAllConnections();
      await new Promise((resolve) => machine.close(resolve));
      await registry[Symbol.asyncDispose]();
    },
  };
}

function answerToken({ method, pathname, fields, login }: CloudRequest, { access, note }: Issued): ScriptedReply {
  if (method !== "POST" || pathname !== "/token") return { status: 404, body: {} };
  if (fields["grant_type"] === "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    if (!isAssertion(fields["assertion"] ?? "")) return refusal("invalid_grant", "Invalid JWT Signature.");
    note("assertion");
    return grant(access);
  }
  // Clients say who they are in the form or in a header; RFC 6749 section 2.3.1.
  const clientId = fields["client_id"] ?? login?.username;
  const secret = fields["client_secret"] ?? (login && decodeURIComponent(login.password));
  if (clientId !== googleUser.client_id || secret !== googleUser.client_secret)
    return refusal("invalid_client", "The OAuth client was not found.");
  if (fields["grant_type"] !== "refresh_token" || fields["refresh_token"] !== googleUser.refresh_token)
    return refusal("invalid_grant", "Token has been expired or revoked.");
  note("refresh token");
  return grant(access);
}

/** RFC 7523 section 3, with Google's limit of an hour. */
function isAssertion(jwt: string): boolean {
  const [head = "", claims = "", signature = ""] = jwt.split(".");
  const decode = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;
  const publicKey = createPublicKey(keys.publicKey.export({ type: "spki", format: "pem" }));
  if (!verify("sha256", Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, "base64url"))) return false;
  const { iss, aud, scope, iat, exp } = decode(claims);
  const now = Date.now() / 1000;
  const isTimely = Number(iat) <= now + 60 && Number(exp) > now && Number(exp) - Number(iat) <= 3_600;
  const isOurs = iss === email && aud === tokenUrl && scope === cloudScope;
  return isTimely && isOurs && decode(head)["alg"] === "RS256" && decode(head)["kid"] === keyId;
}

function answerSts({ method, pathname, fields }: CloudRequest, { access, federated, note }: Issued): ScriptedReply {
  if (method !== "POST" || pathname !== "/v1/token") return { status: 404, body: {} };
  const isRight =
    fields["grant_type"] === "urn:ietf:params:oauth:grant-type:token-exchange" &&
    fields["requested_token_type"] === "urn:ietf:params:oauth:token-type:access_token" &&
    fields["audience"] === audience &&
    fields["scope"] === cloudScope &&
    fields["subject_token_type"] === googleFederation.subject_token_type;
  if (!isRight) return refusal("invalid_request", 'Invalid value for "audience".');
  if (fields["subject_token"] !== googleSubjectToken)
    return refusal("invalid_grant", "The given credential is rejected.");
  note("federation");
  const reply = grant(access);
  const token = (reply.body as { access_token: string }).access_token;
  federated.add(token);
  const issued_token_type = "urn:ietf:params:oauth:token-type:access_token";
  return { body: { ...(reply.body as object), issued_token_type } };
}

function answerIam(request: CloudRequest, { access, federated, note }: Issued): ScriptedReply {
  const { method, pathname, headers, body } = request;
  if (method !== "POST" || decodeURIComponent(pathname) !== impersonationPath) return { status: 404, body: {} };
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const { scope } = JSON.parse(body) as { scope?: readonly string[] };
  if (!federated.has(token) || scope?.[0] !== cloudScope)
    return { status: 403, body: { error: { code: 403, status: "PERMISSION_DENIED", message: "Permission denied" } } };
  note("impersonation");
  const { access_token: accessToken } = grant(access).body as { access_token: string };
  const expireTime = new Date(Date.now() + lifetimeSeconds * 1000).toISOString();
  return { body: { accessToken, expireTime } };
}

function answerMetadata({ method, url = "", headers }: IncomingMessage, { access, note }: Issued): ScriptedReply {
  const { pathname } = new URL(url, "http://machine");
  if (headers["metadata-flavor"] !== "Google") return { status: 403, body: {} };
  if (method !== "GET" || pathname !== "/computeMetadata/v1/instance/service-accounts/default/token")
    return { status: 404, body: {} };
  note("metadata");
  return grant(access);
}

function answerRegistry(
  { method, pathname, login, grant: sign }: CloudRequest,
  { access, note }: Issued,
): ScriptedReply | undefined {
  if (pathname !== "/v2/token") return undefined;
  if (method !== "GET" || login?.username !== "oauth2accesstoken" || !access.has(login.password))
    return { status: 401, body: { errors: [{ code: "UNAUTHORIZED", message: "authentication failed" }] } };
  note("token, GET Basic");
  const token = sign(email);
  return { body: { token, expires_in: 300 } };
}

function grant(access: Set<string>): ScriptedReply {
  const token = `ya29.${randomBytes(32).toString("base64url")}`;
  access.add(token);
  return { body: { access_token: token, expires_in: lifetimeSeconds, token_type: "Bearer" } };
}

function refusal(error: string, error_description: string): ScriptedReply {
  return { status: error === "invalid_client" ? 401 : 400, body: { error, error_description } };
}
