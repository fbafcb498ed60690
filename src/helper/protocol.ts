// The words of the Docker credential helper protocol: what arrives on stdin, what leaves on stdout. Clients compare the texts
// exactly; docker/docker-credential-helpers, credentials/credentials.go and error.go.
import type { Credential } from "../base/credential.ts";
import { version } from "../base/version.ts";

/** Clients go on anonymously after this text with a non-zero exit, and after no other. */
export const notFoundText = "credentials not found in native keychain";
export const missingServerUrlText = "no credentials server URL";
export const missingUsernameText = "no credentials username";

export const usageText = "Usage: docker-credential-scalr <store|get|erase|list|version>";
export const versionText = `docker-credential-scalr (scalr-oci) ${version}`;

/** Cloud key files have 2 to 3 KiB; this is only a bound against abuse. */
export const maxInputBytes = 1024 * 1024;

/** What `get` and `erase` are given: one line; several are joined, as docker-credential-helpers does. */
export function readServerUrl(input: string): string {
  return input.replaceAll(/\r?\n/g, "").trim();
}

/** What `store` is given. */
export interface StoreRequest {
  readonly serverUrl: string;
  readonly username: string;
  readonly secret: string;
}

/** Reads the document of `store`; the names of the keys in any case, as Go's decoder does. @returns undefined when it is none */
export function parseStoreRequest(text: string): StoreRequest | undefined {
  const fields = new Map(Object.entries(parseObject(text) ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const [serverUrl, username, secret] = ["serverurl", "username", "secret"].map((name) => fields.get(name) ?? "");
  if (typeof serverUrl !== "string" || typeof username !== "string" || typeof secret !== "string") return undefined;
  return fields.size === 0 ? undefined : { serverUrl: serverUrl.trim(), username, secret };
}

/** The answer of `get`: exactly one document. @param tail as formatReplyTail makes it */
export function formatReply(serverUrl: string, tail: string): string {
  return `{"ServerURL":${JSON.stringify(serverUrl).slice(0, -1)}${tail}`;
}

/** Everything of the answer behind the server URL's value, its closing quote included; what is kept of an answer. */
export function formatReplyTail({ username, password }: Credential): string {
  return `","Username":${JSON.stringify(username)},"Secret":${JSON.stringify(password.reveal())}}`;
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
