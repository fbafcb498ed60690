import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { registerSetupProvider } from "../../../src/cli/setup-provider.ts";
import { version } from "../../../src/base/version.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { bufferStream } from "../../support/buffer-stream.ts";

const packagePaths = ["registry.opentofu.org", "registry.terraform.io"].map(
  (host) => `${host}/scalr-oci/scalr/${version}/linux_amd64/terraform-provider-scalr`,
);
let workspace: Workspace;

beforeEach(() => {
  workspace = createWorkspace();
  workspace.write("bin/scalr-oci", "");
  workspace.write("bin/terraform-provider-scalr", "#!/usr/bin/env node\n");
});

afterEach(() => workspace.remove());

interface Setup {
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly program?: string;
  readonly platform?: NodeJS.Platform;
}

async function setUp({
  args = [],
  variables = {},
  program = workspace.path("bin/scalr-oci"),
  platform = "linux",
}: Setup = {}) {
  const [stdin, stdout, stderr] = [bufferStream(), bufferStream(), bufferStream()];
  const environment = workspace.environment({ variables: { TF_CLI_CONFIG_FILE: undefined, ...variables } });
  const context = { environment, stdin, stdout, stderr, directory: workspace.directory, interactive: false };
  const command = new Command("scalr-oci").exitOverride();
  registerSetupProvider(command, context, { program, platform, architecture: "x64" });
  await command.parseAsync(["setup", "provider", ...args], { from: "user" });
  return { stdout: stdout.text(), stderr: stderr.text() };
}

async function report(setup: Setup = {}) {
  const { stdout } = await setUp({ ...setup, args: ["--json", ...(setup.args ?? [])] });
  return JSON.parse(stdout) as Record<string, unknown> & { packages: { path: string; change: string }[] };
}

describe("setup provider", () => {
  it("installs an executable file for both registries, where no configuration is needed", async () => {
    const { stdout, stderr } = await setUp();
    for (const path of packagePaths) {
      const installed = workspace.path("home/.local/share/terraform/plugins", path);
      expect(readFileSync(installed, "utf8")).toBe("#!/usr/bin/env node\n");
      expect(statSync(installed).mode & 0o777).toBe(0o755);
    }
    expect(stdout).toContain(
      `scalr-oci/scalr ${version} is now in ${workspace.path("home/.local/share/terraform/plugins")}`,
    );
    expect(stdout).toContain("no configuration is needed");
    expect(stdout).toContain(`version = "${version}"`);
    expect(stderr).toBe("");
  });

  it("leaves nothing else, and no ~/.terraform.d, which would move OpenTofu's configuration", async () => {
    await setUp();
    expect(readdirSync(workspace.path("home/.local/share/terraform/plugins")).toSorted()).toEqual([
      "registry.opentofu.org",
      "registry.terraform.io",
    ]);
    expect(existsSync(workspace.path("home/.terraform.d"))).toBe(false);
  });

  it("does nothing the second time, and replaces another build of the same version, saying so", async () => {
    expect((await report()).packages.map(({ change }) => change)).toEqual(["installed", "installed"]);
    expect((await report()).packages.map(({ change }) => change)).toEqual(["none", "none"]);
    expect((await setUp()).stdout).toContain("was already in");
    workspace.write("bin/terraform-provider-scalr", "#!/usr/bin/env node\n// newer\n");
    const { stderr } = await setUp();
    expect(stderr).toMatch(/another build of this version was there; where \.terraform\.lock\.hcl knows it/);
    expect((await report()).packages.map(({ change }) => change)).toEqual(["none", "none"]);
  });

  it("takes away what OpenTofu would start instead", async () => {
    const [first] = (await report()).packages;
    workspace.write(`home/.local/share/terraform/plugins/${packagePaths[0]}.old`, "x", 0o755);
    await setUp();
    expect(readdirSync(dirname(first?.path ?? ""))).toHaveLength(1);
  });

  it("prints the block for a directory of one's own", async () => {
    const { stdout } = await setUp({ args: ["--directory", "my mirror"] });
    expect(existsSync(workspace.path("my mirror", packagePaths[0] ?? ""))).toBe(true);
    expect(stdout).toContain(`path    = "${workspace.path("my mirror")}"`);
    expect(stdout).toContain(
      'include = ["registry.opentofu.org/scalr-oci/scalr", "registry.terraform.io/scalr-oci/scalr"]',
    );
    expect(stdout).toContain("~/.tofurc");
  });

  it.each([
    ["~/.tofurc", "home/.tofurc", {}, "provider_installation {\n  direct {}\n}\n"],
    ["~/.terraformrc", "home/.terraformrc", {}, 'plugin_cache_dir = "/x"\nprovider_installation {\n}\n'],
    ["JSON", "home/.tofurc", {}, '{"provider_installation": {"direct": {}}}'],
    ["TF_CLI_CONFIG_FILE", "cli.tfrc", { TF_CLI_CONFIG_FILE: "cli.tfrc" }, "provider_installation {}\n"],
  ])("says that %s keeps implied directories from being searched", async (_, file, variables, text) => {
    const path = workspace.write(file, text);
    const absolute = Object.fromEntries(Object.keys(variables).map((name) => [name, path]));
    const { isFoundByItself, configurationFile, configuration } = await report({ variables: absolute });
    expect([isFoundByItself, configurationFile]).toEqual([false, path]);
    expect(configuration).toMatch(/^provider_installation \{/);
  });

  it.each(["# provider_installation {}\n", 'host "x" {}\n'])("is not misled by %j", async (text) => {
    workspace.write("home/.tofurc", text);
    expect(await report()).toMatchObject({ isFoundByItself: true, configurationFile: null, configuration: null });
  });

  it("follows XDG_DATA_HOME, and the custom on macOS", async () => {
    const data = workspace.path("data");
    expect((await report({ variables: { XDG_DATA_HOME: data } }))["directory"]).toBe(`${data}/terraform/plugins`);
    expect(await report({ platform: "darwin" })).toMatchObject({
      platform: "darwin_amd64",
      directory: workspace.path("home/Library/Application Support/io.terraform/plugins"),
    });
  });

  it.each([
    ["a package without the provider", { program: "/nowhere/bin/scalr-oci" }, /not beside scalr-oci/],
    ["Windows", { platform: "win32" as const }, /which Windows cannot start/],
    [
      "no home",
      { variables: { HOME: undefined, XDG_DATA_HOME: undefined } },
      /no place for the provider, expected HOME or --directory/,
    ],
  ])("refuses %s", async (_, setup, message) => {
    expect((await rejectionOf(setUp(setup))).message).toMatch(message);
  });

  it("finds the provider beside the file that a link on PATH points to", async () => {
    const { symlinkSync } = await import("node:fs");
    symlinkSync(workspace.path("bin/scalr-oci"), workspace.path("tmp/scalr-oci"));
    expect((await report({ program: workspace.path("tmp/scalr-oci") })).packages).toHaveLength(2);
  });

  it.each([
    ["echo v20.20.2", /needs node 22\.19 or newer on PATH, there is v20\.20\.2/],
    ["echo v22.18.0", /there is v22\.18\.0/],
    ["exit 1", /there is none/],
  ])("warns of a node on PATH that will not do: %s", async (script, message) => {
    workspace.write("old/node", `#!/bin/sh\n${script}\n`, 0o755);
    const { stderr } = await setUp({ variables: { PATH: workspace.path("old") } });
    expect(stderr).toMatch(message);
  });
});
