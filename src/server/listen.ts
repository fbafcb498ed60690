// Opens the socket; what the system says against it becomes a message about `--listen`.
import type { FastifyInstance } from "fastify";
import { InputError } from "../base/errors.ts";
import type { ListenAddress } from "./listen-address.ts";

const listenFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken, expected a free port",
  EADDRNOTAVAIL: "is not an address of this machine, expected one that is",
  EACCES: "may not be listened on by this user, expected a port from 1024",
  ENOTFOUND: "is not a name that can be resolved, expected one of this machine",
};

/** @throws InputError INVALID_ARGUMENT when the address or port cannot be had */
export async function listenOn(fastify: FastifyInstance, { host, port }: ListenAddress): Promise<void> {
  try {
    await fastify.listen({ host, port });
  } catch (cause) {
    const what = listenFailures[(cause as NodeJS.ErrnoException).code ?? ""];
    if (what === undefined) throw cause;
    throw new InputError("INVALID_ARGUMENT", `${host}:${port} ${what}`, {
      path: "--listen",
      hint: "choose another with --listen HOST:PORT",
      cause,
    });
  }
}
