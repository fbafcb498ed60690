// A gRPC server over node:http2, as far as plugin hosts need it; github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";

/** The status codes that the bridge answers with; grpc/doc/statuscodes.md. */
export const grpcStatus = { ok: 0, invalidArgument: 3, resourceExhausted: 8, unimplemented: 12, internal: 13 } as const;

/** Ends a call with this status instead of a reply. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** One request, one reply. Both without the gRPC prefix; the reply in pieces. */
export interface UnaryMethod {
  readonly kind: "unary";
  readonly handle: (request: Uint8Array) => Promise<readonly Uint8Array[]>;
  /** Called when the reply is out and the stream closed. */
  readonly done?: () => void;
}

/** One request, any number of replies. */
export interface StreamMethod {
  readonly kind: "stream";
  readonly handle: (request: Uint8Array) => AsyncIterable<readonly Uint8Array[]>;
}

/** A stream that is opened, stays open and never says anything. */
export interface IdleMethod {
  readonly kind: "idle";
}

export type Method = UnaryMethod | StreamMethod | IdleMethod;

/** Methods by path, such as `/tfplugin6.Provider/ReadResource`. */
export type Methods = ReadonlyMap<string, Method>;

export interface GrpcTls {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Only a client with this certificate is served. */
  readonly clientCertificatePem: string;
}

export interface GrpcServerOptions {
  readonly methods: Methods;
  readonly tls?: GrpcTls | undefined;
  /** Called whenever a connection has begun or ended, with their number. */
  readonly onSessions?: (count: number) => void;
  /** The largest request, in bytes. */
  readonly maxMessageBytes?: number;
}

/** What one connection may hold in memory, in megabytes; node:http2's 10 break a reply of 16 MB. */
const maxSessionMemoryMb = 256;
/** The largest request: far above the 64 MB of a schema reply that hosts accept, far below what would fill a machine. */
const defaultMaxMessageBytes = 256 * 1024 * 1024;
/** Flow control windows: large enough that a value of megabytes does not wait for round trips. */
const streamWindowBytes = 1024 * 1024;
const sessionWindowBytes = 16 * 1024 * 1024;
/** Calls at once on one connection; hosts make ten, unless -parallelism says more. */
const maxConcurrentStreams = 1000;
/** Hosts send a dozen headers of a few hundred bytes. Clients are told so; who does not listen is refused at 64 KB or 128 headers by node:http2. */
const maxHeaderListBytes = 16 * 1024;

/** The length prefix of a message: a flag for compression and four bytes. */
const prefixBytes = 5;

export interface GrpcServer {
  readonly listener: Http2Server;
  /** Ends every connection and stops listening. */
  close(): void;
}

/** A server that is not listening yet. No error of a connection gets out of it: hosts end connections as they like. */
export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const settings = {
    initialWindowSize: streamWindowBytes,
    maxConcurrentStreams,
    maxHeaderListSize: maxHeaderListBytes,
  };
  const common = { settings, maxSessionMemory: maxSessionMemoryMb };
  const server =
    options.tls === undefined ? createServer(common) : createSecureServer({ ...common, ...tlsOptions(options.tls) });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("error", ignore);
    session.once("close", () => {
      sessions.delete(session);
      options.onSessions?.(sessions.size);
    });
    session.setLocalWindowSize(sessionWindowBytes);
    options.onSessions?.(sessions.size);
  });
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    serve(stream, headers, { maxMessageBytes: defaultMaxMessageBytes, ...options }).catch(() =>
      stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    );
  });
  for (const event of ["sessionError", "tlsClientError", "clientError"]) server.on(event, ignore);
  const close = () => {
    server.close();
    for (const session of sessions) session.destroy();
  };
  return { listener: server, close };
}

function tlsOptions(tls: GrpcTls) {
  return {
    key: tls.privateKeyPem,
    cert: tls.certificatePem,
    ca: tls.clientCertificatePem,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    allowHTTP1: false,
  } as const;
}

function ignore(): void {
  // A connection that ended badly has ended; its calls go on and their replies go nowhere.
}

type ServeOptions = Pick<GrpcServerOptions, "methods"> & { readonly maxMessageBytes: number };

async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: ServeOptions): Promise<void> {
  stream.on("error", ignore);
  const method = options.methods.get(headers[":path"] ?? "");
  if (!(headers["content-type"] ?? "").startsWith("application/grpc")) {
    stream.respond({ ":status": 415 }, { endStream: true });
    return;
  }
  try {
    if (method === undefined) throw new GrpcError(grpcStatus.unimplemented, "unknown method");
    if (method.kind === "idle") openIdle(stream);
    else if (method.kind === "stream") await serveStream(stream, method, options);
    else await serveUnary(stream, method, options);
  } catch (thrown) {
    sendStatus(stream, thrown);
  }
}

function openIdle(stream: ServerHttp2Stream): void {
  stream.respond(replyHeaders, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(grpcStatus.ok) }));
  // Whoever opened it ends it; what comes on it is of no use.
  stream.on("end", () => stream.end()).resume();
}

async function serveUnary(stream: ServerHttp2Stream, method: UnaryMethod, options: ServeOptions): Promise<void> {
  if (method.done !== undefined) stream.once("close", method.done);
  const reply = frame(await method.handle(await readMessage(stream, options.maxMessageBytes)));
  if (!isOpen(stream)) return;
  beginReply(stream);
  stream.end(reply);
}

async function serveStream(stream: ServerHttp2Stream, method: StreamMethod, options: ServeOptions): Promise<void> {
  const request = await readMessage(stream, options.maxMessageBytes);
  for await (const reply of method.handle(request)) {
    if (!isOpen(stream)) return;
    if (!stream.headersSent) beginReply(stream);
    // A slow reader is waited for, so that replies do not pile up here.
    if (!stream.write(frame(reply))) await drained(stream);
  }
  if (!isOpen(stream)) return;
  if (!stream.headersSent) beginReply(stream);
  stream.end();
}

const replyHeaders = { ":status": 200, "content-type": "application/grpc" };

function beginReply(stream: ServerHttp2Stream): void {
  stream.respond(replyHeaders, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(grpcStatus.ok) }));
}

function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed;
}

async function drained(stream: ServerHttp2Stream): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.once("drain", resolve).once("close", resolve);
  });
}

function sendStatus(stream: ServerHttp2Stream, thrown: unknown): void {
  if (!isOpen(stream)) return;
  if (stream.headersSent) {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return;
  }
  const status = thrown instanceof GrpcError ? thrown.status : grpcStatus.internal;
  // Text of other errors could hold what nobody should read.
  const text = thrown instanceof GrpcError ? thrown.message : "internal error";
  const trailers = { "grpc-status": String(status), "grpc-message": encodeURIComponent(text) };
  stream.respond({ ...replyHeaders, ...trailers }, { endStream: true });
  // What the client still sends is not wanted.
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}

/** The one message of a request. */
async function readMessage(stream: ServerHttp2Stream, maxBytes: number): Promise<Uint8Array> {
  const body = await readBody(stream, prefixBytes + maxBytes);
  if (body.length < prefixBytes) throw new GrpcError(grpcStatus.internal, "the request ends inside its prefix");
  const length = body.readUInt32BE(1);
  if (body[0] !== 0) throw new GrpcError(grpcStatus.unimplemented, "compressed requests are not supported");
  if (body.length < prefixBytes + length)
    throw new GrpcError(grpcStatus.internal, "the request ends inside its message");
  if (body.length > prefixBytes + length)
    throw new GrpcError(grpcStatus.internal, "the request has more than one message");
  return body.subarray(prefixBytes);
}

async function readBody(stream: ServerHttp2Stream, maxBytes: number): Promise<Buffer> {
  return await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else {
        // What has come is let go and the rest is not read.
        chunks.length = 0;
        stream.pause();
        reject(new GrpcError(grpcStatus.resourceExhausted, `the request is larger than ${maxBytes} bytes`));
      }
    });
    stream.once("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    stream.once("close", () => reject(new GrpcError(grpcStatus.internal, "the request was cut off")));
  });
}

function frame(pieces: readonly Uint8Array[]): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(
    pieces.reduce((sum, piece) => sum + piece.length, 0),
    1,
  );
  return Buffer.concat([prefix, ...pieces]);
}
