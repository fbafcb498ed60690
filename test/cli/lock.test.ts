// `scalr-oci lock` of what is hard to read: programs without a command line, files that are none, sources with templates, and
// lock files that constructs name.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { Secret } from "../../src/base/secret.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../src/registry/embedded-registry.ts";
import { type Authority, createAuthority } from "../support/authority.ts";
import { runScalrOci } from "../support/cli.ts";
import { loggedIn, password, username } from "../support/registries.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

describe("scalr-oci lock", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
    mkdirSync(workspace.path("p"));
  });
  afterEach(() => workspace.remove());
  const lock = (flags: readonly string[] = [], environment = workspace.environment()) =>
    runScalrOci(["lock", "p", ...flags], { environment, directory: workspace.directory });

  it.each(["{bad", "null", '{"app":""}', '{"app":7}', "[]"])(
    "refuses a cdktf.json with %s by its name",
    async (text) => {
      workspace.write("p/cdktf.json", text);
      const { exitCode, stderr } = await lock();
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^scalr-oci: cdktf\.json .* \(INVALID_ARGUMENT\)\n {2}.*--app/);
    },
  );

  it("names what cannot be read", async () => {
    workspace.write("p/main.tf", "");
    mkdirSync(workspace.path("p/scalr-oci.lock.json"));
    expect(await lock()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("scalr-oci.lock.json cannot be read, got EISDIR, expected a file") as string,
    });
    symlinkSync("nowhere", workspace.path("p/link.tf"));
    for (const command of ["lock", "check"]) {
      const options = { environment: workspace.environment(), directory: workspace.directory };
      workspace.write("q/main.tf", 'module "a" {\n  source = "./main.tf"\n}\n');
      expect((await runScalrOci([command, "q"], options)).stderr).toContain(
        "main.tf:1 module.a: module ./main.tf is no",
      );
      expect((await runScalrOci([command, "q/main.tf"], options)).exitCode).toBe(2);
    }
    const check = await runScalrOci(["check", "p"], {
      environment: workspace.environment(),
      directory: workspace.directory,
    });
    expect(check).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("link.tf cannot be read") as string });
  });

  it("names modules whose source it cannot know, and fails with --check for them", async () => {
    workspace.write("p/main.tf", 'variable "source" {}\nmodule "a" {\n  source = var.source\n}\n');
    const line = "UNKNOWN  main.tf:3 module.a: source is known with the run's variables only, it was not locked\n";
    expect(await lock()).toMatchObject({ exitCode: 0, stdout: line });
    expect(await lock(["--check"])).toMatchObject({ exitCode: 1, stdout: line, stderr: "" });
    const { stdout } = await lock(["--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ isCurrent: false, unknown: ["main.tf:3 module.a"] });
  });

  it.each([
    ['source = "oci://r.example/a"\n  version = "~> 1.4"', "module of an OCI registry has the argument version"],
    ['source = " oci://r.example/a?tag=1"', "source has blanks around the address"],
  ])("refuses what OpenTofu refuses: %s", async (attributes, message) => {
    workspace.write("p/main.tf", `module "a" {\n  ${attributes}\n}\n`);
    const { exitCode, stderr } = await lock();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`main.tf:2 module.a: ${message}`);
  });

  describe("with a registry", () => {
    let authority: Authority;
    let registry: EmbeddedRegistry;
    let environment: Record<string, string>;
    const address = () => `oci://${registry.host.value}/acme/vpc`;
    const push = async (text: string, ...flags: string[]) => {
      workspace.write("module/main.tf", text);
      const args = ["push", "module", address(), "--version", "1.0.0", "--no-git", ...flags];
      const options = { environment, directory: workspace.directory };
      expect(await runScalrOci(args, options)).toMatchObject({ exitCode: 0 });
    };
    beforeEach(async () => {
      authority = createAuthority();
      registry = await startEmbeddedRegistry({
        tls: authority.issue(),
        auth: { kind: "basic", users: [{ username, password: new Secret(password) }] },
      });
      environment = loggedIn(workspace, authority, registry.host.value);
      await push("# one\n");
    });
    afterEach(async () => {
      await registry.close();
      authority.remove();
    });

    it("locks sources made of locals and defaults, and OCI:// in capitals", async () => {
      workspace.write(
        "p/main.tf",
        `locals {\n  tag = "1.0.0"\n}\nvariable "source" {\n  default = "${address()}?tag=1"\n}\n` +
          `module "a" {\n  source = "${address()}?tag=\${local.tag}"\n}\nmodule "b" {\n  source = var.source\n}\n` +
          `module "c" {\n  source = "${address().replace("oci:", "OCI:")}?tag=1.0"\n}\n`,
      );
      const { exitCode, stdout } = await lock([], environment);
      expect({ exitCode, lines: stdout.trim().split("\n") }).toEqual({
        exitCode: 0,
        lines: ["1", "1.0", "1.0.0"].map((tag) => `added    ${address()}?tag=${tag}: ${tag}`),
      });
    });

    it("fills the lock files that the program names, each with its own modules", async () => {
      const request = (more: object) => JSON.stringify({ path: "app", address: address(), tag: "1.0.0", ...more });
      const named = workspace.path("p/locks/my.lock.json");
      const again = workspace.path("p/locks/../scalr-oci.lock.json");
      const lines = [request({}), request({ tag: "1", lockFile: again }), request({ tag: "1.0", lockFile: named })];
      workspace.write("requests", `${lines.join("\n")}\n`);
      const app = ["--app", `cat ${workspace.path("requests")} > "$SCALR_OCI_LOCK_REQUESTS"`];
      expect(await lock([...app, "--check"], environment)).toMatchObject({
        exitCode: 1,
        stderr: "not current: scalr-oci.lock.json, locks/my.lock.json; run scalr-oci lock\n",
      });
      expect(existsSync(named)).toBe(false);
      expect(await lock(app, environment)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(`added    ${address()}?tag=1.0: 1.0 [locks/my.lock.json]\n`) as string,
      });
      const keys = (file: string) =>
        Object.keys((JSON.parse(readFileSync(file, "utf8")) as { modules: object }).modules);
      expect(keys(named)).toEqual([`${address()}?tag=1.0`]);
      expect(keys(workspace.path("p/scalr-oci.lock.json"))).toEqual([`${address()}?tag=1`, `${address()}?tag=1.0.0`]);
      expect(await lock([...app, "--check"], environment)).toMatchObject({ exitCode: 0, stderr: "" });
    });

    it("says that nothing has an address of --update, that a moved tag is not current, and both digests", async () => {
      workspace.write("p/main.tf", `module "a" {\n  source = "${address()}?tag=1.0.0"\n}\n`);
      expect(await lock([], environment)).toMatchObject({ exitCode: 0 });
      expect(await lock(["--update", "oci://r.example/typo"], environment)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(
          /no module that is locked here has the address oci:\/\/r\.example\/typo .*\n {2}there are: /,
        ) as string,
      });
      expect(await lock(["--pin", "--check"], environment)).toMatchObject({
        exitCode: 1,
        stderr: "not current: main.tf; run scalr-oci lock --pin\n",
      });
      await push("# two\n", "--force");
      const moved = await lock(["--json"], environment);
      expect(moved.exitCode).toBe(1);
      expect(JSON.parse(moved.stdout)).toMatchObject({ isCurrent: false, entries: [{ outcome: "moved" }] });
      const { stdout } = await lock(["--update"], environment);
      expect(stdout).toMatch(/^updated {2}\S+: 1\.0\.0, sha256:[0-9a-f]{64} to sha256:[0-9a-f]{64}\n$/);
    });
  });
});
