// The hosts of registries and clouds under their real names, on loopback: a proxy leads each name to a server of this process, so that
// programs, OpenTofu and the credential helper run unchanged and nothing leaves this machine.
import { dirname } from "node:path";
import { Secret } from "../../src/base/secret.ts";
import {
  type EmbeddedRegistry,
  type EmbeddedRegistryOptions,
  startEmbeddedRegistry,
} from "../../src/registry/embedded-registry.ts";
import { type Authority, createAuthority } from "./authority.ts";
import { builtDirectory } from "./built.ts";
import { type ConnectProxy, startConnectProxy } from "./connect-proxy.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

interface Login {
  readonly username: string;
  readonly password: string;
}

/** Sees every request to a registry first; true when it has answered itself. */
export type Intercept = NonNullable<EmbeddedRegistryOptions["intercept"]>;

/** A workspace, an authority that signs for every name, and what is to be found under those names. */
export class LoopbackInternet {
  readonly workspace: Workspace = createWorkspace();
  readonly authority: Authority = createAuthority();
  readonly #registries: EmbeddedRegistry[] = [];
  readonly #services: ScriptedServer[] = [];
  readonly #routes: Record<string, number> = {};
  readonly #tofu: string;
  #proxy: ConnectProxy | undefined;

  /** @param tofu absolute path of OpenTofu, for PATH */
  constructor(tofu: string) {
    this.#tofu = tofu;
  }

  /** A registry that takes this login only, by token. */
  async addRegistry(host: string, login: Login, intercept: Intercept = () => false): Promise<void> {
    const users = [{ username: login.username, password: new Secret(login.password) }];
    const tls = this.authority.issue([host]);
    const registry = await startEmbeddedRegistry({ tls, auth: { kind: "token", users }, intercept });
    this.#registries.push(registry);
    this.#routes[`${host}:443`] = registry.port;
  }

  /** A service that answers everything with this document. */
  async addService(host: string, body: unknown): Promise<void> {
    const service = await startScriptedServer(this.authority.issue([host]), () => ({ body }));
    this.#services.push(service);
    this.#routes[`${host}:443`] = service.port;
  }

  /** Once everything has been added. */
  async connect(): Promise<void> {
    this.#proxy = await startConnectProxy(this.#routes);
  }

  /** With the executables on PATH, and no way to any other host. */
  environment(variables: Readonly<Record<string, string>>): Record<string, string> {
    const HTTPS_PROXY = this.#proxy?.url ?? "";
    return this.workspace.environment({
      trust: this.authority.certificateFile,
      path: [builtDirectory, dirname(this.#tofu)],
      variables: { HTTPS_PROXY, NO_PROXY: "localhost,127.0.0.1", ...variables },
    });
  }

  async close(): Promise<void> {
    await this.#proxy?.stop();
    for (const registry of this.#registries) await registry.close();
    for (const service of this.#services) await service.stop();
    this.authority.remove();
    this.workspace.remove();
  }
}
