// A provider as users install it, from a filesystem mirror, under real hosts: many starts, no orphan, no error outlives its call.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run, runOk } from "../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { providersStartedIn } from "../../support/provider-processes.ts";
import { describeHosts } from "./support/hosts.ts";
import { mirrorProvider, packageProvider } from "./support/packaged-provider.ts";

const sources = join(import.meta.dirname, "support");

interface Installed {
  readonly workspace: Workspace;
  readonly environment: Record<string, string>;
  readonly run: (...args: string[]) => Promise<string>;
}

async function install(host: { readonly path: string }, name: string, main: string): Promise<Installed> {
  const workspace = createWorkspace();
  const script = await packageProvider(workspace, name, join(sources, `${name}-main.ts`));
  workspace.write("tofu.tfrc", mirrorProvider(workspace, `example.test/example/${name}`, script));
  workspace.write(
    "config/main.tf",
    `terraform {\n  required_providers {\n    ${name} = { source = "example.test/example/${name}" }\n  }\n}\n${main}`,
  );
  const environment = workspace.environment({
    variables: { NOTES_FILE: workspace.path("notes.json"), TRAP_FILE: workspace.path("trap"), TF_INPUT: "0" },
  });
  const directory = workspace.path("config");
  return {
    workspace,
    environment,
    run: async (...args) => await runOk(host.path, [...args, "-no-color"], { environment, directory }),
  };
}

/** Sockets that providers left behind. */
const leftovers = ({ workspace }: Installed) =>
  readdirSync(workspace.path("tmp")).filter((name) => name.startsWith("plugin"));

describeHosts("a provider in a mirror", (host) => {
  host.it(
    "is installed, applied, planned empty and destroyed, and leaves nothing",
    ["write-only attributes"],
    async () => {
      const main =
        'provider "notes" {}\nresource "notes_note" "a" {\n  text = "a"\n  secret_wo = "hush-hush"\n  weight = 0.1\n}\n';
      const installed = await install(host, "notes", main);
      using _workspace = installed.workspace;
      await installed.run("init");
      await installed.run("validate");
      await installed.run("apply", "-auto-approve");
      expect(readFileSync(installed.workspace.path("config", "terraform.tfstate"), "utf8")).not.toContain("hush-hush");
      expect(await installed.run("plan", "-detailed-exitcode")).toContain("No changes");
      await installed.run("destroy", "-auto-approve");
      expect(JSON.parse(readFileSync(installed.workspace.path("notes.json"), "utf8"))).toEqual({});
      expect(leftovers(installed)).toEqual([]);
    },
  );

  it("works without TLS where the host is told so", async () => {
    const installed = await install(host, "notes", 'resource "notes_note" "a" {\n  text = "a"\n}\n');
    using _workspace = installed.workspace;
    installed.environment["TF_DISABLE_PLUGIN_TLS"] = "1";
    await installed.run("init");
    await installed.run("apply", "-auto-approve");
    expect(leftovers(installed)).toEqual([]);
  });

  it("gives up Ctrl-C to the host: what is being created ends up in the state", async () => {
    const installed = await install(host, "trap", 'resource "trap_thing" "a" {\n  behavior = "slow"\n}\n');
    using _workspace = installed.workspace;
    await installed.run("init");
    const child = spawn(host.path, ["apply", "-auto-approve", "-no-color"], {
      cwd: installed.workspace.path("config"),
      env: installed.environment,
      // A process group of its own, as a terminal gives every command.
      detached: true,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (!existsSync(installed.workspace.path("trap"))) await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(-(child.pid ?? 0), "SIGINT");
    await ended;
    expect(readFileSync(installed.workspace.path("trap"), "utf8")).toBe("created after a stop");
    expect(await installed.run("state", "list")).toContain("trap_thing.a");
    expect(leftovers(installed)).toEqual([]);
  });

  it("ends by itself, with its socket, when the host is killed in the middle of a call", async () => {
    const installed = await install(host, "trap", 'resource "trap_thing" "a" {\n  behavior = "slow"\n}\n');
    using workspace = installed.workspace;
    await installed.run("init");
    const child = spawn(host.path, ["apply", "-auto-approve", "-no-color"], {
      cwd: workspace.path("config"),
      env: installed.environment,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (!existsSync(workspace.path("trap"))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(providersStartedIn(workspace.directory)).toHaveLength(1);
    child.kill("SIGKILL");
    await ended;
    // It waits 5 seconds for a host that comes back.
    const deadline = performance.now() + 15_000;
    while (providersStartedIn(workspace.directory).length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(providersStartedIn(workspace.directory)).toEqual([]);
    expect(leftovers(installed)).toEqual([]);
  });

  it.each(["rejects", "throws"])("survives what %s outside of a call", async (behavior) => {
    const installed = await install(
      host,
      "trap",
      `resource "trap_thing" "a" {\n  count = 3\n  behavior = "${behavior}"\n}\n`,
    );
    using _workspace = installed.workspace;
    await installed.run("init");
    const log = installed.workspace.path("log");
    const environment = { ...installed.environment, TF_LOG_PROVIDER: "ERROR", TF_LOG_PATH: log };
    const result = await run(host.path, ["apply", "-auto-approve", "-no-color"], {
      environment,
      directory: installed.workspace.path("config"),
    });
    expect(result).toMatchObject({ exitCode: 0 });
    // The host shows the line at its level, with our fields.
    expect(readFileSync(log, "utf8")).toMatch(
      /\[ERROR\] provider.*: the provider failed outside of a call:[^]*Error: (nobody|outside)/,
    );
  });
});
