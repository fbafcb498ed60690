// A token server for docker-registry's token authentication; distribution specification "Token Authentication".
import { randomUUID, sign, X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerCertificate } from "./authority.ts";

export interface TokenServerOptions {
  readonly certificate: ServerCertificate;
  /** Host name in the realm; it has to be the registry's own, else OpenTofu refuses a loopback realm. */
  readonly hostname: string;
  readonly username: string;
  readonly password: string;
  /** Refuses requests without a scope, as Harbor does. */
  readonly refuseScopeless?: boolean | undefined;
}

export interface TokenRequest {
  readonly method: string;
  readonly scopes: readonly string[];
  /** What the login was: none given, the right one, or another. */
  readonly login: "none" | "accepted" | "refused";
  readonly status: number;
}

export interface TokenServer {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** Requests answered, in order; no secret in them. */
  readonly requests: readonly TokenRequest[];
  stop(): Promise<void>;
}

const tokenLifetimeSeconds = 300;
const service = "scalr-oci-test-registry";
const issuer = "scalr-oci-test-issuer";

/** Starts it on a free loopback port, TLS with the given certificate; tokens are signed with the same key (`x5c`). */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  const { certificatePem, privateKeyPem } = options.certificate;
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (request, response) => {
    answer(options, request, response).then(
      (answered) => requests.push(answered),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { realm: `https://${options.hostname}:${port}/token`, service, issuer, requests, stop: () => close(server) };
}

async function answer(
  options: TokenServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<TokenRequest> {
  const form = await readForm(request);
  const scopes = form.getAll("scope").flatMap((scope) => scope.split(" ").filter(Boolean));
  const login = checkLogin(options, request, form);
  const refused = scopes.length === 0 && options.refuseScopeless === true;
  const status = login !== "accepted" ? 401 : refused ? 403 : 200;
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  if (status === 401) response.setHeader("www-authenticate", `Basic realm="${service}"`);
  response.end(JSON.stringify(status === 200 ? grant(options, scopes) : denial(status)));
  return { method: request.method ?? "", scopes, login, status };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const query = new URL(request.url ?? "/", "https://localhost").searchParams;
  let body = "";
  for await (const chunk of request) body += String(chunk);
  for (const [name, value] of new URLSearchParams(body)) query.append(name, value);
  return query;
}

function checkLogin(
  options: TokenServerOptions,
  request: IncomingMessage,
  form: URLSearchParams,
): TokenRequest["login"] {
  const wanted = `${options.username}:${options.password}`;
  const authorization = request.headers.authorization;
  if (form.get("grant_type") === "password") {
    return `${form.get("username")}:${form.get("password")}` === wanted ? "accepted" : "refused";
  }
  if (authorization === undefined) return "none";
  const given = Buffer.from(authorization.replace(/^Basic /i, ""), "base64").toString("utf8");
  return given === wanted ? "accepted" : "refused";
}

function grant(options: TokenServerOptions, scopes: readonly string[]): object {
  const token = signRegistryToken(options.certificate, { issuer, service, subject: options.username, scopes });
  const issued_at = new Date().toISOString();
  return { token, access_token: token, expires_in: tokenLifetimeSeconds, issued_at };
}

export interface RegistryTokenClaims {
  readonly issuer: string;
  readonly service: string;
  readonly subject: string;
  readonly scopes: readonly string[];
}

/** A token that docker-registry takes when it trusts the certificate's authority and is told the same issuer and service. */
export function signRegistryToken(
  certificate: ServerCertificate,
  { issuer: iss, service: aud, subject: sub, scopes }: RegistryTokenClaims,
): string {
  const now = Math.floor(Date.now() / 1000);
  return signToken(certificate, {
    iss,
    aud,
    sub,
    iat: now,
    // Clocks of one machine agree; the registry still compares whole seconds.
    nbf: now - 5,
    exp: now + tokenLifetimeSeconds,
    jti: randomUUID(),
    access: scopes.map(accessOf),
  });
}

/** `repository:acme/vpc:pull,push` as docker-registry wants it in the token; a name may hold colons of its own. */
function accessOf(scope: string): object {
  const first = scope.indexOf(":");
  const last = scope.lastIndexOf(":");
  return { type: scope.slice(0, first), name: scope.slice(first + 1, last), actions: scope.slice(last + 1).split(",") };
}

function denial(status: number): object {
  const code = status === 401 ? "UNAUTHORIZED" : "DENIED";
  return { errors: [{ code, message: status === 401 ? "login refused" : "a scope is required" }] };
}

function signToken(certificate: ServerCertificate, claims: object): string {
  const der = new X509Certificate(certificate.certificatePem).raw.toString("base64");
  const head = [{ typ: "JWT", alg: "ES256", x5c: [der] }, claims].map(encode).join(".");
  const signature = sign("sha256", Buffer.from(head), { key: certificate.privateKeyPem, dsaEncoding: "ieee-p1363" });
  return `${head}.${signature.toString("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
