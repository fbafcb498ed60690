// Which proxy a TLS connection goes through: HTTPS_PROXY and NO_PROXY as Go programs read them (golang.org/x/net/http/httpproxy).
import { BlockList, isIP } from "node:net";
import type { Environment } from "./env.ts";
import { InputError } from "./errors.ts";

const variable = "HTTPS_PROXY";

/**
 * The proxy for a server, or undefined for a direct connection. This machine itself is never reached through one.
 * @param host name or address, IPv6 without brackets, in lower case
 * @throws InputError INVALID_ARGUMENT when HTTPS_PROXY names no http or https proxy
 */
export function findProxy(host: string, port: number, environment: Environment): URL | undefined {
  const text = readVariable(environment, variable);
  if (text === "" || isThisMachine(host)) return undefined;
  const exceptions = readVariable(environment, "NO_PROXY").split(",");
  const isDirect = exceptions.some((exception) => isException(exception.trim().toLowerCase(), host, String(port)));
  return isDirect ? undefined : parseProxy(text);
}

/** The upper-case name first, as Go does. */
function readVariable(environment: Environment, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || "";
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** `*`, `10.0.0.0/8`, `10.0.0.1[:PORT]`, `example.com[:PORT]` with all below it, `.example.com` or `*.example.com` below it only. */
function isException(exception: string, host: string, port: string): boolean {
  if (exception === "*") return true;
  if (exception === "") return false;
  if (exception.includes("/")) return isInNetwork(host, exception);
  const { name, wantedPort } = splitPort(exception);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isIP(name) !== 0) return isSameAddress(host, name);
  const below = name.replace(/^\*\./, ".");
  return below.startsWith(".") ? host.endsWith(below) : host === below || host.endsWith(`.${below}`);
}

function splitPort(exception: string): { name: string; wantedPort: string | undefined } {
  if (isIP(exception) === 6) return { name: exception, wantedPort: undefined };
  const { name = exception, port } = /^\[?(?<name>[^\]]*?)\]?(?::(?<port>\d+))?$/.exec(exception)?.groups ?? {};
  return { name, wantedPort: port };
}

function isInNetwork(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  const version = isIP(address);
  const prefix = Number(bits);
  if (version === 0 || isIP(host) !== version || !/^\d{1,3}$/.test(bits) || prefix > (version === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family(version));
  return list.check(host, family(version));
}

/** An IPv6 address has many spellings. */
function isSameAddress(host: string, address: string): boolean {
  const version = isIP(address);
  if (isIP(host) !== version) return false;
  const list = new BlockList();
  list.addAddress(address, family(version));
  return list.check(host, family(version));
}

function family(version: number): "ipv4" | "ipv6" {
  return version === 4 ? "ipv4" : "ipv6";
}

/** The proxy's address may hold its password, so it is never repeated. */
function parseProxy(text: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  const got = url === undefined ? "a text that is no URL" : `the scheme ${url.protocol.slice(0, -1)}`;
  throw new InputError("INVALID_ARGUMENT", `${variable} cannot be used, got ${got}, expected http://HOST:PORT`, {
    path: variable,
    hint: `correct ${variable}, or list the host in NO_PROXY`,
  });
}
