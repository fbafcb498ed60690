// Locking 100 modules of a registry that is 30 ms away: how many round trips' time it takes beside the same registry next door.
import { Secret } from "../../../src/base/secret.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import { packModule } from "../../../src/registry/module-package.ts";
import { executePush, planPush } from "../../../src/registry/push-module.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { type DockerRegistry, startDockerRegistry, type TokenService } from "../../support/docker-registry.ts";
import { type LatencyProxy, startLatencyProxy } from "../../support/latency-proxy.ts";
import { runOk } from "../../support/processes.ts";
import { loggedIn, password, username } from "../../support/registries.ts";
import { startTokenServer } from "../../support/token-server.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import type { Bench, BenchContext } from "../bench.ts";
import { median } from "../statistics.ts";

const modules = 100;
const roundTripMs = 30;
const maxRoundTrips = 8;
const pairs = 9;
const quickPairs = 2;
/** As many repositories are filled at once. */
const fillers = 8;
const versions = ["1.0.0", "1.1.0"];

export const bench: Bench = {
  question: "how many round trips' time does lock of 100 modules take?",
  run: async (context) => {
    for (const auth of ["htpasswd", "token"] as const) {
      using workspace = createWorkspace();
      using authority = createAuthority();
      await measure(context, auth, workspace, authority);
    }
  },
};

async function measure(
  context: BenchContext,
  auth: "htpasswd" | "token",
  workspace: Workspace,
  authority: Authority,
): Promise<void> {
  await using tokens = await startDistantTokenServer(authority);
  const tokenService = auth === "token" ? tokens.service : undefined;
  await using registry = await startDockerRegistry({ auth, authority, username, password, tokenService });
  await using proxy = await startLatencyProxy(registry.port, 0);
  await fill(workspace, authority, registry);
  const host = `localhost:${proxy.port}`;
  writeProgram(workspace, host);
  const environment = loggedIn(workspace, authority, registry.host, host);
  const lock = async (distanceMs: number): Promise<number> => {
    proxy.roundTripMs = distanceMs;
    tokens.proxy.roundTripMs = distanceMs;
    const directory = workspace.path("project");
    const args = ["lock", "--app", "node program.mjs", "--update"];
    const startedMs = performance.now();
    await runOk(builtExecutable("scalr-oci"), args, { environment, directory });
    return performance.now() - startedMs;
  };
  const near: number[] = [];
  const far: number[] = [];
  // The first round only warms the machine up.
  for (let round = 0; round <= (context.isQuick ? quickPairs : pairs); round += 1) {
    const times = [await lock(0), await lock(roundTripMs)] as const;
    if (round === 0) continue;
    near.push(times[0]);
    far.push(times[1]);
  }
  const extra = far.map((value, index) => value - (near[index] ?? Number.NaN));
  context.report({
    name: `lock of ${modules} modules, ${auth === "token" ? "tokens" : "Basic"}: round trips of ${roundTripMs} ms`,
    value: median(extra) / roundTripMs,
    unit: "×",
    limit: maxRoundTrips,
    detail: `${median(far).toFixed(0)} ms at ${roundTripMs} ms, ${median(near).toFixed(0)} ms at none, the whole process`,
  });
}

interface DistantTokenServer extends AsyncDisposable {
  readonly service: TokenService;
  readonly proxy: LatencyProxy;
}

/** On a port of its own, as most registries have theirs on a host of its own: a connection more to open. */
async function startDistantTokenServer(authority: Authority): Promise<DistantTokenServer> {
  const certificate = authority.issue();
  const server = await startTokenServer({ certificate, hostname: "localhost", username, password });
  const proxy = await startLatencyProxy(Number(new URL(server.realm).port), 0);
  const { service, issuer } = server;
  return {
    service: { realm: `https://localhost:${proxy.port}/token`, service, issuer },
    proxy,
    [Symbol.asyncDispose]: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

const nameOf = (module: number): string => `bench/module-${module}`;

/** Every module with every version, in a repository of its own. */
async function fill(workspace: Workspace, authority: Authority, { host }: DockerRegistry): Promise<void> {
  workspace.write("module/main.tf", 'output "name" { value = "bench" }\n');
  await using zip = await packModule(workspace.path("module"));
  const environment = { SSL_CERT_FILE: authority.certificateFile };
  const find = async () => ({ username, password: new Secret(password) });
  const client = new RegistryClient({ host: parseRegistryHost(host), find, environment, intent: "push" });
  const left = Array.from({ length: modules }, (_, module) => nameOf(module));
  const publish = async (): Promise<void> => {
    for (let repository = left.pop(); repository !== undefined; repository = left.pop()) {
      for (const tag of versions) await executePush(await planPush({ client, repository, zip, tag }));
    }
  };
  try {
    await Promise.all(Array.from({ length: fillers }, publish));
  } finally {
    await client.close();
  }
}

/** Wants each module as a range, which costs a list of tags beside the manifest. */
function writeProgram(workspace: Workspace, host: string): void {
  const requests = Array.from({ length: modules }, (_, module) => {
    return JSON.stringify({ path: `m${module}`, address: `oci://${host}/${nameOf(module)}`, version: "~> 1.0" });
  });
  const text = JSON.stringify(`${requests.join("\n")}\n`);
  workspace.write(
    "project/program.mjs",
    `import { appendFileSync } from "node:fs";\nappendFileSync(process.env.SCALR_OCI_LOCK_REQUESTS, ${text});\n`,
  );
}
