// Bearer tokens for a registry; Docker's "Token Authentication Specification", the realm rules as in oras-go since 2.6.1.
import { BlockList, isIP, isIPv4 } from "node:net";
import * as z from "zod";
import type { Credential } from "../base/credential.ts";
import { RemoteError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import type { Challenge } from "./challenge.ts";
import { type HttpResponse, readBody, type Transport } from "./transport.ts";

/** A token document holds one or two tokens; those of large organisations have some tens of KB. */
const maxTokenDocumentBytes = 1024 * 1024;
/** What the specification gives a token that does not say how long it lives. */
const defaultLifetimeSeconds = 60;
/** A token is not used in its last seconds: it would end on the way. */
const marginSeconds = 5;

const tokenDocument = z
  .object({
    token: z.string().min(1).optional(),
    access_token: z.string().min(1).optional(),
    expires_in: z.number().positive().optional(),
  })
  .refine((document) => document.token !== undefined || document.access_token !== undefined);

export interface BearerToken {
  readonly value: string;
  /** After this the token is asked for anew. */
  readonly usableUntilMs: number;
}

export interface TokenQuery {
  readonly host: RegistryHost;
  readonly challenge: Challenge;
  readonly scopes: readonly string[];
  /** Without one the token is an anonymous caller's. */
  readonly credential: Credential | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the challenge's realm for a token.
 * @returns the token, or the reply when the realm gave none
 * @throws RemoteError REGISTRY_REALM_REFUSED, REGISTRY_PROTOCOL_BROKEN; what the transport throws
 */
export async function requestToken(
  transport: Transport,
  query: TokenQuery,
  nowMs: number,
): Promise<BearerToken | HttpResponse> {
  const url = parseRealm(query.challenge.parameters.get("realm"), query.host);
  const service = query.challenge.parameters.get("service");
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of query.scopes) url.searchParams.append("scope", scope);
  const headers: Record<string, string> = { accept: "application/json" };
  if (query.credential !== undefined) headers["authorization"] = basicAuthorization(query.credential);
  const response = await transport.send({ method: "GET", url, headers, signal: query.signal });
  if (response.status !== 200) return response;
  return parseToken(await readBody(response, url.host, maxTokenDocumentBytes), url.host, nowMs);
}

/** The value of an Authorization header; RFC 7617. */
export function basicAuthorization({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`;
}

/**
 * Where a registry wants its tokens to be asked for.
 * @throws RemoteError REGISTRY_REALM_REFUSED unless it is https, without user info, and not on a private address or this
 *   machine, except under the registry's own name
 */
export function parseRealm(realm: string | undefined, host: RegistryHost): URL {
  if (realm === undefined || !URL.canParse(realm)) throw refused(host, "it is not a URL");
  const url = new URL(realm);
  if (url.protocol !== "https:") throw refused(host, "it is not https");
  if (url.username !== "" || url.password !== "") throw refused(host, "it carries user info");
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  if (hostname !== host.hostname && isPrivateName(hostname)) {
    throw refused(host, `${printable(hostname)} is a private address and not the registry's own name`);
  }
  url.hash = "";
  return url;
}

const privateAddresses = createPrivateAddresses();

function isPrivateName(hostname: string): boolean {
  if (isIP(hostname) === 0) return hostname === "localhost" || hostname.endsWith(".localhost");
  return privateAddresses.check(hostname, isIPv4(hostname) ? "ipv4" : "ipv6");
}

/** Unspecified, loopback, link-local, private and shared addresses; RFC 6890. */
function createPrivateAddresses(): BlockList {
  const list = new BlockList();
  const networks = [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
  ] as const;
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, "ipv4");
  list.addSubnet("::", 127, "ipv6");
  list.addSubnet("fc00::", 7, "ipv6");
  list.addSubnet("fe80::", 10, "ipv6");
  return list;
}

function parseToken(body: Buffer, realmHost: string, nowMs: number): BearerToken {
  const document = tokenDocument.safeParse(parseJson(body));
  const value = document.data?.token ?? document.data?.access_token;
  // A token that a header cannot hold would make the next request fail in an unclear way.
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value)) {
    throw new RemoteError(
      "REGISTRY_PROTOCOL_BROKEN",
      `${realmHost} did not answer with a token, expected a JSON token document`,
    );
  }
  const lifetimeSeconds = document.data?.expires_in ?? defaultLifetimeSeconds;
  return { value, usableUntilMs: nowMs + Math.max(0, lifetimeSeconds - marginSeconds) * 1000 };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function refused(host: RegistryHost, reason: string): RemoteError {
  return new RemoteError(
    "REGISTRY_REALM_REFUSED",
    `${host.value} names a token realm that gets no credential: ${reason}`,
    {
      hint: "the registry's operator must announce an https realm under a public name or the registry's own name",
    },
  );
}
