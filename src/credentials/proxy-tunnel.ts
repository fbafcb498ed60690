// A way through a proxy to a TLS server; RFC 9110 section 9.3.6 (CONNECT).
import { request as requestPlain, type RequestOptions } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";

export interface TunnelOptions {
  readonly proxy: URL;
  /** `HOST:PORT` of the server behind it. */
  readonly target: string;
  readonly signal: AbortSignal | undefined;
  /** Certificate authorities for a proxy that speaks TLS itself. */
  readonly ca: ConnectionOptions["ca"];
}

/** The proxy answered, but did not open the way. */
export class TunnelRefused extends Error {
  override readonly name = "TunnelRefused";
  readonly status: number;

  constructor(status: number) {
    super("the proxy refused");
    this.status = status;
  }
}

/** Asks the proxy for a connection. @returns a socket whose other end is the target @throws TunnelRefused, or what the socket says */
export async function openTunnel({ proxy, target, signal, ca }: TunnelOptions): Promise<Socket> {
  const options: RequestOptions & Pick<ConnectionOptions, "ca"> = {
    method: "CONNECT",
    host: proxy.hostname.replace(/^\[|\]$/g, ""),
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
    ...(signal !== undefined && { signal }),
    ...(ca !== undefined && { ca }),
  };
  return await new Promise((resolve, reject) => {
    const outgoing = (proxy.protocol === "https:" ? requestTls : requestPlain)(options);
    outgoing.once("connect", (reply, socket) => {
      const { statusCode = 0 } = reply;
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      reject(new TunnelRefused(statusCode));
    });
    // A proxy that answers CONNECT as any other request is no proxy.
    outgoing.once("response", (reply) => {
      reply.destroy();
      reject(new TunnelRefused(reply.statusCode ?? 0));
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
}
