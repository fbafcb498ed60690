// What the helper is timed in: a management API, docker-registry with Basic and with token authentication and 20 private repositories
// in each, a helper that does nothing, and a login that is stored here.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { type FakeRunApi, startFakeRunApi } from "../../support/fake-run-api.ts";
import { publishModules } from "../../support/private-modules.ts";
import { runOk } from "../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

export const repositories = 20;
/** As long as those of `scalr-oci serve`. */
export const runToken = `scalroci_rt_${"B".repeat(43)}abcdef`;

export interface World extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly api: FakeRunApi;
  readonly registries: Readonly<Record<"Basic" | "Bearer", DockerRegistry>>;
  readonly helper: string;
  /** A helper in sh that prints a fixed login. */
  readonly noOp: string;
  /** Where the helper keeps its answers. */
  readonly cache: string;
  environment(variables?: Readonly<Record<string, string | undefined>>): Record<string, string>;
  /** The same with a runtime directory of its own: there is one kept answer a host, whoever asks. */
  apart(variables: Readonly<Record<string, string>>): Record<string, string>;
}

export async function openWorld(): Promise<World> {
  const resources = new AsyncDisposableStack();
  const workspace = resources.use(createWorkspace());
  const authority = resources.use(createAuthority());
  // In memory, as the runtime directory of a desktop and of a CI job is.
  const runtime = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : workspace.directory, "scalr-oci-bench-"));
  resources.defer(() => rmSync(runtime, { recursive: true }));
  let others = 0;
  const newRuntime = () => {
    const directory = join(runtime, `other-${(others += 1)}`);
    mkdirSync(directory, { mode: 0o700 });
    return directory;
  };
  const api = resources.use(await startFakeRunApi(authority));
  const registries = {
    Basic: resources.use(await startRegistry("htpasswd", authority)),
    Bearer: resources.use(await startRegistry("token", authority)),
  };
  const { username, password } = registries.Basic;
  api.alive.add(runToken);
  for (const { host } of Object.values(registries)) api.logins[host] = `${username}:${password}`;
  const helper = builtExecutable("docker-credential-scalr");
  const noOp = workspace.write("bin/docker-credential-noop", `#!/bin/sh\necho '${login(username, password)}'\n`, 0o755);
  const environment: World["environment"] = (variables = {}) =>
    workspace.environment({
      trust: authority.certificateFile,
      path: [join(helper, ".."), workspace.path("bin")],
      variables: { XDG_RUNTIME_DIR: runtime, ...variables },
    });
  for (const { host } of Object.values(registries)) {
    await runOk(helper, ["store"], { environment: environment(), stdin: login(username, password, host) });
  }
  return {
    workspace,
    api,
    registries,
    helper,
    noOp,
    cache: join(runtime, "scalr-oci"),
    environment,
    apart: (variables) => environment({ ...variables, XDG_RUNTIME_DIR: newRuntime() }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function startRegistry(auth: "htpasswd" | "token", authority: Authority): Promise<DockerRegistry> {
  const registry = await startDockerRegistry({ auth, authority });
  await publishModules(registry, repositories);
  return registry;
}

/** What a helper is given to store, and what it prints. */
export function login(username: string, password: string, host = "https://registry.test"): string {
  return JSON.stringify({ ServerURL: host, Username: username, Secret: password });
}
