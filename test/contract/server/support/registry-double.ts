// A TLS server on loopback that answers as a test says, and remembers who showed what: real redirects, real challenges.
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { ServerCertificate } from "../../../support/authority.ts";

export interface DoubleReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
}

export interface DoubleRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface RegistryDouble extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly DoubleRequest[];
  /** TCP connections so far, those without a request included. */
  connections(): number;
  /** Changes what it answers from now on. */
  answerWith(answer: (request: DoubleRequest) => DoubleReply): void;
  close(): Promise<void>;
}

export async function startRegistryDouble(
  certificate: ServerCertificate,
  answer: (request: DoubleRequest) => DoubleReply,
): Promise<RegistryDouble> {
  const requests: DoubleRequest[] = [];
  let current = answer;
  const server = createServer(
    { cert: certificate.certificatePem, key: certificate.privateKeyPem },
    (incoming, response) => {
      const request = { path: incoming.url ?? "", authorization: incoming.headers.authorization };
      requests.push(request);
      const { status, headers = {}, body = "", delayMs = 0 } = current(request);
      setTimeout(() => response.writeHead(status, headers).end(body), delayMs).unref();
    },
  );
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    answerWith: (next) => (current = next),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export const registryHeaders = { "docker-distribution-api-version": "registry/2.0" } as const;

/** A registry with Basic authentication that knows one login. */
export function basicRegistry(username: string, password: string): (request: DoubleRequest) => DoubleReply {
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return ({ authorization }) =>
    authorization === wanted
      ? { status: 200, headers: registryHeaders, body: "{}" }
      : { status: 401, headers: { ...registryHeaders, "www-authenticate": 'Basic realm="double"' } };
}
