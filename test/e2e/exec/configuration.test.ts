// `exec` as it runs on macOS, where OpenTofu reads no runtime directory: its logins in a CLI configuration, the user's own beneath them.
// OpenTofu itself says whether that holds; nothing in it is macOS's own, so Linux shows it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeBases } from "../../../src/cli/exec/runtime-base.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { canary, exec, openProject, type PrivateModule, publishPrivateModule } from "./support.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
const stale = Buffer.from("robot:stale").toString("base64");

real.describe("exec by CLI configuration", () => {
  let module: PrivateModule;
  let workspace: Workspace;
  let management: Record<string, string>;
  beforeAll(async () => {
    module = await publishPrivateModule();
  });
  afterAll(async () => module[Symbol.asyncDispose]());
  beforeEach(() => {
    workspace = createWorkspace();
    management = openProject(workspace, module);
  });
  afterEach(() => workspace.remove());

  const run = (command: readonly string[], variables: Record<string, string | undefined> = {}) =>
    exec(workspace, module, ["--", ...command], { platform: "darwin", variables: { ...management, ...variables } });
  const init = (variables?: Record<string, string | undefined>) => run([tofu, "init", "-no-color"], variables);
  const block = (body: string) => `oci_credentials "${module.registry.host}" {\n${body}\n}\n`;
  /** Read by OpenTofu: it warns of a plugin cache that is not there. */
  const cache = "/nonexistent/cache-of-the-user";
  const hasInstalled = () => existsSync(workspace.path("project", ".terraform", "modules", "network"));

  it.each([
    ["nothing", undefined],
    ["an empty file", () => ""],
    ["HCL with a stale login for the host", () => block('  username = "robot"\n  password = "stale"')],
    [
      "HCL with a helper that is not there",
      () => `# no end of line\n${block('  docker_credentials_helper = "none"').trimEnd()}`,
    ],
    [
      "JSON",
      () => JSON.stringify({ oci_credentials: { [module.registry.host]: { docker_credentials_helper: "none" } } }),
    ],
    ["no ambient logins", () => "oci_default_credentials {\n  discover_ambient_credentials = false\n}\n"],
  ])("loads the module over %s", async (_, text) => {
    if (text === undefined)
      workspace.write(
        "home/.docker/config.json",
        JSON.stringify({ auths: { [module.registry.host]: { auth: stale } } }),
      );
    else workspace.write("tofu.tfrc", text());
    const { exitCode, stdout, stderr } = await init(text === undefined ? { TF_CLI_CONFIG_FILE: undefined } : {});
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).not.toContain(canary);
    expect(hasInstalled()).toBe(true);
    if (text !== undefined) expect(readFileSync(workspace.path("tofu.tfrc"), "utf8")).toBe(text());
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["HCL", `plugin_cache_dir = "${cache}"\n`],
    ["JSON", JSON.stringify({ plugin_cache_dir: cache })],
  ])("leaves what the user has configured in %s", async (_, text) => {
    workspace.write("tofu.tfrc", text);
    const { stdout, stderr } = await init();
    expect(stdout + stderr).toContain(cache);
    expect(hasInstalled()).toBe(true);
  });

  it("carries over all files of a home, the tokens of `tofu login` too", async () => {
    workspace.write("home/.tofurc", `plugin_cache_dir = "${cache}"\n`);
    workspace.write(
      "home/.terraform.d/credentials.tfrc.json",
      JSON.stringify({ credentials: { "bad host!": { token: "t" } } }),
    );
    const { stdout, stderr } = await init({ TF_CLI_CONFIG_FILE: undefined });
    // OpenTofu complains of both, so it has read both.
    expect(stdout + stderr).toContain(cache);
    expect(stdout + stderr).toContain("bad host!");
    expect(hasInstalled()).toBe(true);
  });

  it("shows it to the command alone, for its owner alone, and gives our helper the logins for docker", async () => {
    const helper = `${process.execPath} ${join(root, "src", "bin", "docker-credential-scalr.ts")}`;
    const script = `stat -c %a "$TF_CLI_CONFIG_FILE" "$(dirname "$TF_CLI_CONFIG_FILE")"; echo "$XDG_RUNTIME_DIR"; printf ${module.registry.host} | ${helper} get | wc -c`;
    const { stdout, stderr } = await run(["sh", "-c", script]);
    const [file, directory, runtime, bytes] = stdout.trim().split("\n");
    expect([file, directory, runtime, stderr]).toEqual(["600", "700", workspace.path("run"), ""]);
    expect(Number(bytes)).toBeGreaterThan(module.registry.password.length);
  });

  it("works inside another one", async () => {
    const inner = [process.execPath, workspace.path("exec-as.mjs"), "exec", "--", tofu, "init", "-no-color"];
    const script = `SCALR_TOKEN=${module.api.mintToken} "$@"`;
    const { exitCode, stderr } = await run(["sh", "-c", script, "sh", ...inner]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(hasInstalled()).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    [
      "an oci_credentials block for a path",
      "tofu.tfrc",
      (host: string) => `oci_credentials "${host}/acme" {\n  username = "u"\n  password = "p"\n}\n`,
    ],
    [
      "a login for a path",
      "home/.docker/config.json",
      (host: string) => JSON.stringify({ auths: { [`${host}/acme`]: { auth: stale } } }),
    ],
  ])("names what wins over it: %s", async (_, file, text) => {
    workspace.write(file, text(module.registry.host));
    const { stderr, exitCode } = await init();
    expect(stderr).toMatch(/^scalr-oci: warning: .*\/acme.* wins over the run's login/);
    expect(exitCode).toBe(1);
  });

  it.each([
    ["HCL that cannot be read", 'a = file("x")\n', "line 1 cannot be read"],
    ["JSON that cannot be read", "{", "it is not valid JSON"],
    [
      "auth files beside it",
      'oci_default_credentials {\n  docker_style_config_files = ["a.json"]\n}\n',
      "has a relative path",
    ],
  ])("is refused over %s, before a token is minted", async (_, text, words) => {
    workspace.write("tofu.tfrc", text);
    const before = module.api.server.requests.length;
    const { exitCode, stderr, stdout } = await run(["echo", "ran"]);
    expect([exitCode, stdout]).toEqual([125, ""]);
    expect(stderr).toMatch(/cannot be laid over the CLI configuration in .*tofu\.tfrc: /);
    expect(stderr).toContain(words);
    expect(module.api.server.requests.length).toBe(before);
  });

  it.each([
    ["win32", "Windows has no file modes"],
    ["freebsd", "it is not known where OpenTofu looks"],
  ] as const)("is refused on %s, with a reason and another way", async (platform, words) => {
    const { exitCode, stderr } = await exec(workspace, module, ["--", "true"], { platform, variables: management });
    expect(exitCode).toBe(125);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/\n {2}use the credential helper docker-credential-scalr/);
  });

  /** Configurations of ended runs with the login, wherever runs of this user have their files. */
  function leftovers(): string[] {
    const directories = runtimeBases(workspace.environment()).filter((base) => existsSync(base));
    const names = directories.flatMap((base) => readdirSync(base).map((name) => join(base, name)));
    const files = names.flatMap((name) => ["opentofu.tfrc", "opentofu.tfrc.json"].map((file) => join(name, file)));
    return files.filter((file) => existsSync(file) && readFileSync(file, "utf8").includes(module.registry.host));
  }
});
