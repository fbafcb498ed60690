// The only place where registry hosts are parsed and compared. Grammar: [http[s]://]HOST[:PORT][/PATH][?QUERY][#FRAGMENT], HOST a
// DNS name (RFC 1123 section 2.1), IPv4 or [IPv6] (RFC 3986 section 3.2.2): the spellings of docker, podman, oras, OpenTofu and Scalr.
import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

/** Longest text that is looked at; Scalr takes registry URLs of up to 512 characters. */
const maxTextLength = 2048;
/** Longest DNS name, RFC 1035 section 2.3.4. */
const maxHostnameLength = 253;
const maxPort = 65_535;
const defaultPorts = { https: 443, http: 80 } as const;

/** The host that serves Docker Hub's registry API; all other spellings of Docker Hub mean it. */
export const dockerHubHost = "registry-1.docker.io";
export const dockerHubSpellings: ReadonlySet<string> = new Set([
  "docker.io",
  "index.docker.io",
  "registry.hub.docker.com",
  "www.docker.io",
  dockerHubHost,
]);

/** No underscore: it is not allowed in host names, and in names of environment variables it stands for a dot. */
const label = /^(?!-)[a-zA-Z0-9-]{1,63}(?<!-)$/;
/** Last labels that URL parsers read as a number and so as an IPv4 address; WHATWG URL section 3.5, "ends in a number". */
const numericLabel = /^(?:\d+|0x[0-9a-f]*)$/;
const authorityPattern = /^(?<host>\[[^\]]*\]|[^:[\]]*)(?::(?<port>.*))?$/s;
const portPattern = /^[1-9]\d{0,4}$/;

export type RegistryScheme = "https" | "http";

/** A registry's host and port in normal form: lower case, no trailing dot, IPv6 in brackets, no default port. */
export interface RegistryHost {
  /** `HOST` or `HOST:PORT`; equal hosts have equal values. */
  readonly value: string;
  /** Host alone, IPv6 without brackets. */
  readonly hostname: string;
  /** Undefined for the default port of the scheme. */
  readonly port: number | undefined;
  readonly scheme: RegistryScheme;
  /** `https://HOST[:PORT]`, Scalr's normal form of a registry URL. */
  readonly url: string;
  /**
   * What credentials are filed under: Docker Hub's spellings fold into `registry-1.docker.io`, any other host is its `value`.
   * Plain http without a port is `HOST:80`, so that it never gets what belongs to https.
   */
  readonly credentialKey: string;
}

/**
 * Reads any spelling of a registry's address; a path, query or fragment is dropped.
 * @throws InputError INVALID_REGISTRY_HOST when there is user info, another scheme, or no valid host
 */
export function parseRegistryHost(text: string): RegistryHost {
  const trimmed = text.trim();
  if (trimmed.length > maxTextLength) {
    throw invalid(`registry host is too long, got ${trimmed.length} characters`, `at most ${maxTextLength}`);
  }
  const { scheme, rest } = splitScheme(trimmed);
  const authority = rest.split(/[/?#]/, 1)[0] ?? "";
  refuseUserInfo(authority, trimmed);
  const parts = authorityPattern.exec(authority)?.groups;
  if (parts === undefined) throw notValid(authority);
  const hostname = parseHostname(parts["host"] ?? "", authority);
  return makeHost(scheme, hostname, parsePort(parts["port"], scheme));
}

/** As parseRegistryHost, but undefined where that throws. */
export function findRegistryHost(text: string): RegistryHost | undefined {
  try {
    return parseRegistryHost(text);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** True when both name the same registry origin. Hosts are compared whole, never by suffix. */
export function isSameRegistryHost(one: RegistryHost, other: RegistryHost): boolean {
  return one.value === other.value && one.scheme === other.scheme;
}

/** True for every spelling of Docker Hub. */
export function isDockerHub(host: RegistryHost): boolean {
  return host.credentialKey === dockerHubHost;
}

function splitScheme(text: string): { scheme: RegistryScheme; rest: string } {
  const match = /^([a-z][a-z0-9+.-]{0,31}):\/\/(.*)$/is.exec(text);
  if (match === null) return { scheme: "https", rest: text };
  const scheme = match[1]?.toLowerCase() ?? "";
  const rest = match[2] ?? "";
  if (scheme === "https" || scheme === "http") return { scheme, rest };
  const host = rest.includes("@") ? undefined : findRegistryHost(rest);
  throw invalid(`registry host has the scheme ${scheme}`, "https:// or no scheme", host && `use ${host.value}`);
}

/** A password may hold any of `/?#`, so an @ anywhere before the path's first digest or tag is suspected. */
function refuseUserInfo(authority: string, text: string): void {
  const beforeDigest = text.split(/@sha(?:256|512):/, 1)[0] ?? "";
  if (!authority.includes("@") && !beforeDigest.includes("@")) return;
  throw invalid(
    "registry host carries user info",
    "a host without USER:PASSWORD@",
    "leave USER:PASSWORD@ out of the address and give them separately",
  );
}

function parseHostname(written: string, authority: string): string {
  if (written.startsWith("[")) return parseIpv6(written.slice(1, -1), authority);
  const name = written.replace(/\.$/, "");
  // Checked before the case is folded: other letters have an ASCII lower case too (U+212A becomes k).
  if (name.length > maxHostnameLength || !name.split(".").every((part) => label.test(part))) throw notValid(authority);
  const hostname = name.toLowerCase();
  if (numericLabel.test(hostname.split(".").at(-1) ?? "") && !isIPv4(hostname)) {
    throw invalid(
      `registry host is not an IPv4 address, got ${printable(authority)}`,
      "four decimal numbers from 0 to 255",
    );
  }
  return hostname;
}

function parseIpv6(address: string, authority: string): string {
  if (isIPv6(address) && !address.includes("%")) return new URL(`http://[${address}]/`).hostname.slice(1, -1);
  throw invalid(`registry host is not an IPv6 address, got ${printable(authority)}`, "[ADDRESS][:PORT]");
}

function parsePort(written: string | undefined, scheme: RegistryScheme): number | undefined {
  if (written === undefined) return undefined;
  const port = Number(written);
  if (!portPattern.test(written) || port > maxPort) {
    throw invalid(`registry port is not valid, got ${quoted(written)}`, `a port from 1 to ${maxPort}`);
  }
  return port === defaultPorts[scheme] ? undefined : port;
}

function makeHost(scheme: RegistryScheme, hostname: string, port: number | undefined): RegistryHost {
  const bracketed = hostname.includes(":") ? `[${hostname}]` : hostname;
  const value = port === undefined ? bracketed : `${bracketed}:${port}`;
  return {
    value,
    hostname,
    port,
    scheme,
    url: `${scheme}://${value}`,
    credentialKey: credentialKeyOf(scheme, value, port),
  };
}

function credentialKeyOf(scheme: RegistryScheme, value: string, port: number | undefined): string {
  if (scheme === "http" && port === undefined) return `${value}:${defaultPorts.http}`;
  return dockerHubSpellings.has(value) ? dockerHubHost : value;
}

function notValid(authority: string): InputError {
  return invalid(`registry host is not valid, got ${quoted(authority)}`, "HOST[:PORT]", hintFor(authority));
}

/** The right spelling of a bare IPv6 address and of an international name. */
function hintFor(authority: string): string | undefined {
  if (isIPv6(authority)) return `use [${authority}]`;
  const ascii = /[^\u0000-\u007f]/.test(authority) ? domainToASCII(authority) : "";
  return ascii !== "" && findRegistryHost(ascii) !== undefined
    ? `use ${ascii} if that is the host you mean`
    : undefined;
}

function quoted(text: string): string {
  return text === "" ? "nothing" : printable(text);
}

function invalid(message: string, expected: string, hint?: string): InputError {
  return new InputError("INVALID_REGISTRY_HOST", `${message}, expected ${expected}`, { expected, hint });
}
