// All parts of the whole way, started together: an authority, Debian's docker-registry, our server; and every word that a program says.
import { dirname } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { type DockerRegistry, type DockerRegistryOptions, startDockerRegistry } from "../../support/docker-registry.ts";
import { run, type RunResult } from "../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { type ManagementServer, startManagementServer } from "./management-server.ts";

export interface CommandOptions {
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Folder in the workspace. @default the workspace itself */
  readonly directory?: string;
  readonly stdin?: string;
  /** Kept out of the transcript: what it prints is a secret by design. */
  readonly isSecret?: true;
}

export interface World extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly authority: Authority;
  readonly registry: DockerRegistry;
  readonly server: ManagementServer;
  /** Variables of a platform engineer: the API and a management token. */
  readonly management: Readonly<Record<string, string>>;
  /** Everything printed by all commands so far, and by the server. */
  readonly transcript: () => string;
  readonly run: (command: string, args: readonly string[], options?: CommandOptions) => Promise<RunResult>;
  /** @returns stdout and stderr @throws Error with all it printed when the exit code is not 0 */
  readonly runOk: (command: string, args: readonly string[], options?: CommandOptions) => Promise<string>;
}

export interface WorldOptions {
  readonly registry: Omit<DockerRegistryOptions, "authority">;
  readonly tofu: string;
}

/** init of several modules with a provider on a busy machine. */
const commandTimeoutMs = 120_000;

export async function createWorld({ registry: registryOptions, tofu }: WorldOptions): Promise<World> {
  const workspace = createWorkspace();
  const authority = createAuthority();
  const registry = await startDockerRegistry({ ...registryOptions, authority });
  const server = await startManagementServer({ workspace, authority });
  const printed: string[] = [];
  const path = [dirname(builtExecutable("scalr-oci")), dirname(tofu)];

  const runCommand: World["run"] = async (command, args, options = {}) => {
    const { variables = {}, directory = ".", stdin, isSecret } = options;
    const environment = workspace.environment({ trust: authority.certificateFile, path, variables });
    const result = await run(command, args, {
      environment,
      directory: workspace.path(directory),
      stdin,
      timeoutMs: commandTimeoutMs,
    });
    if (isSecret === undefined) printed.push(`$ ${[command, ...args].join(" ")}\n${result.stdout}${result.stderr}`);
    return result;
  };
  const runOk: World["runOk"] = async (command, args, options) => {
    const { exitCode, stdout, stderr } = await runCommand(command, args, options);
    if (exitCode === 0) return stdout + stderr;
    throw new Error(`${[command, ...args].join(" ")}: exit code ${exitCode}\n${stdout}${stderr}`);
  };
  return {
    workspace,
    authority,
    registry,
    server,
    management: { SCALR_HOSTNAME: server.hostname, SCALR_TOKEN: server.adminToken },
    transcript: () => [...printed, server.output()].join("\n"),
    run: runCommand,
    runOk,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await registry.stop();
      authority.remove();
      workspace.remove();
    },
  };
}
