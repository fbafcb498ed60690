// A TCP proxy on loopback that makes a server as far away as one wishes; TLS goes through it unread.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface LatencyProxy extends AsyncDisposable {
  readonly port: number;
  /** Time from a message to the answer to it; may be changed while nothing is under way. */
  roundTripMs: number;
  /** Connections that were opened up to now. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

/**
 * Starts one in front of a port on loopback. Every byte arrives half a round trip after it was sent. The first bytes of a
 * connection arrive a whole one later still: between distant machines that is what opening it takes.
 */
export async function startLatencyProxy(targetPort: number, roundTripMs: number): Promise<LatencyProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (client) => {
    connections += 1;
    const upstream = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    deliverLate(client, upstream, () => proxy.roundTripMs / 2, performance.now() + proxy.roundTripMs);
    deliverLate(upstream, client, () => proxy.roundTripMs / 2, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as AddressInfo;
  const proxy: LatencyProxy = {
    port,
    roundTripMs,
    connections: () => connections,
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return proxy;
}

/** @param openAtMs what is sent before the connection would be open waits until then */
function deliverLate(from: Socket, to: Socket, delayMs: () => number, openAtMs: number): void {
  let lastDueMs = 0;
  const later = (deliver: () => void): void => {
    const nowMs = performance.now();
    // Never earlier than what was sent before it.
    lastDueMs = Math.max(nowMs, openAtMs, lastDueMs - delayMs()) + delayMs();
    if (lastDueMs - nowMs < 1) deliver();
    else setTimeout(deliver, lastDueMs - nowMs);
  };
  from.on("data", (chunk) => later(() => to.write(chunk)));
  from.on("end", () => later(() => to.end()));
}
