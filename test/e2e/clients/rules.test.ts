// `tofu init` where a rule of the configuration gives the registry to another credential helper: it works, says why it does not, and
// never waits for long.
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtDirectory, builtExecutable } from "../../support/built.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { writeHelperProgram } from "../../support/helper-program.ts";
import { askingHelper, loadingModules, publishModules } from "../../support/private-modules.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
/** Issue 4: twenty modules end within this when a source is at fault, with the cause in OpenTofu's own message. */
const maxInitMs = 20_000;
const modules = 20;

let authority: Authority;
let registry: DockerRegistry;
let workspace: Workspace;

real.describe("tofu init with a rule", () => {
  beforeAll(async () => {
    authority = createAuthority();
    registry = await startDockerRegistry({ auth: "token", authority });
    await publishModules(registry, modules);
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    workspace.write("tofu.tfrc", askingHelper("scalr", registry.host));
  });
  afterEach(() => workspace.remove());

  const environment = () =>
    workspace.environment({ trust: authority.certificateFile, path: [builtDirectory, workspace.path("helpers")] });
  const rule = (text: string) =>
    workspace.write("home/.config/scalr-oci/config.toml", `[hosts."${registry.host}"]\n${text}\n`);
  const init = async (count: number) => {
    workspace.write("main.tf", loadingModules(registry.host, count));
    const directory = workspace.directory;
    const said = await run(real.paths.tofu, ["init", "-no-color"], { environment: environment(), directory });
    return { ...said, text: said.stderr.replace(/[│╷╵]/g, "").replace(/\s+/g, " ") };
  };
  const store = () => {
    const login = { ServerURL: registry.host, Username: registry.username, Secret: registry.password };
    return runOk(builtExecutable("docker-credential-scalr"), ["store"], {
      environment: environment(),
      stdin: JSON.stringify(login),
    });
  };

  it("another helper has the login, and ours keeps none of it", async () => {
    const vault = writeHelperProgram(workspace, "vault");
    rule('source = "helper"\nhelper = "vault"');
    await store();
    expect(Object.keys(vault.logins())).toEqual([registry.host]);
    expect((await init(3)).exitCode).toBe(0);
    expect(vault.calls().filter((call) => call.startsWith("get ")).length).toBeGreaterThanOrEqual(3);
    const list = await runOk(builtExecutable("docker-credential-scalr"), ["list"], { environment: environment() });
    expect(list).toBe("{}\n");
  });

  it("a rule for the local store, and then one for nobody: at once", async () => {
    rule('source = "store"');
    await store();
    expect((await init(1)).exitCode).toBe(0);
    rule('source = "none"');
    const { exitCode } = await init(2);
    expect(exitCode).toBe(1);
  });

  it("what is wrong with the configuration is in OpenTofu's own message, with the remedy", async () => {
    rule('sorce = "none"');
    const { exitCode, text } = await init(1);
    expect(exitCode).toBe(1);
    expect(text).toContain(`scalr-oci/config.toml: hosts["${registry.host}"].sorce is not known`);
    expect(text).toContain("write source");
  });

  it("a helper that refuses is named, with what it says", async () => {
    writeHelperProgram(workspace, "vault", "echo noise >&2; echo 'the vault is sealed'; exit 1");
    rule('source = "helper"\nhelper = "vault"');
    const { exitCode, text, stderr } = await init(1);
    expect(exitCode).toBe(1);
    expect(text).toContain("the helper vault fails: the vault is sealed (HELPER_FAILED)");
    expect(stderr).not.toContain("noise");
  });

  it(`a helper that hangs is waited for once: ${modules} modules end within ${maxInitMs / 1000} s`, async () => {
    writeHelperProgram(workspace, "vault", "exec sleep 60");
    rule('source = "helper"\nhelper = "vault"');
    const { exitCode, text, durationMs } = await init(modules);
    expect(exitCode).toBe(1);
    expect(text).toContain("the helper vault fails: it does not answer in time (HELPER_LATE)");
    expect(text).toContain("run docker-credential-vault by hand");
    expect(durationMs).toBeLessThan(maxInitMs);
  });
});
