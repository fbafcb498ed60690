// Where AWS keys come from, in the order of AWS's own libraries: variables, web identity, profile, container, machine.
// docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { AuthError, InputError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import type { HttpClient } from "../http-client.ts";
import { findHome } from "../places.ts";
import { type AwsFiles, type AwsSettings, readAwsFiles } from "./aws-profile.ts";
import type { AwsKeys } from "./aws-signature.ts";
import { assumeRole, assumeRoleWithWebIdentity, type RoleRequest } from "./aws-sts.ts";
import { assertAvailable, callCloud, metadataTimeoutMs, parseObject, roleOf, textOf } from "./cloud-request.ts";
import { isOnCloud } from "./machine-vendor.ts";

const processTimeoutMs = 8_000;
/** A chain of roles longer than this leads back to itself. */
const maxRoles = 5;
const containerHost = "http://169.254.170.2";
const machineHost = "http://169.254.169.254";
/** Where a container's keys may be read without TLS; AWS's libraries have the same list. */
const plainHosts = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])$/;

export interface AwsContext {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  /** Of the registry: where STS is asked. */
  readonly region: string;
  /** Domain of the registry's partition, such as `amazonaws.com`. */
  readonly domain: string;
  /** Profile in place of the environment's identity; undefined for that. */
  readonly profile: string | undefined;
  /** A role to take with those keys. */
  readonly role?: RoleRequest | undefined;
}

/** @returns undefined when there is no identity at all @throws AuthError, InputError, TransientError with a CLOUD_ code */
export async function findAwsKeys(context: AwsContext): Promise<AwsKeys | undefined> {
  const keys = await findOwnKeys(context);
  return keys === undefined || context.role === undefined ? keys : await assumeRole(context.role, keys, context);
}

async function findOwnKeys(context: AwsContext): Promise<AwsKeys | undefined> {
  const { environment, profile } = context;
  if (profile !== undefined) return await keysOfProfile(profile, readAwsFiles(environment), context);
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
  if (id && secret) return toKeys(id, secret, token);
  const { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: roleArn } = environment;
  if (tokenFile && roleArn) return await webIdentity(tokenFile, roleArn, environment["AWS_ROLE_SESSION_NAME"], context);
  const files = readAwsFiles(environment);
  const named = environment["AWS_PROFILE"] || environment["AWS_DEFAULT_PROFILE"];
  if (named || files.profile("default") !== undefined) return await keysOfProfile(named || "default", files, context);
  return await keysOfPlace(context);
}

/** What the container or the machine gives to whoever runs on it. */
async function keysOfPlace(context: AwsContext): Promise<AwsKeys | undefined> {
  return (await containerKeys(context)) ?? (await machineKeys(context));
}

async function keysOfProfile(name: string, files: AwsFiles, context: AwsContext, depth = 0): Promise<AwsKeys> {
  const settings = files.profile(name);
  if (settings === undefined)
    throw wrong(`AWS has no profile ${name}, expected one in its configuration files`, "correct AWS_PROFILE");
  if (depth > maxRoles)
    throw wrong(`the roles of AWS's profile ${name} lead back to themselves`, "correct source_profile");
  const get = (key: string) => settings.get(key) || undefined;
  const [roleArn, tokenFile] = [get("role_arn"), get("web_identity_token_file")];
  if (roleArn !== undefined && tokenFile !== undefined)
    return await webIdentity(tokenFile, roleArn, get("role_session_name"), context);
  if (roleArn !== undefined) return await roleOfProfile(name, roleArn, settings, { files, context, depth });
  const [id, secret] = [get("aws_access_key_id"), get("aws_secret_access_key")];
  if (id !== undefined && secret !== undefined) return toKeys(id, secret, get("aws_session_token"));
  const command = get("credential_process");
  if (command !== undefined) return await processKeys(name, command, context);
  if (get("sso_session") !== undefined || get("sso_start_url") !== undefined)
    return await ssoKeys(name, settings, files, context);
  // One that sets no more than a region says nothing about whose keys to take.
  const keys = depth === 0 ? await keysOfPlace(context) : undefined;
  if (keys !== undefined) return keys;
  throw wrong(
    `AWS's profile ${name} names no keys that are supported`,
    "give it role_arn, keys, credential_process or an SSO session",
  );
}

interface ProfileContext {
  readonly files: AwsFiles;
  readonly context: AwsContext;
  readonly depth: number;
}

async function roleOfProfile(
  name: string,
  roleArn: string,
  settings: AwsSettings,
  { files, context, depth }: ProfileContext,
): Promise<AwsKeys> {
  if (settings.has("mfa_serial"))
    throw wrong(
      `AWS's profile ${name} wants a one-time code, which a credential helper cannot ask for`,
      "use a role without mfa_serial, or keys from an SSO session",
    );
  const source = settings.get("source_profile");
  const keys =
    source === undefined
      ? await keysOfSource(name, settings.get("credential_source"), context)
      : await keysOfSourceProfile(source, name, { files, context, depth });
  return await assumeRole(
    { roleArn, sessionName: settings.get("role_session_name"), externalId: settings.get("external_id") },
    keys,
    context,
  );
}

/** A profile may name itself as its source: then its own keys are meant. */
async function keysOfSourceProfile(
  source: string,
  name: string,
  { files, context, depth }: ProfileContext,
): Promise<AwsKeys> {
  if (source !== name) return await keysOfProfile(source, files, context, depth + 1);
  const settings = files.profile(name);
  const [id, secret] = [settings?.get("aws_access_key_id"), settings?.get("aws_secret_access_key")];
  if (id && secret) return toKeys(id, secret, settings?.get("aws_session_token"));
  throw wrong(`AWS's profile ${name} is its own source_profile and has no keys`, "correct source_profile");
}

async function keysOfSource(name: string, source: string | undefined, context: AwsContext): Promise<AwsKeys> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = context.environment;
  if (source === "Environment" && id && secret) return toKeys(id, secret, token);
  const keys =
    source === "EcsContainer"
      ? await containerKeys(context)
      : source === "Ec2InstanceMetadata"
        ? await machineKeys(context)
        : undefined;
  if (keys !== undefined) return keys;
  throw wrong(
    `AWS's profile ${name} has a role without keys to take it with`,
    "give it source_profile or credential_source",
  );
}

async function webIdentity(
  tokenFile: string,
  roleArn: string,
  sessionName: string | undefined,
  context: AwsContext,
): Promise<AwsKeys> {
  const token = readTokenFile(tokenFile, "AWS_WEB_IDENTITY_TOKEN_FILE or the profile's web_identity_token_file");
  return await assumeRoleWithWebIdentity({ roleArn, sessionName }, token, context);
}

/** docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
async function processKeys(name: string, command: string, { environment, signal }: AwsContext): Promise<AwsKeys> {
  const options = { env: { ...environment }, timeout: processTimeoutMs, signal, maxBuffer: 1024 * 1024 };
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile("/bin/sh", ["-c", command], options, (error, output) => {
      // Its words may hold a secret, and the command may too.
      if (error === null) resolve(output);
      else
        reject(
          new AuthError("CLOUD_LOGIN_REFUSED", `the credential_process of AWS's profile ${name} fails`, {
            hint: "run it by hand to see why",
          }),
        );
    });
  });
  const document = parseObject(stdout) ?? {};
  const { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token } = document;
  if (typeof id === "string" && typeof secret === "string")
    return toKeys(id, secret, typeof token === "string" ? token : undefined);
  throw wrong(`the credential_process of AWS's profile ${name} prints no keys`, "run it by hand to see what it prints");
}

/** Uses the session that `aws sso login` has made; it is not renewed here. */
async function ssoKeys(name: string, settings: AwsSettings, files: AwsFiles, context: AwsContext): Promise<AwsKeys> {
  const session = settings.get("sso_session");
  const sso = session === undefined ? settings : files.ssoSession(session);
  const remedy = `aws sso login --profile ${name}`;
  const [startUrl, region] = [sso?.get("sso_start_url"), sso?.get("sso_region")];
  const [accountId, role] = [settings.get("sso_account_id"), settings.get("sso_role_name")];
  if (!startUrl || !region || !accountId || !role || !/^[a-z0-9-]+$/.test(region)) {
    throw wrong(`AWS's profile ${name} has an incomplete SSO session`, "aws configure sso");
  }
  const token = findSsoToken(session ?? startUrl, context);
  if (token === undefined)
    throw new AuthError("CLOUD_LOGIN_REFUSED", `the SSO session of AWS's profile ${name} has ended`, { hint: remedy });
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const url = new URL(`https://portal.sso.${region}.${domain}/federation/credentials`);
  url.search = new URLSearchParams({ role_name: role, account_id: accountId }).toString();
  const headers = { "x-amz-sso_bearer_token": token };
  const document = await callCloud(context.http, {
    method: "GET",
    url,
    headers,
    signal: context.signal,
    service: "AWS's SSO service",
    remedy,
  });
  return keysOf(
    (document["roleCredentials"] ?? {}) as Record<string, unknown>,
    ["accessKeyId", "secretAccessKey", "sessionToken"],
    "AWS's SSO service",
  );
}

/** Where AWS's tools keep it: a file named by the SHA-1 of the session's name or start URL. */
function findSsoToken(key: string, { environment, clock }: AwsContext): string | undefined {
  const home = findHome(environment);
  if (home === undefined) return undefined;
  const file = `${createHash("sha1").update(key).digest("hex")}.json`;
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parseObject(readFileSync(join(home, ".aws", "sso", "cache", file), "utf8")) ?? {};
  } catch {
    return undefined;
  }
  const { accessToken, expiresAt } = document;
  const isCurrent = typeof expiresAt === "string" && Date.parse(expiresAt.replace(/UTC$/, "Z")) > clock.now();
  return isCurrent && typeof accessToken === "string" ? accessToken : undefined;
}

/** ECS tasks and EKS pods. */
async function containerKeys({ environment, http, signal }: AwsContext): Promise<AwsKeys | undefined> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  if (!relative && !full) return undefined;
  const url = new URL(relative ? `${containerHost}${relative}` : (full ?? ""));
  if (url.protocol !== "https:" && !plainHosts.test(url.hostname)) {
    throw wrong("AWS_CONTAINER_CREDENTIALS_FULL_URI leads off this machine without TLS", "correct or unset it");
  }
  const tokenFile = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = tokenFile
    ? readTokenFile(tokenFile, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    : environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  const headers = token ? { authorization: token } : {};
  const remedy = "give the task or pod a role";
  const document = await callCloud(http, {
    method: "GET",
    url,
    headers,
    signal: soon(signal),
    service: "AWS's container credentials",
    remedy,
  });
  return keysOf(document, ["AccessKeyId", "SecretAccessKey", "Token"], "AWS's container credentials");
}

/** IMDSv2: a session token first; docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html. */
async function machineKeys({ environment, http, signal }: AwsContext): Promise<AwsKeys | undefined> {
  const named = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"];
  if (environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true" || (!named && !isOnCloud("amazon")))
    return undefined;
  const host = (named || machineHost).replace(/\/$/, "");
  const service = "AWS's instance metadata";
  const role = roleOf(service);
  const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
  const session = await http.send(
    { method: "PUT", url: new URL(`${host}/latest/api/token`), headers: ttl, body: "", signal: soon(signal) },
    role,
  );
  assertAvailable(session.status, service);
  // Switched off for this machine, or something else listens there.
  if (session.status !== 200) return undefined;
  const headers = { "x-aws-ec2-metadata-token": session.body };
  const path = `${host}/latest/meta-data/iam/security-credentials/`;
  const list = await http.send({ method: "GET", url: new URL(path), headers, signal: soon(signal) }, role);
  const name = list.body.split("\n", 1)[0]?.trim() ?? "";
  assertAvailable(list.status, service);
  if (list.status !== 200 || name === "") return undefined;
  const url = new URL(`${path}${encodeURIComponent(name)}`);
  const remedy = "attach an instance profile to the machine";
  const document = await callCloud(http, { method: "GET", url, headers, signal: soon(signal), service, remedy });
  return keysOf(document, ["AccessKeyId", "SecretAccessKey", "Token"], service);
}

function keysOf(
  document: Readonly<Record<string, unknown>>,
  [id, secret, token]: readonly [string, string, string],
  service: string,
): AwsKeys {
  return toKeys(textOf(document, id, service), textOf(document, secret, service), textOf(document, token, service));
}

function toKeys(accessKeyId: string, secret: string, token: string | undefined): AwsKeys {
  return { accessKeyId, secretAccessKey: new Secret(secret), sessionToken: token ? new Secret(token) : undefined };
}

function soon(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(metadataTimeoutMs)]);
}

function readTokenFile(file: string, setting: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new InputError("CLOUD_SETTINGS_INVALID", "AWS's token file cannot be read", {
      hint: `check ${setting}`,
      cause,
    });
  }
}

function wrong(message: string, hint: string): InputError {
  return new InputError("CLOUD_SETTINGS_INVALID", message, { hint });
}
