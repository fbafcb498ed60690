// Whose access token Google is asked for: Application Default Credentials, in the order of google.aip.dev/auth/4110.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { findHome } from "../places.ts";
import { parseObject } from "./cloud-request.ts";
import { isOnCloud } from "./machine-vendor.ts";

export type GoogleIdentity =
  | {
      readonly kind: "service_account";
      readonly file: string;
      readonly email: string;
      readonly privateKey: Secret;
      readonly keyId: string;
    }
  | {
      readonly kind: "authorized_user";
      readonly file: string;
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly refreshToken: Secret;
    }
  | { readonly kind: "external_account"; readonly file: string; readonly settings: ExternalAccount }
  | { readonly kind: "metadata"; readonly file: undefined; readonly host: string };

/** Workload identity federation; google.aip.dev/auth/4117. */
export interface ExternalAccount {
  readonly audience: string;
  readonly subjectTokenType: string;
  readonly tokenUrl: string;
  readonly impersonationUrl: string | undefined;
  /** Where the subject token is read. */
  readonly source: Readonly<Record<string, unknown>>;
}

const variable = "GOOGLE_APPLICATION_CREDENTIALS";
const defaultMetadataHost = "metadata.google.internal";

/** @throws InputError CLOUD_SETTINGS_INVALID for a file that is named and cannot be used */
export function findGoogleIdentity(environment: Environment): GoogleIdentity | undefined {
  const named = environment[variable];
  if (named) return readIdentity(named, true);
  const wellKnown = wellKnownFile(environment);
  const identity = wellKnown === undefined ? undefined : readIdentity(wellKnown, false);
  if (identity !== undefined) return identity;
  const metadataHost = environment["GCE_METADATA_HOST"];
  if (metadataHost) return { kind: "metadata", file: undefined, host: metadataHost };
  return isOnCloud("google") ? { kind: "metadata", file: undefined, host: defaultMetadataHost } : undefined;
}

/** The files that decide about the identity, whether they are there or not. */
export function googleIdentityFiles(environment: Environment): string[] {
  return [environment[variable] || wellKnownFile(environment)].filter((file) => file !== undefined);
}

function wellKnownFile(environment: Environment): string | undefined {
  const home = findHome(environment);
  const directory = environment["CLOUDSDK_CONFIG"] || (home && join(home, ".config", "gcloud"));
  return directory ? join(directory, "application_default_credentials.json") : undefined;
}

function readIdentity(file: string, isNamed: boolean): GoogleIdentity | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    if (isNamed) throw wrong(`${variable} names a file that cannot be read`);
    return undefined;
  }
  const document = parseObject(text);
  if (document === undefined) throw wrong("Google's credentials file is no JSON object");
  return decode(file, document);
}

function decode(file: string, document: Readonly<Record<string, unknown>>): GoogleIdentity {
  const field = (name: string): string => {
    const value = document[name];
    if (typeof value === "string" && value !== "") return value;
    throw wrong(`Google's credentials file has no ${name}`);
  };
  switch (document["type"]) {
    case "service_account":
      return {
        kind: "service_account",
        file,
        email: field("client_email"),
        privateKey: new Secret(field("private_key")),
        keyId: field("private_key_id"),
      };
    case "authorized_user":
      return {
        kind: "authorized_user",
        file,
        clientId: field("client_id"),
        clientSecret: new Secret(field("client_secret")),
        refreshToken: new Secret(field("refresh_token")),
      };
    case "external_account": {
      const source = document["credential_source"];
      const impersonationUrl = document["service_account_impersonation_url"];
      const settings = {
        audience: field("audience"),
        subjectTokenType: field("subject_token_type"),
        tokenUrl: field("token_url"),
        impersonationUrl: typeof impersonationUrl === "string" ? impersonationUrl : undefined,
        source: typeof source === "object" && source !== null ? (source as Record<string, unknown>) : {},
      };
      return { kind: "external_account", file, settings };
    }
    default:
      throw wrong(
        "Google's credentials file has a type that is not supported, expected service_account, authorized_user or external_account",
      );
  }
}

function wrong(message: string): InputError {
  return new InputError("CLOUD_SETTINGS_INVALID", message, {
    path: variable,
    hint: `gcloud auth application-default login, or correct ${variable}`,
  });
}
