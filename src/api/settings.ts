// Which management API to ask and with which token: what the caller was given, else the environment.
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";

export interface ManagementSettings {
  readonly hostname: string;
  /** What named the host, such as `SCALR_HOSTNAME`. */
  readonly hostnameSource: string;
  readonly token: Secret;
  /** What gave the token, such as `SCALR_TOKEN`; errors name it. */
  readonly tokenSource: string;
}

/** A setting that wins over the environment, and how its user knows it. */
export interface GivenSetting<Value> {
  readonly value: Value;
  readonly source: string;
}

export interface GivenSettings {
  readonly hostname?: GivenSetting<string> | undefined;
  readonly token?: GivenSetting<Secret> | undefined;
}

const variables = { hostname: "SCALR_HOSTNAME", token: "SCALR_TOKEN" } as const;

const missing = {
  hostname: {
    message: "the hostname of the management API is missing, expected HOST[:PORT]",
    hint: "set SCALR_HOSTNAME, such as acme.scalr.io; scalr-oci serve prints the line for a server of your own",
  },
  token: {
    message: "the token for the management API is missing, expected an access token",
    hint: "set SCALR_TOKEN to a token of a user or service account, or to one made by scalr-oci token create",
  },
} as const;

/** What is given and what the environment has; undefined where neither says anything. */
export function findManagementSettings(
  environment: Environment,
  given: GivenSettings = {},
): { readonly hostname?: GivenSetting<string>; readonly token?: GivenSetting<Secret> } {
  const hostname = given.hostname ?? fromVariable(environment, variables.hostname);
  const token = given.token ?? secretFromVariable(environment, variables.token);
  return { ...(hostname && { hostname }), ...(token && { token }) };
}

/** @throws InputError INVALID_ARGUMENT at `hostname` or `token`, whichever is missing first */
export function readManagementSettings(environment: Environment, given: GivenSettings = {}): ManagementSettings {
  const { hostname, token } = findManagementSettings(environment, given);
  if (hostname === undefined) throw missingSetting("hostname");
  if (token === undefined) throw missingSetting("token");
  return {
    hostname: hostname.value,
    hostnameSource: hostname.source,
    token: token.value,
    tokenSource: token.source,
  };
}

/**
 * What a header can carry and a token is made of; a line break or a blank in it comes from a wrong copy.
 * @throws InputError INVALID_ARGUMENT, without any of the token
 */
export function checkToken(token: Secret, source: string): void {
  if (/^[\u0021-\u007e]+$/.test(token.reveal())) return;
  throw new InputError("INVALID_ARGUMENT", `the token from ${source} has characters that no token has, expected none`, {
    path: "token",
    hint: "copy the token again, without blanks and line breaks",
  });
}

/** The error for a setting that nobody gave, at the path `hostname` or `token`. */
export function missingSetting(name: keyof typeof missing): InputError {
  const { message, hint } = missing[name];
  return new InputError("INVALID_ARGUMENT", message, { path: name, hint });
}

/** A variable that is set to nothing counts as not set. A line break at the end is what `$(cat FILE)` of other shells leaves. */
function fromVariable(environment: Environment, name: string): GivenSetting<string> | undefined {
  const value = environment[name]?.trim();
  return value === undefined || value === "" ? undefined : { value, source: name };
}

function secretFromVariable(environment: Environment, name: string): GivenSetting<Secret> | undefined {
  const found = fromVariable(environment, name);
  return found && { value: new Secret(found.value), source: found.source };
}
