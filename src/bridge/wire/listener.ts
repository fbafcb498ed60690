// Where a provider listens: a unix socket in a private directory, or a loopback port where that cannot be.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TransientError } from "../../base/errors.ts";
import type { PortRange, ServerAddress } from "./handshake.ts";

export interface ListenOptions {
  readonly platform: NodeJS.Platform;
  readonly ports: PortRange;
  /** The system's directory for temporary files unless given. */
  readonly temporaryDirectory?: string | undefined;
}

/** An address in use. */
export interface Listening extends ServerAddress {
  /** Removes what the address left in the file system. */
  readonly remove: () => void;
}

/** sockaddr_un holds 108 bytes on Linux and 104 elsewhere, and longer paths are cut off without an error by older runtimes. */
const maxSocketPathBytes = 100;

/** A free port is found at once, unless thousands of providers run. */
const portAttempts = 200;

/** Makes the server listen. @throws TransientError SYSTEM_EXHAUSTED when no port is free, and what the system refuses */
export async function listen(
  server: Pick<Server, "listen" | "once" | "off" | "address">,
  options: ListenOptions,
): Promise<Listening> {
  const temporary = options.temporaryDirectory ?? tmpdir();
  // `/plugin-XXXXXX/s` comes behind it.
  const isTooLong = Buffer.byteLength(join(temporary, "plugin-XXXXXX", "s")) > maxSocketPathBytes;
  return options.platform === "win32" || isTooLong
    ? await listenOnPort(server, options.ports)
    : await listenOnSocket(server, temporary);
}

async function listenOnSocket(server: Pick<Server, "listen" | "once" | "off">, temporary: string): Promise<Listening> {
  // Only this user can reach a socket in it, whatever the umask says.
  const directory = mkdtempSync(join(temporary, "plugin-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const address = join(directory, "s");
  try {
    await started(server, () => server.listen(address));
  } catch (error) {
    remove();
    throw error;
  }
  return { network: "unix", address, remove };
}

async function listenOnPort(server: Pick<Server, "listen" | "once" | "off">, ports: PortRange): Promise<Listening> {
  for (let attempt = 0; attempt < portAttempts; attempt += 1) {
    const port = randomInt(ports.first, ports.last + 1);
    try {
      await started(server, () => server.listen(port, "127.0.0.1"));
      return { network: "tcp", address: `127.0.0.1:${port}`, remove: () => undefined };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  throw new TransientError(
    "SYSTEM_EXHAUSTED",
    `no free port was found, expected one from ${ports.first} to ${ports.last}`,
  );
}

async function started(server: Pick<Server, "once" | "off">, begin: () => unknown): Promise<void> {
  const listening = once(server as Server, "listening");
  begin();
  await listening;
}
