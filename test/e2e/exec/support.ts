// A private module in Debian's docker-registry and a management API that exports its login: what a run of `scalr-oci exec` needs.
import { join } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { runScalrOci } from "../../support/cli.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { type FakeRunApi, startFakeRunApi } from "../../support/fake-run-api.ts";
import { run, type RunResult } from "../../support/processes.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

export const canary = "canary-4e1";
const username = "robot";
/** What shells, HCL and JSON make something of; with bcrypt's 72 bytes in mind. */
const password = `${canary}"'\${x}\\%{y}$(z)\`&ü😀`;

export interface PrivateModule extends AsyncDisposable {
  readonly registry: DockerRegistry;
  readonly api: FakeRunApi;
  readonly authority: Authority;
  /** `oci://HOST/acme/network?tag=1.0.0` */
  readonly address: string;
}

export async function publishPrivateModule(): Promise<PrivateModule> {
  const authority = createAuthority();
  const registry = await startDockerRegistry({ auth: "htpasswd", authority, username, password });
  const api = await startFakeRunApi(authority);
  api.logins[registry.host] = `${username}:${password}`;
  const address = `oci://${registry.host}/acme/network?tag=1.0.0`;
  using workspace = createWorkspace();
  workspace.write("network/main.tf", 'output "name" {\n  value = "network"\n}\n');
  const suffix = registry.host.replace(/[.:]/g, "_");
  const variables = { [`SCALR_OCI_USERNAME_${suffix}`]: username, [`SCALR_OCI_PASSWORD_${suffix}`]: password };
  const environment = workspace.environment({ trust: authority.certificateFile, variables });
  const pushed = await runScalrOci(["push", workspace.path("network"), address], { environment });
  if (pushed.exitCode !== 0) throw new Error(pushed.stderr);
  return {
    registry,
    api,
    authority,
    address,
    [Symbol.asyncDispose]: async () => {
      await api.stop();
      await registry.stop();
      authority.remove();
    },
  };
}

/** A project that calls the module. @returns the variables of a run: the API and a token that may mint */
export function openProject(workspace: Workspace, { address, api }: PrivateModule): Record<string, string> {
  workspace.write("project/main.tf", `module "network" {\n  source = "${address}"\n}\n`);
  return { SCALR_HOSTNAME: api.hostname, SCALR_TOKEN: api.mintToken };
}

export interface CommandOptions {
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folders in front of PATH. */
  readonly path?: readonly string[];
  /** As which `exec` decides how logins are delivered; the machine's own unless given. */
  readonly platform?: NodeJS.Platform;
}

/** Runs `scalr-oci exec ARGS` in the project's folder. */
export async function exec(
  workspace: Workspace,
  { authority }: PrivateModule,
  args: readonly string[],
  { variables, path, platform }: CommandOptions = {},
): Promise<RunResult> {
  const environment = workspace.environment({ trust: authority.certificateFile, path, variables });
  const script = platform === undefined ? join(root, "src", "bin", "scalr-oci.ts") : writeMain(workspace, platform);
  return await run(process.execPath, [script, "exec", ...args], { environment, directory: workspace.path("project") });
}

/** A main that runs the command behind `exec --` as on another platform. */
function writeMain(workspace: Workspace, platform: NodeJS.Platform): string {
  const runExec = JSON.stringify(join(root, "src", "cli", "exec", "run-exec.ts"));
  return workspace.write(
    "exec-as.mjs",
    `import { runExec } from ${runExec};
const { stdin, stdout, stderr, env, argv } = process;
const context = { environment: env, stdin, stdout, stderr, directory: process.cwd(), interactive: false };
const request = { command: argv.slice(4), hosts: [], explainsFailure: false };
process.exitCode = await runExec(request, context, ${JSON.stringify(platform)});
`,
  );
}
