// The socket side: HTTP/1.1 and 2 over TLS, or plain HTTP/1.1; keeps idle connections longer than Go clients do and closes
// without cutting a request off.
import { createServer, type RequestListener, type Server } from "node:http";
import { createSecureServer, type Http2SecureServer, type Http2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { jsonApiMediaType } from "../api/documents.ts";

/** Go's clients keep a connection for 90 s; who closes first must not be the server. */
const keepAliveMs = 120_000;
/** Node's own: what the server waits beyond what it announced. */
const keepAliveBufferMs = 1_000;
/** A request that is not complete by then is an attack or a dead line; ours are small. */
const requestTimeoutMs = 60_000;
const headersTimeoutMs = 30_000;
const reapIntervalMs = 50;

export interface ServerCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export type HttpServer = Server | Http2SecureServer;

export interface HttpEndpoint {
  readonly server: HttpServer;
  /** Takes no new connections, lets requests in flight end, and cuts off what is left after the grace. */
  close(graceMs: number): Promise<void>;
}

/** @param certificate undefined for plain HTTP */
export function createHttpEndpoint(
  listener: RequestListener,
  certificate: ServerCertificate | undefined,
): HttpEndpoint {
  const sessions = new Set<Http2Session>();
  const sockets = new Set<Socket>();
  const server = certificate === undefined ? createServer(listener) : createTlsServer(listener, certificate, sessions);
  // The HTTP/1.1 half of an HTTP/2 server has these too, though its type does not say so. Without the buffer Node 22.19 computes
  // with undefined and dies of the first idle connection.
  Object.assign(server, {
    keepAliveTimeout: keepAliveMs,
    keepAliveTimeoutBuffer: keepAliveBufferMs,
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
  });
  server.on("clientError", answerMalformed);
  server.on("connection", (socket: Socket) => remember(sockets, socket));
  return { server, close: (graceMs) => closeGently(server, sessions, sockets, graceMs) };
}

function createTlsServer(
  listener: RequestListener,
  certificate: ServerCertificate,
  sessions: Set<Http2Session>,
): Http2SecureServer {
  const { certificatePem: cert, privateKeyPem: key } = certificate;
  const server = createSecureServer({ allowHTTP1: true, minVersion: "TLSv1.2", cert, key }, listener as never);
  server.on("session", (session) => {
    remember(sessions, session);
    session.setTimeout(keepAliveMs, () => session.close());
  });
  return server;
}

function remember<Closable extends Socket | Http2Session>(open: Set<Closable>, closable: Closable): void {
  open.add(closable);
  (closable as Socket).once("close", () => open.delete(closable));
}

/** What is no HTTP at all gets an answer of the same kind as everything else. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const isTooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const [status, title] = isTooLarge ? ["431", "Request Header Fields Too Large"] : ["400", "Bad Request"];
  const body = JSON.stringify({
    errors: [{ status, code: "INVALID_REQUEST", title, detail: "the request cannot be read" }],
  });
  const headers = `content-type: ${jsonApiMediaType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${headers}\r\n\r\n${body}`);
}

async function closeGently(
  server: HttpServer,
  sessions: ReadonlySet<Http2Session>,
  sockets: ReadonlySet<Socket>,
  graceMs: number,
): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  for (const session of sessions) session.close();
  // A connection becomes idle when its last reply is out; nobody would close it before its time.
  const reaper = setInterval(() => (server as Partial<Server>).closeIdleConnections?.(), reapIntervalMs);
  const cutOff = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
  await closed;
  clearInterval(reaper);
  clearTimeout(cutOff);
}
