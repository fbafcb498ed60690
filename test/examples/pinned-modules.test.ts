// examples/pinned-modules, as its README says: locked against a registry, synthesized without one, loaded by OpenTofu.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Authority, createAuthority } from "../support/authority.ts";
import { builtExecutable } from "../support/built.ts";
import { copyProgram } from "../support/example-program.ts";
import { run, runOk } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { embeddedKinds, loggedIn, type TestRegistry } from "../support/registries.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const tofu = await realPart("tofu");
const network = join(root, "examples", "private-modules", "modules", "network");

tofu.describe("examples/pinned-modules", () => {
  let authority: Authority;
  let registry: TestRegistry;
  let workspace: Workspace;
  let environment: Record<string, string>;
  const project = () => workspace.path("project");
  const scalrOci = (...args: string[]) =>
    run(builtExecutable("scalr-oci"), args, { environment, directory: project() });

  beforeAll(async () => {
    authority = createAuthority();
    const kind = embeddedKinds.find(({ wantsLogin }) => wantsLogin);
    if (kind === undefined) throw new Error("expected a registry that wants a login");
    registry = await kind.start(authority);
    workspace = createWorkspace();
    environment = { ...loggedIn(workspace, authority, registry.host), REGISTRY: registry.host };
    copyProgram(workspace, "pinned-modules", "project");
    for (const version of ["1.3.0", "1.4.0", "1.10.0", "2.0.0"]) {
      const address = `oci://${registry.host}/acme/network`;
      await runOk(builtExecutable("scalr-oci"), ["push", network, address, "--version", version, "--no-git"], {
        environment,
      });
    }
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
    workspace.remove();
  });

  it("locks the newest version that is allowed, by the program of cdktf.json", async () => {
    expect(await scalrOci("lock")).toMatchObject({
      exitCode: 0,
      stdout: `added    oci://${registry.host}/acme/network ~> 1.4: 1.10.0\n`,
    });
    expect(await scalrOci("lock", "--check")).toMatchObject({ exitCode: 0 });
  });

  it("synthesizes from the lock, and OpenTofu loads and applies what it names", async () => {
    await runOk("node", ["main.ts"], { environment, directory: project() });
    const stack = join(project(), "cdktf.out", "stacks", "platform");
    const { module } = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")) as {
      module: { network: { source: string } };
    };
    expect(module.network.source).toMatch(/^oci:\/\/localhost:\d+\/acme\/network\?digest=sha256:[0-9a-f]{64}$/);
    const options = { environment, directory: stack };
    await runOk(tofu.path, ["init", "-no-color"], options);
    expect(await runOk(tofu.path, ["apply", "-no-color", "-auto-approve"], options)).toContain("network_id");
  });

  it("synthesizes the same without a registry, and asks for nothing", async () => {
    const file = join(project(), "cdktf.out", "stacks", "platform", "cdk.tf.json");
    const before = readFileSync(file, "utf8");
    await registry.stop();
    const { exitCode, stderr } = await run("node", ["main.ts"], {
      environment: workspace.environment({ variables: { REGISTRY: registry.host } }),
      directory: project(),
    });
    expect({ exitCode, stderr: stderr.split("\n").filter((line) => !line.includes("SCALR_HOSTNAME")) }).toEqual({
      exitCode: 0,
      stderr: ["preflight: 0 integrations and 1 module checked offline only, no problem found", ""],
    });
    expect(readFileSync(file, "utf8")).toBe(before);
  });
});
