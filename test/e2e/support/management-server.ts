// `scalr-oci serve` as its users run it: the built executable, a data directory, TLS by the test's authority.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Authority } from "../../support/authority.ts";
import { type RunningProcess, start } from "../../support/processes.ts";
import { builtExecutable } from "../../support/built.ts";
import type { Workspace } from "../../support/workspace.ts";

export interface ManagementServer extends AsyncDisposable {
  /** `localhost:PORT`, for SCALR_HOSTNAME. */
  readonly hostname: string;
  readonly port: number;
  readonly adminToken: string;
  readonly dataDirectory: string;
  readonly process: RunningProcess;
  /** Everything it printed. */
  output(): string;
  stop(): Promise<void>;
}

export interface ManagementServerOptions {
  readonly workspace: Workspace;
  readonly authority: Authority;
  /** @default a free one */
  readonly port?: number;
  /** Folder in the workspace. @default data */
  readonly data?: string;
}

/** Starts one that lets registries on loopback be tested, and logs at its chattiest level. */
export async function startManagementServer(options: ManagementServerOptions): Promise<ManagementServer> {
  const { workspace, authority, port = 0, data = "data" } = options;
  const certificate = authority.issue();
  const dataDirectory = workspace.path(data);
  const args = [
    ...["serve", "--data", dataDirectory, "--listen", `127.0.0.1:${port}`],
    ...["--tls-cert", certificate.certificateFile, "--tls-key", certificate.privateKeyFile],
    ...["--allow-registry-cidr", "127.0.0.0/8", "--log-level", "trace", "--json"],
  ];
  const environment = workspace.environment({ trust: authority.certificateFile });
  const server = start(builtExecutable("scalr-oci"), args, { environment });
  const listening = await server.output(/"hostname":"127\.0\.0\.1:(\d+)"/, 15_000);
  const actualPort = Number(listening[1]);
  return {
    hostname: `localhost:${actualPort}`,
    port: actualPort,
    adminToken: readFileSync(join(dataDirectory, "admin-token"), "utf8").trim(),
    dataDirectory,
    process: server,
    output: () => server.stdout() + server.stderr(),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
