// Opens the socket; what the system says against it becomes a message about `--listen`.
import { InputError } from "../base/errors.ts";
import type { HttpServer } from "./http-server.ts";
import type { ListenAddress } from "./listen-address.ts";

const failures: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken, expected a free port",
  EADDRNOTAVAIL: "is not an address of this machine, expected one that is",
  EACCES: "may not be listened on by this user, expected a port from 1024",
  ENOTFOUND: "is not a name that can be resolved, expected one of this machine",
  EAI_AGAIN: "is not a name that can be resolved now, expected one of this machine",
};

/** @throws InputError INVALID_ARGUMENT when the address or port cannot be had */
export async function listenOn(server: HttpServer, { host, port }: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      // A resolver may put ::1 first, and then 127.0.0.1 would hear nothing.
      server.listen({ host: host === "localhost" ? "127.0.0.1" : host, port }, () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    const what = failures[(cause as NodeJS.ErrnoException).code ?? ""];
    if (what === undefined) throw cause;
    throw new InputError("INVALID_ARGUMENT", `${host}:${port} ${what}`, {
      path: "--listen",
      hint: "choose another with --listen HOST:PORT",
      cause,
    });
  }
}
