// Debian's docker-registry on loopback: TLS, and none, htpasswd or token authentication.
import { chmodSync } from "node:fs";
import { type Authority, createAuthority } from "./authority.ts";
import { type RunningProcess, runOk, start } from "./processes.ts";
import { startTokenServer, type TokenServer } from "./token-server.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

export interface DockerRegistryOptions {
  readonly auth: "none" | "htpasswd" | "token";
  /** Signs its certificate; without one the registry makes an authority of its own. */
  readonly authority?: Authority | undefined;
  /** Host name that clients use and the certificate holds; `localhost` unless given. */
  readonly hostname?: string | undefined;
  readonly username?: string | undefined;
  /** htpasswd hashes with bcrypt, which sees 72 bytes; longer ones want token authentication. */
  readonly password?: string | undefined;
  /** Token authentication: refuse requests without a scope, as Harbor does. */
  readonly refuseScopeless?: boolean | undefined;
  /** Token authentication: a token server of the test's own, which signs with a certificate of `authority`. */
  readonly tokenService?: TokenService | undefined;
  /** False for plain http. */
  readonly tls?: boolean | undefined;
}

export interface TokenService {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
}

export interface DockerRegistry extends AsyncDisposable {
  /** `localhost:PORT`, as it stands in `oci://` addresses and Docker configurations. */
  readonly host: string;
  readonly port: number;
  /** `https://localhost:PORT` */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** PEM file of the authority that signed its certificate. */
  readonly trust: string;
  readonly tokenServer: TokenServer | undefined;
  /** Everything the registry logged up to now, access log included. */
  log(): string;
  stop(): Promise<void>;
}

/** bcrypt's lowest cost: hashing should not dominate the times. */
const bcryptCost = "4";

/** Starts one on a free port, with empty storage. Needs the real parts `docker-registry` and, for htpasswd, `htpasswd`. */
export async function startDockerRegistry(options: DockerRegistryOptions): Promise<DockerRegistry> {
  const workspace = createWorkspace();
  const ownAuthority = options.authority === undefined ? createAuthority() : undefined;
  const running: { process?: RunningProcess; tokenServer?: TokenServer } = {};
  const stop = async () => {
    await running.process?.stop();
    await running.tokenServer?.stop();
    ownAuthority?.remove();
    workspace.remove();
  };
  try {
    return await boot(options, workspace, options.authority ?? (ownAuthority as Authority), running, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function boot(
  options: DockerRegistryOptions,
  workspace: Workspace,
  authority: Authority,
  running: { process?: RunningProcess; tokenServer?: TokenServer },
  stop: () => Promise<void>,
): Promise<DockerRegistry> {
  const { hostname = "localhost", username = "robot", password = "correct-horse-battery", tls = true } = options;
  const certificate = authority.issue([hostname, "localhost", "127.0.0.1", "::1"]);
  const settings: Record<string, unknown> = {
    version: "0.1",
    log: { level: "info", accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: workspace.path("storage") }, delete: { enabled: true } },
    http: {
      addr: "127.0.0.1:0",
      ...(tls ? { tls: { certificate: certificate.certificateFile, key: certificate.privateKeyFile } } : {}),
    },
  };
  if (options.auth === "htpasswd") {
    settings["auth"] = {
      htpasswd: { realm: "scalr-oci-test", path: await writeHtpasswd(workspace, username, password) },
    };
  }
  if (options.auth === "token") {
    const { refuseScopeless, tokenService } = options;
    if (tokenService === undefined)
      running.tokenServer = await startTokenServer({ certificate, hostname, username, password, refuseScopeless });
    const { realm, service, issuer } = tokenService ?? (running.tokenServer as TokenServer);
    settings["auth"] = { token: { realm, service, issuer, rootcertbundle: authority.certificateFile } };
  }
  // YAML 1.2 holds JSON, so no YAML writer is needed.
  const file = workspace.write("config.yml", JSON.stringify(settings));
  const registry = start("docker-registry", ["serve", file], { environment: workspace.environment() });
  running.process = registry;
  const port = Number((await registry.output(/listening on [^ "]*:(\d+)/, 15_000))[1]);
  const host = `${hostname}:${port}`;
  return {
    host,
    port,
    url: `${tls ? "https" : "http"}://${host}`,
    username,
    password,
    trust: authority.certificateFile,
    tokenServer: running.tokenServer,
    log: () => registry.stdout() + registry.stderr(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** bcrypt only: docker-registry answers 401 to any other kind of entry. The password goes over stdin, not argv. */
async function writeHtpasswd(workspace: Workspace, username: string, password: string): Promise<string> {
  const environment = workspace.environment();
  const entry = await runOk("htpasswd", ["-niB", "-C", bcryptCost, username], { environment, stdin: password });
  const file = workspace.write("htpasswd", entry);
  chmodSync(file, 0o600);
  return file;
}
