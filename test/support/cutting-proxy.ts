// A TCP proxy on loopback that cuts connections when so many bytes have gone to the server; TLS goes through it unread.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Cuts the next connection that has sent this many bytes; may be called again for the one after it. */
  cutAfter(bytes: number): void;
  /** Connections that were cut. */
  readonly cuts: () => number;
  stop(): Promise<void>;
}

/** Starts one in front of a port on loopback. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const limits: number[] = [];
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(targetPort, "127.0.0.1");
    let sent = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    client.on("data", (chunk) => {
      sent += chunk.length;
      const limit = limits[0];
      if (limit === undefined || sent < limit) {
        if (!upstream.write(chunk)) client.pause();
        return;
      }
      limits.shift();
      cuts += 1;
      // What was sent before arrives; the rest does not.
      upstream.end();
      client.destroy();
    });
    upstream.on("drain", () => client.resume());
    upstream.pipe(client);
    client.on("end", () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (bytes) => void limits.push(bytes),
    cuts: () => cuts,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
