// One folder with a configuration, and OpenTofu or Terraform run in it against a provider that serves from this process.
import { readFileSync } from "node:fs";
import { systemClock } from "../../../../src/base/clock.ts";
import type { Environment } from "../../../../src/base/env.ts";
import { type ReattachServer, startReattachServer } from "../../../../src/bridge/reattach.ts";
import { createScalrProvider } from "../../../../src/provider/provider.ts";
import { run, type RunningProcess, type RunResult, start } from "../../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

export interface CommandResult extends RunResult {
  /** stdout and stderr, without the boxes around diagnostics and on one line each paragraph. */
  readonly text: string;
}

export interface Project extends AsyncDisposable {
  readonly workspace: Workspace;
  /** Writes main.tf: what is needed for the provider, then this. */
  configure(hcl: string): void;
  /** Runs a command; colours off, no input. */
  run(command: string, options?: RunCommandOptions): Promise<CommandResult>;
  /** Starts a command and leaves it running. */
  start(command: string, options?: RunCommandOptions): RunningProcess;
  /** As run. @throws Error with everything printed unless it ends with 0 */
  ok(command: string, options?: RunCommandOptions): Promise<CommandResult>;
  /** The attributes of `scalr_docker_integration.x` in the state. */
  state(): Record<string, unknown>;
  /** `terraform.tfstate` as it is. */
  stateText(): string;
}

export interface RunCommandOptions {
  /** Values of input variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Laid over the child's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ProjectOptions {
  /** Path of OpenTofu or Terraform. */
  readonly tool: string;
  /** What the provider sees. */
  readonly environment: Environment;
}

const requirement = `
terraform {
  required_providers {
    scalr = { source = "scalr-oci/scalr" }
  }
}
`;

export async function openProject({ tool, environment }: ProjectOptions): Promise<Project> {
  const workspace = createWorkspace();
  const provider = createScalrProvider({ environment, clock: systemClock });
  const server: ReattachServer = await startReattachServer(provider);
  const argumentsOf = (command: string): string[] => {
    const [name = "", ...rest] = command.split(" ");
    if (name === "state" || name === "show") return [name, ...rest];
    const noInput = ["init", "plan", "apply", "destroy", "import"].includes(name) ? ["-input=false"] : [];
    return [name, "-no-color", ...noInput, ...rest];
  };
  const launchOptions = ({ variables = {}, environment: more = {} }: RunCommandOptions) => ({
    directory: workspace.path("project"),
    environment: {
      ...workspace.environment(),
      TF_REATTACH_PROVIDERS: server.reattach,
      ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [`TF_VAR_${key}`, value] as const)),
      ...more,
    },
  });
  const runCommand = async (command: string, options: RunCommandOptions = {}): Promise<CommandResult> => {
    const result = await run(tool, argumentsOf(command), launchOptions(options));
    return { ...result, text: unboxed(result.stdout + result.stderr) };
  };
  const project: Project = {
    workspace,
    configure: (hcl) => void workspace.write("project/main.tf", `${requirement}${hcl}`),
    run: runCommand,
    start: (command, options = {}) => start(tool, argumentsOf(command), launchOptions(options)),
    ok: async (command, options) => {
      const result = await runCommand(command, options);
      if (result.exitCode !== 0) throw new Error(`${command} ended with ${result.exitCode}\n${result.text}`);
      return result;
    },
    stateText: () => readFileSync(workspace.path("project/terraform.tfstate"), "utf8"),
    state: () => {
      const { resources } = JSON.parse(project.stateText()) as State;
      const found = resources.find(({ type, name }) => type === "scalr_docker_integration" && name === "x");
      return found?.instances[0]?.attributes ?? {};
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      workspace.remove();
    },
  };
  project.configure("");
  await project.ok("init");
  return project;
}

interface State {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Record<string, unknown> }[];
  }[];
}

/** Diagnostics without their frame, lines of one paragraph joined. */
function unboxed(text: string): string {
  return text.replace(/^[╷│╵] ?/gm, "").replace(/(?<=\S)\n(?=\S)/g, " ");
}

/** A resource block with `name = value` for every attribute; values are HCL expressions. */
export function integration(attributes: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Record<string, string | undefined> = {
    name: '"ghcr"',
    registry_url: '"https://ghcr.io"',
    username: '"bot"',
    password: '"first"',
    ...attributes,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = ${value}`]));
  return `resource "scalr_docker_integration" "x" {\n${lines.join("\n")}\n}\n`;
}
