// examples/typed-modules, as its README says: the class is what `bindings` writes, the module is published, locked and applied.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Authority, createAuthority } from "../support/authority.ts";
import { builtExecutable } from "../support/built.ts";
import { runScalrOci } from "../support/cli.ts";
import { copyProgram } from "../support/example-program.ts";
import { runOk } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { embeddedKinds, loggedIn, type TestRegistry } from "../support/registries.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const tofu = await realPart("tofu");

tofu.describe("examples/typed-modules", () => {
  let authority: Authority;
  let registry: TestRegistry;
  let workspace: Workspace;
  let environment: Record<string, string>;
  const project = () => workspace.path("project");
  const scalrOci = (...args: string[]) =>
    runOk(builtExecutable("scalr-oci"), args, { environment, directory: project() });

  beforeAll(async () => {
    authority = createAuthority();
    const kind = embeddedKinds.find(({ wantsLogin }) => wantsLogin);
    if (kind === undefined) throw new Error("expected a registry that wants a login");
    registry = await kind.start(authority);
    workspace = createWorkspace();
    environment = { ...loggedIn(workspace, authority, registry.host), REGISTRY: registry.host };
    copyProgram(workspace, "typed-modules", "project");
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
    workspace.remove();
  });

  it("has the class that bindings writes", async () => {
    const committed = readFileSync(join(root, "examples", "typed-modules", "network.ts"), "utf8");
    rmSync(join(project(), "network.ts"));
    const made = await runScalrOci(["bindings", "network", "--out", "network.ts"], {
      environment,
      directory: project(),
    });
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(join(project(), "network.ts"), "utf8")).toBe(committed);
  });

  it("publishes, locks, synthesizes and applies", async () => {
    await scalrOci("push", "network", `oci://${registry.host}/acme/network`, "--version", "1.0.0", "--no-git");
    await scalrOci("lock");
    await runOk("node", ["main.ts"], { environment, directory: project() });
    const options = { environment, directory: join(project(), "cdktf.out", "stacks", "platform") };
    await runOk(tofu.path, ["init", "-no-color"], options);
    const applied = await runOk(tofu.path, ["apply", "-no-color", "-auto-approve"], options);
    expect(applied).toContain('summary = "demo: 1 public"');
    expect(applied).toMatch(/"front" = "[0-9a-f-]{36}"/);
  });
});
