// An access token for one of Google's identities; RFC 7523 (service account), RFC 6749 section 6 (user), RFC 8693 (federation).
import { createSign } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import type { HttpClient } from "../http-client.ts";
import { callCloud, metadataTimeoutMs, parseObject, textOf } from "./cloud-request.ts";
import type { ExternalAccount, GoogleIdentity } from "./google-identity.ts";

const tokenUrl = "https://oauth2.googleapis.com/token";
const scope = "https://www.googleapis.com/auth/cloud-platform";
const service = "Google's token service";
const provider = "the identity provider of Google's federation";
/** The longest that Google takes for an assertion. */
const assertionLifetimeSeconds = 3600;
/** Google's own hosts: a credentials file may not send a token to another. */
const googleHosts = /^(?:sts|iamcredentials|oauth2)(?:\.[a-z0-9-]+)*\.googleapis\.com$/;

export interface GoogleToken {
  readonly accessToken: string;
  readonly lifetimeMs: number;
}

export interface GoogleRequest {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

type Fields = Readonly<Record<string, string>>;

/** @throws AuthError CLOUD_LOGIN_REFUSED and the like; InputError CLOUD_SETTINGS_INVALID for a file that cannot be used */
export async function requestGoogleToken(identity: GoogleIdentity, request: GoogleRequest): Promise<GoogleToken> {
  switch (identity.kind) {
    case "service_account":
      return await postForm(
        tokenUrl,
        { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: assertionOf(identity, request.clock) },
        request,
      );
    case "authorized_user": {
      const { clientId, clientSecret, refreshToken } = identity;
      const secrets = { client_secret: clientSecret.reveal(), refresh_token: refreshToken.reveal() };
      return await postForm(tokenUrl, { grant_type: "refresh_token", client_id: clientId, ...secrets }, request);
    }
    case "external_account":
      return await federate(identity.settings, request);
    case "metadata":
      return await askMetadata(identity.host, request);
  }
}

async function postForm(url: string, fields: Fields, { http, signal }: GoogleRequest): Promise<GoogleToken> {
  const body = new URLSearchParams(fields).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const remedy = "gcloud auth application-default login, or use a key that is not revoked";
  return toToken(await callCloud(http, { method: "POST", url: new URL(url), headers, body, signal, service, remedy }));
}

function toToken(document: Readonly<Record<string, unknown>>): GoogleToken {
  const seconds = Number(document["expires_in"]);
  return { accessToken: textOf(document, "access_token", service), lifetimeMs: seconds > 0 ? seconds * 1000 : 0 };
}

function assertionOf(identity: GoogleIdentity & { kind: "service_account" }, clock: Clock): string {
  const now = Math.floor(clock.now() / 1000);
  const claims = { iss: identity.email, scope, aud: tokenUrl, iat: now, exp: now + assertionLifetimeSeconds };
  const head = [{ alg: "RS256", typ: "JWT", kid: identity.keyId }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  try {
    return `${head}.${createSign("RSA-SHA256").update(head).sign(identity.privateKey.reveal(), "base64url")}`;
  } catch (cause) {
    throw new InputError("CLOUD_SETTINGS_INVALID", "the private key in Google's credentials file cannot be used", {
      hint: "make a new key for the service account",
      cause,
    });
  }
}

async function askMetadata(host: string, { http, signal }: GoogleRequest): Promise<GoogleToken> {
  const url = new URL(`http://${host}/computeMetadata/v1/instance/service-accounts/default/token`);
  const soon = AbortSignal.any([signal, AbortSignal.timeout(metadataTimeoutMs)]);
  const headers = { "metadata-flavor": "Google" };
  const remedy = "attach a service account to the machine";
  return toToken(
    await callCloud(http, { method: "GET", url, headers, signal: soon, service: "Google's metadata service", remedy }),
  );
}

async function federate(settings: ExternalAccount, request: GoogleRequest): Promise<GoogleToken> {
  const subjectToken = await readSubjectToken(settings, request);
  const exchanged = await postForm(
    ofGoogle(settings.tokenUrl),
    {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience: settings.audience,
      subject_token_type: settings.subjectTokenType,
      subject_token: subjectToken,
      scope,
    },
    request,
  );
  return settings.impersonationUrl === undefined
    ? exchanged
    : await impersonate(settings.impersonationUrl, exchanged, request);
}

async function impersonate(
  url: string,
  { accessToken }: GoogleToken,
  { http, signal, clock }: GoogleRequest,
): Promise<GoogleToken> {
  const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
  const body = JSON.stringify({ scope: [scope], lifetime: `${assertionLifetimeSeconds}s` });
  const remedy = "give the federated identity the role Workload Identity User on the service account";
  const document = await callCloud(http, {
    method: "POST",
    url: new URL(ofGoogle(url)),
    headers,
    body,
    signal,
    service,
    remedy,
  });
  const expiresAtMs = Date.parse(String(document["expireTime"]));
  return {
    accessToken: textOf(document, "accessToken", service),
    lifetimeMs: Math.max(0, (expiresAtMs || clock.now()) - clock.now()),
  };
}

/** From a file, which is read anew each time because it rotates, or from an https or loopback URL such as that of a CI job. */
async function readSubjectToken({ source }: ExternalAccount, { http, signal }: GoogleRequest): Promise<string> {
  const { file, url, headers, format } = source;
  const { type, subject_token_field_name: field } = (format ?? {}) as Readonly<Record<string, unknown>>;
  const pick = (text: string) =>
    type === "json" ? textOf(parseObject(text) ?? {}, String(field), provider) : text.trim();
  if (typeof file === "string") return pick(readTokenFile(file));
  if (typeof url !== "string" || !/^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1)[:/]/.test(url)) throw unsupported();
  const reply = await callCloud(http, {
    method: "GET",
    url: new URL(url),
    headers: (headers ?? {}) as Record<string, string>,
    signal,
    service: provider,
    remedy: "check the credential_source of Google's credentials file",
  });
  return textOf(reply, String(field), provider);
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new InputError("CLOUD_SETTINGS_INVALID", "the token file of Google's federation cannot be read", {
      hint: "check credential_source.file",
      cause,
    });
  }
}

function ofGoogle(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && googleHosts.test(url.hostname) && url.port === "") return text;
  throw new InputError(
    "CLOUD_SETTINGS_INVALID",
    "Google's credentials file names a service that is not Google's, expected *.googleapis.com",
    {
      hint: "use a credentials file that you trust",
    },
  );
}

function unsupported(): InputError {
  return new InputError(
    "CLOUD_SETTINGS_INVALID",
    "the credential_source of Google's credentials file is not supported, expected a file or a url",
    {
      hint: "use a file or url source, or a service account",
    },
  );
}
