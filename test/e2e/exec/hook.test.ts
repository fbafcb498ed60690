// `exec --write-docker-config` as the pre-init hook of an agent: after it, an OpenTofu that knows nothing of us loads private modules.
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { canary, exec, openProject, type PrivateModule, publishPrivateModule } from "./support.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;

real.describe("the hook of an agent", () => {
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

  const hook = (args: readonly string[], variables: Record<string, string | undefined> = {}) =>
    exec(workspace, module, args, { variables: { ...management, ...variables } });
  const write = (variables?: Record<string, string | undefined>) => hook(["--write-docker-config"], variables);
  const remove = (variables?: Record<string, string | undefined>) => hook(["--remove-docker-config"], variables);
  /** The agent's own command: nothing of the hook's variables. */
  const init = (variables: Record<string, string | undefined> = {}) =>
    run(tofu, ["init", "-no-color"], {
      environment: workspace.environment({ trust: module.authority.certificateFile, variables }),
      directory: workspace.path("project"),
    });
  const homeFile = () => workspace.path("home", ".config", "containers", "auth.json");
  const stale = { auth: Buffer.from("robot:stale").toString("base64") };

  it("writes the logins where OpenTofu looks first; afterwards they are gone", async () => {
    expect((await init()).exitCode).toBe(1);
    const written = await write();
    const file = workspace.path("run", "containers", "auth.json");
    expect(written).toMatchObject({ exitCode: 0, stderr: "" });
    expect(written.stdout).toBe(`wrote the logins for ${module.registry.host} into ${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await init()).toMatchObject({ exitCode: 0 });
    expect([...module.api.alive]).toEqual([]);
    expect(await remove()).toMatchObject({ exitCode: 0, stdout: `removed the logins for ${module.registry.host}\n` });
    expect(existsSync(file)).toBe(false);
  });

  it("is the example's two scripts, with the variables of a run of Scalr around them", async () => {
    const main = join(root, "src", "bin", "scalr-oci.ts");
    workspace.write("bin/scalr-oci", `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, 0o755);
    const { SCALR_HOSTNAME: OCI_SERVER, SCALR_TOKEN: OCI_MINT_TOKEN } = management;
    const scalr = { SCALR_HOSTNAME: "example.scalr.io", SCALR_TOKEN: "a run token of Scalr's" };
    const environment = workspace.environment({
      trust: module.authority.certificateFile,
      path: [workspace.path("bin")],
      variables: { ...scalr, OCI_SERVER, OCI_MINT_TOKEN },
    });
    const script = (name: string) => run(join(root, "examples", "agent-hook", name), [], { environment });
    expect(await script("pre-init.sh")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await init(scalr)).toMatchObject({ exitCode: 0 });
    expect(await script("post-plan.sh")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(workspace.path("run", "containers", "auth.json"))).toBe(false);
  });

  it("in a container without a runtime directory writes below the home, over a stale login of Docker's", async () => {
    const bare = { XDG_RUNTIME_DIR: undefined, XDG_CONFIG_HOME: undefined };
    const docker = workspace.write(
      "home/.docker/config.json",
      JSON.stringify({ auths: { [module.registry.host]: stale } }),
    );
    expect(await write(bare)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(homeFile())).toBe(true);
    expect(await init(bare)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(readFileSync(docker, "utf8"))).toEqual({ auths: { [module.registry.host]: stale } });
  });

  it("takes the next place where the first cannot be written", async () => {
    // Root may write to anything but what the kernel keeps.
    const unwritable = { XDG_RUNTIME_DIR: "/sys" };
    expect(await write(unwritable)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(homeFile())).toBe(true);
    expect(await init(unwritable)).toMatchObject({ exitCode: 0 });
  });

  it("keeps the logins that are there, and puts back the one that it replaced", async () => {
    mkdirSync(workspace.path("run", "containers"));
    const own = { auths: { "quay.io": stale, [module.registry.host]: stale }, credHelpers: { "ghcr.io": "pass" } };
    const file = workspace.write("run/containers/auth.json", JSON.stringify(own));
    await write();
    const { auths, credHelpers } = JSON.parse(readFileSync(file, "utf8")) as typeof own;
    expect([auths["quay.io"], credHelpers]).toEqual([stale, own.credHelpers]);
    expect(await init()).toMatchObject({ exitCode: 0 });
    await remove();
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(own);
  });

  it("is narrowed by --host, and says who has no login", async () => {
    const { stdout, stderr } = await hook(["--write-docker-config", "--host", "quay.io"]);
    expect(stderr).toBe("scalr-oci: warning: there is no exported login for quay.io\n");
    expect(stdout).toContain("wrote the logins for ");
  });

  it("names what goes before it", async () => {
    workspace.write(
      "tofu.tfrc",
      `oci_credentials "${module.registry.host}" {\n  username = "u"\n  password = "p"\n}\n`,
    );
    expect((await write()).stderr).toMatch(/^scalr-oci: warning: oci_credentials .* wins over the run's login/);
  });

  it("leaves a file that it cannot read, and fails", async () => {
    mkdirSync(workspace.path("run", "containers"));
    const file = workspace.write("run/containers/auth.json", `{ "${canary}`);
    const { exitCode, stdout, stderr } = await write();
    expect([exitCode, stdout]).toEqual([125, ""]);
    expect(stderr).toContain("holds no JSON object");
    expect(stderr).not.toContain(canary);
    expect(readFileSync(file, "utf8")).toBe(`{ "${canary}`);
    expect([...module.api.alive]).toEqual([]);
  });

  it("prints no secret", async () => {
    const results = [await write(), await remove(), await write({ SCALR_TOKEN: `wrong-${canary}` })];
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 125]);
    expect(results.map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain(canary);
  });

  it.each([[["--write-docker-config", "--remove-docker-config"]], [["--write-docker-config", "--", "true"]], [[]]])(
    "%j is no way to call it",
    async (args) => {
      const { exitCode, stderr } = await hook(args);
      expect(exitCode).toBe(125);
      expect(stderr).toContain("exec takes a command, --write-docker-config or --remove-docker-config");
    },
  );
});
