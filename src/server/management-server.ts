// The management API server for programs: started with one call, loaded when it is called.
import { InputError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import type { ServerOptions } from "./server-options.ts";

/** A server for tests, demonstrations and other programs, with its admin token at hand. */
export interface ManagementServer {
  readonly url: string;
  readonly hostname: string;
  readonly certificatePem: string;
  readonly adminToken: Secret;
  close(): Promise<void>;
}

/**
 * Starts a server with TLS in this process.
 * @throws as startServer; InputError INVALID_ARGUMENT without TLS, or when the data directory has lost its admin token
 */
export async function startManagementServer(options: ServerOptions): Promise<ManagementServer> {
  const [{ startServer }, { findAdminToken }] = await Promise.all([import("./start.ts"), import("./first-start.ts")]);
  const server = await startServer(options);
  const { certificatePem, hostname, url } = server;
  const adminToken =
    server.opened.firstStart.madeAdminToken ?? (options.dataDirectory && findAdminToken(options.dataDirectory));
  if (certificatePem !== undefined && adminToken !== undefined && adminToken !== "") {
    return { url, hostname, certificatePem, adminToken, close: () => server.close() };
  }
  await server.close();
  throw new InputError("INVALID_ARGUMENT", "server has no certificate or no admin token, expected both", {
    hint: "leave tls as it is, and give a data directory that has its admin-token file or is empty",
  });
}
