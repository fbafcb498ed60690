// Our management API server in this process, with registries on loopback that take one login: for tests of its clients.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "../../src/base/secret.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../src/registry/embedded-registry.ts";
import { type ManagementServer, startManagementServer } from "../../src/server/management-server.ts";
import { createAuthority } from "./authority.ts";
import { createWorkspace } from "./workspace.ts";

export const registryLogin = { username: "bot", password: "c0rrect horse" } as const;

export interface TestManagementServer extends ManagementServer, AsyncDisposable {
  /** PEM file that makes clients trust the server and its registries. */
  readonly trustFile: string;
  /** Another registry on loopback, with a name of its own. @returns `HOST:PORT` */
  startRegistry(): Promise<string>;
}

/** Everything in memory; `close` ends the registries too. */
export async function startTestManagementServer(): Promise<TestManagementServer> {
  const workspace = createWorkspace();
  const authority = createAuthority();
  const registries: EmbeddedRegistry[] = [];
  const server = await startManagementServer({
    allowedRegistryCidrs: ["127.0.0.0/8"],
    environment: { SSL_CERT_FILE: authority.certificateFile },
  });
  const trustFile = join(workspace.directory, "trust.pem");
  writeFileSync(trustFile, `${server.certificatePem}\n${authority.certificatePem}`);
  const close = async () => {
    await server.close();
    for (const registry of registries) await registry.close();
    authority.remove();
    workspace.remove();
  };
  return {
    ...server,
    trustFile,
    startRegistry: async () => {
      const registry = await startEmbeddedRegistry({
        tls: authority.issue(),
        auth: { kind: "basic", users: [{ ...registryLogin, password: new Secret(registryLogin.password) }] },
      });
      registries.push(registry);
      return registry.host.value;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
