// `scalr-oci lock` on plain HCL: OpenTofu loads what was rewritten, and what was not to be rewritten is the same bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import { runOk } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { embeddedKinds, loggedIn, type TestRegistry } from "../../support/registries.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const tofu = await realPart("tofu");
const network = join(root, "examples", "private-modules", "modules", "network");

tofu.describe("scalr-oci lock on plain HCL", () => {
  let authority: Authority;
  let registry: TestRegistry;
  let workspace: Workspace;
  let environment: Record<string, string>;
  const address = () => `oci://${registry.host}/acme/network`;
  const scalrOci = (...args: string[]): Promise<CliRun> =>
    runScalrOci(args, { environment, directory: workspace.path("project") });
  const push = async (tag: string, ...flags: string[]) => {
    const result = await scalrOci("push", network, address(), "--version", tag, "--no-git", ...flags);
    expect(result.exitCode).toBe(0);
  };
  /** A module with the same variables and outputs. */
  const pushText = async (tag: string, comment: string) => {
    const text = `${comment}\nvariable "name" {\n  type = string\n}\noutput "id" {\n  value = var.name\n}\n`;
    workspace.write("changed/main.tf", text);
    const source = workspace.path("changed");
    expect((await scalrOci("push", source, `${address()}?tag=${tag}`, "--no-git", "--force")).exitCode).toBe(0);
  };
  const read = (name: string) => readFileSync(workspace.path("project", name), "utf8");
  const digestOf = (key: string) =>
    (JSON.parse(read("scalr-oci.lock.json")) as { modules: Record<string, { digest: string }> }).modules[key]?.digest;
  const main = (query: string) =>
    [
      "\uFEFF# é😀 source = oci://x/y?tag=1.4.0",
      'module "network" {',
      `  source  =   "${address()}${query}" # ?tag=1.4.0`,
      '  name = "a"',
      "}",
      'module "child" {',
      '  source = "./child"',
      "}",
      'output "id" {',
      "  value = module.network.id",
      "}",
      "",
    ].join("\r\n");
  const child = (query: string) => `module "inner" {\n\tsource = "${address()}${query}"\n\tname = "b"\n}\n`;

  beforeAll(async () => {
    authority = createAuthority();
    const kind = embeddedKinds.find(({ wantsLogin }) => wantsLogin);
    if (kind === undefined) throw new Error("expected a registry that wants a login");
    registry = await kind.start(authority);
    workspace = createWorkspace();
    environment = loggedIn(workspace, authority, registry.host);
    workspace.write("project/main.tf", main("?tag=1.4.0"));
    workspace.write("project/child/main.tf", child(""));
    await push("1.4.0");
    await push("2.0.0");
    await pushText("latest", "# latest");
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
    workspace.remove();
  });

  it("--check fails while there is no lock, and writes nothing", async () => {
    const result = await scalrOci("lock", "--check");
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain("not current: scalr-oci.lock.json; run scalr-oci lock\n");
    expect(() => read("scalr-oci.lock.json")).toThrow("ENOENT");
  });

  it("locks the tags of sources, in local modules too, and changes no source", async () => {
    expect(await scalrOci("lock")).toMatchObject({
      exitCode: 0,
      stdout: `added    ${address()}?tag=1.4.0: 1.4.0\nadded    ${address()}?tag=latest: latest\n`,
    });
    expect(digestOf(`${address()}?tag=1.4.0`)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(read("main.tf")).toBe(main("?tag=1.4.0"));
    expect(read("child/main.tf")).toBe(child(""));
  });

  it("--check says what is outdated and is content with it", async () => {
    const result = await scalrOci("lock", "--check");
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toContain(`kept     ${address()}?tag=1.4.0: 1.4.0; outdated, the newest is 2.0.0\n`);
  });

  it("--pin --check names the files that would change, and changes none", async () => {
    const result = await scalrOci("lock", "--pin", "--check");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toBe("not current: main.tf, child/main.tf; run scalr-oci lock --pin\n");
    expect(read("main.tf")).toBe(main("?tag=1.4.0"));
  });

  it("--pin writes the digest and nothing else, and is content the second time", async () => {
    expect((await scalrOci("lock", "--pin")).stdout).toContain("pinned   main.tf\npinned   child/main.tf\n");
    expect(read("main.tf")).toBe(main(`?digest=${digestOf(`${address()}?tag=1.4.0`)}`));
    expect(read("child/main.tf")).toBe(child(`?digest=${digestOf(`${address()}?tag=latest`)}`));
    const lock = read("scalr-oci.lock.json");
    expect(await scalrOci("lock", "--pin", "--check")).toMatchObject({ exitCode: 0 });
    expect(read("scalr-oci.lock.json")).toBe(lock);
  });

  it("OpenTofu loads and applies what was rewritten", async () => {
    const options = { environment, directory: workspace.path("project") };
    await runOk(tofu.path, ["init", "-no-color"], options);
    expect(await runOk(tofu.path, ["apply", "-no-color", "-auto-approve"], options)).toContain("id = ");
  });

  it("refuses a tag that moved since, until an update is asked for together with the sources", async () => {
    const before = digestOf(`${address()}?tag=1.4.0`);
    await pushText("1.4.0", "# moved");
    for (const flags of [["--check"], ["--pin"], ["--update"]]) {
      const result = await scalrOci("lock", ...flags);
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toContain(`REFUSED  ${address()}?tag=1.4.0: the tag 1.4.0 has other content now`);
    }
    expect(digestOf(`${address()}?tag=1.4.0`)).toBe(before);
    const updated = await scalrOci("lock", "--update", "--pin");
    expect(updated.exitCode).toBe(0);
    expect(updated.stdout).toMatch(/\?tag=1\.4\.0: 1\.4\.0, sha256:[0-9a-f]{64} to sha256:[0-9a-f]{64}\n/);
    const after = digestOf(`${address()}?tag=1.4.0`);
    expect(after).not.toBe(before);
    expect(read("main.tf")).toBe(main(`?digest=${after}`));
  });

  it("keeps every tag that has a source's digest", async () => {
    expect((await scalrOci("copy", `${address()}?tag=2.0.0`, `${address()}?tag=stable`)).exitCode).toBe(0);
    const text = (query: string) => `module "a" {\n  source = "${address()}${query}"\n}\n`;
    workspace.write("same/a.tf", text("?tag=2.0.0"));
    workspace.write("same/b.tf", text("?tag=stable"));
    expect(await scalrOci("lock", workspace.path("same"), "--pin")).toMatchObject({ exitCode: 0 });
    expect(readFileSync(workspace.path("same/b.tf"), "utf8")).toMatch(/\?digest=sha256:[0-9a-f]{64}"\n/);
    expect(await scalrOci("lock", workspace.path("same"), "--pin", "--check")).toMatchObject({ exitCode: 0 });
  });

  it("prints JSON", async () => {
    const { stdout } = await scalrOci("lock", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      isCurrent: true,
      pinned: [],
      entries: [{ outcome: "kept" }, { outcome: "kept" }],
    });
  });

  it.each([
    ["written with escapes", "main.tf", 'module "a" {\n  source = "ADDRESS?tag=\\u0031.4.0"\n}\n'],
    ["in JSON", "main.tf.json", '{ "module": { "a": { "source": "ADDRESS?tag=1.4.0" } } }'],
  ])("refuses to pin a source that is %s, and changes no file", async (_, name, text) => {
    const directory = `other/${name}`;
    workspace.write(`${directory}/${name}`, text.replace("ADDRESS", address()));
    const result = await scalrOci("lock", workspace.path(directory), "--pin");
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("cannot be rewritten in its place");
    expect(() => readFileSync(workspace.path(directory, "scalr-oci.lock.json"))).toThrow("ENOENT");
  });

  it("refuses --pin for a program, and a directory without anything", async () => {
    workspace.write("program/cdktf.json", '{ "app": "true" }');
    expect((await scalrOci("lock", workspace.path("program"), "--pin")).stderr).toContain("--pin is for plain HCL");
    expect((await scalrOci("lock", workspace.path("none"))).stderr).toContain("no cdktf.json and no configuration");
  });
});
