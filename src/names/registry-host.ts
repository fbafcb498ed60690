// The only place where registry hosts are parsed and compared. Grammar: [http[s]://]HOST[:PORT][/PATH], HOST a DNS name,
// IPv4 or [IPv6]; RFC 3986 section 3.2, and the spellings of docker, podman, oras, OpenTofu and Scalr.
import { isIPv4, isIPv6 } from "node:net";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

/** Longest DNS name, RFC 1035 section 2.3.4. */
const maxHostLength = 253;
const maxPort = 65_535;
const httpsPort = 443;
const httpPort = 80;

/** The host that serves Docker Hub's registry API; all other spellings of Docker Hub mean it. */
export const dockerHubHost = "registry-1.docker.io";
const dockerHubSpellings = new Set(["docker.io", "index.docker.io", "registry.hub.docker.com", "www.docker.io", dockerHubHost]);

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const authority = /^(?<host>\[[^\]]*\]|[^:[\]]*)(?::(?<port>\d*))?$/;

/** A registry's host and port in normal form: lower case, no trailing dot, IPv6 in brackets, no default port. */
export interface RegistryHost {
  /** `HOST` or `HOST:PORT`; equal hosts have equal values. */
  readonly value: string;
  /** Host alone, IPv6 without brackets. */
  readonly hostname: string;
  /** Undefined for the default port of the scheme. */
  readonly port: number | undefined;
  readonly scheme: "https" | "http";
  /** `https://HOST[:PORT]`, Scalr's normal form of a registry URL. */
  readonly url: string;
  /** What credentials are filed under: Docker Hub's spellings fold into `registry-1.docker.io`, any other host is its `value`. */
  readonly credentialKey: string;
}

/**
 * Reads any spelling of a registry's address; a path, query or fragment is dropped.
 * @throws InputError INVALID_REGISTRY_HOST when there is user info, another scheme, or no valid host
 */
export function parseRegistryHost(text: string): RegistryHost {
  const trimmed = text.trim();
  const { scheme, rest } = splitScheme(trimmed);
  const end = rest.search(/[/?#\\]/);
  const written = end === -1 ? rest : rest.slice(0, end);
  if (written.includes("@")) {
    throw invalidHost("registry host carries user info", "a host without USER:PASSWORD@", "give the user name and password as properties of their own");
  }
  const parts = authority.exec(written)?.groups;
  if (parts === undefined) throw invalidHost(`registry host is not valid, got ${printable(trimmed)}`, "HOST[:PORT]");
  const hostname = normalizeHostname(parts["host"] ?? "", trimmed);
  const port = normalizePort(parts["port"], scheme, trimmed);
  return makeHost(scheme, hostname, port);
}

/** As parseRegistryHost, but undefined where that throws. */
export function findRegistryHost(text: string): RegistryHost | undefined {
  try {
    return parseRegistryHost(text);
  } catch {
    return undefined;
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

function splitScheme(text: string): { scheme: "https" | "http"; rest: string } {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text);
  if (match === null) return { scheme: "https", rest: text };
  const scheme = match[1]?.toLowerCase();
  if (scheme === "https" || scheme === "http") return { scheme, rest: match[2] ?? "" };
  const hint = scheme === "oci" ? "leave out oci:// and the repository" : undefined;
  throw invalidHost(`registry host has the scheme ${printable(scheme ?? "")}`, "https:// or no scheme", hint);
}

function normalizeHostname(written: string, text: string): string {
  if (written.startsWith("[")) {
    const address = written.slice(1, -1);
    if (isIPv6(address) && !address.includes("%")) return new URL(`http://[${address}]/`).hostname.slice(1, -1);
    throw invalidHost(`registry host is not an IPv6 address, got ${printable(text)}`, "[ADDRESS][:PORT]");
  }
  const hostname = written.toLowerCase().replace(/\.$/, "");
  const valid = hostname.length <= maxHostLength && hostname.split(".").every((part) => label.test(part));
  if (!valid) throw invalidHost(`registry host is not valid, got ${printable(text)}`, "HOST[:PORT]");
  if (/^[\d.]+$/.test(hostname) && !isIPv4(hostname)) {
    throw invalidHost(`registry host is not an IPv4 address, got ${printable(text)}`, "four decimal numbers from 0 to 255");
  }
  return hostname;
}

function normalizePort(written: string | undefined, scheme: "https" | "http", text: string): number | undefined {
  if (written === undefined) return undefined;
  const port = Number(written);
  if (written === "" || port < 1 || port > maxPort) {
    throw invalidHost(`registry port is not valid, got ${printable(text)}`, `a port from 1 to ${maxPort}`);
  }
  return port === (scheme === "https" ? httpsPort : httpPort) ? undefined : port;
}

function makeHost(scheme: "https" | "http", hostname: string, port: number | undefined): RegistryHost {
  const bracketed = hostname.includes(":") ? `[${hostname}]` : hostname;
  const value = port === undefined ? bracketed : `${bracketed}:${port}`;
  const credentialKey = dockerHubSpellings.has(value) ? dockerHubHost : value;
  return { value, hostname, port, scheme, url: `${scheme}://${value}`, credentialKey };
}

function invalidHost(message: string, expected: string, hint?: string): InputError {
  return new InputError("INVALID_REGISTRY_HOST", `${message}, expected ${expected}`, { expected, hint });
}
