// A cloud's registry under its real name: Debian's docker-registry in token mode behind a front that trades the cloud's login for the
// registry's own tokens, and the cloud's services beside it. A proxy leads every name to the front.
import { createServer, type Server } from "node:https";
import { type IncomingMessage, request as requestPlain, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authority, ServerCertificate } from "./authority.ts";
import { type ConnectProxy, startConnectProxy } from "./connect-proxy.ts";
import { type DockerRegistry, startDockerRegistry } from "./docker-registry.ts";
import type { ScriptedReply, ScriptedRequest } from "./scripted-server.ts";
import { signRegistryToken } from "./token-server.ts";

export interface CloudRegistryOptions {
  readonly authority: Authority;
  /** The registry's host, such as `acme.azurecr.io`. */
  readonly host: string;
  /** Path of its token service. */
  readonly tokenPath: string;
  /** Names of the cloud's other services. */
  readonly services: readonly string[];
  /** Answers for the token path and the other services; undefined for what is the registry's. */
  readonly answer: (request: CloudRequest) => ScriptedReply | undefined;
}

export interface CloudRequest extends ScriptedRequest {
  readonly host: string;
  readonly pathname: string;
  /** Of the query and, when it is one, of the form in the body. */
  readonly fields: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  /** Of a Basic header. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  /** A token that the registry takes. */
  readonly grant: (subject: string) => string;
}

export interface CloudRegistry extends AsyncDisposable {
  readonly host: string;
  readonly registry: DockerRegistry;
  /** SSL_CERT_FILE and HTTPS_PROXY, with which a client reaches it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly proxy: ConnectProxy;
}

export async function startCloudRegistry(options: CloudRegistryOptions): Promise<CloudRegistry> {
  const { authority, host, tokenPath, services } = options;
  const tokenService = { realm: `https://${host}${tokenPath}`, service: host, issuer: "scalr-oci-test-cloud" };
  const registry = await startDockerRegistry({ auth: "token", authority, tls: false, tokenService });
  const names = [host, ...services];
  const certificate = authority.issue(names);
  const front = createServer(
    { cert: certificate.certificatePem, key: certificate.privateKeyPem },
    (request, response) => {
      serve(request, response, { ...options, certificate, registry }).catch(() => response.destroy());
    },
  );
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  const { port } = front.address() as AddressInfo;
  const proxy = await startConnectProxy(Object.fromEntries(names.map((name) => [`${name}:443`, port])));
  return {
    host,
    registry,
    proxy,
    environment: { SSL_CERT_FILE: authority.certificateFile, HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1,localhost" },
    [Symbol.asyncDispose]: async () => {
      await proxy.stop();
      await close(front);
      await registry.stop();
    },
  };
}

type Front = CloudRegistryOptions & { readonly certificate: ServerCertificate; readonly registry: DockerRegistry };

async function serve(request: IncomingMessage, response: ServerResponse, front: Front): Promise<void> {
  const { host = "", "content-type": type = "" } = request.headers;
  // A module is not read into memory: only requests for a service have a form or nothing.
  const isOfRegistry = host === front.host && new URL(request.url ?? "", "https://x").pathname.startsWith("/v2/");
  const isService = !isOfRegistry || request.url?.startsWith(front.tokenPath) === true;
  const reply = isService ? front.answer(toCloudRequest(request, await readText(request), type, front)) : undefined;
  if (reply === undefined) return forward(request, response, front.registry.port);
  response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
  response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}));
}

function toCloudRequest(request: IncomingMessage, body: string, type: string, front: Front): CloudRequest {
  const { method = "", url = "", headers } = request;
  const { pathname, searchParams } = new URL(url, `https://${headers.host}`);
  const form = new URLSearchParams(type.startsWith("application/x-www-form-urlencoded") ? body : "");
  const scopes = [...searchParams.getAll("scope"), ...form.getAll("scope")].flatMap((scope) => scope.split(" "));
  const claims = { issuer: "scalr-oci-test-cloud", service: front.host, scopes: scopes.filter(Boolean) };
  return {
    method,
    url,
    headers,
    body,
    host: headers.host ?? "",
    pathname,
    fields: Object.fromEntries([...searchParams, ...form]),
    scopes: claims.scopes,
    login: loginOf(headers.authorization),
    grant: (subject) => signRegistryToken(front.certificate, { ...claims, subject }),
  };
}

function loginOf(authorization: string | undefined): CloudRequest["login"] {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [username = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { username, password: rest.join(":") };
}

/** The registry writes its own addresses by these headers. */
function forward(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const options = { host: "127.0.0.1", port, method, path: url, headers: { ...headers, "x-forwarded-proto": "https" } };
  const upstream = requestPlain(options, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  upstream.on("error", () => response.destroy());
  request.pipe(upstream);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
