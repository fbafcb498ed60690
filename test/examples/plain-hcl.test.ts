// examples/plain-hcl, which is the README's example, applied as the README says.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createWorld, type World } from "../e2e/support/world.ts";
import { realParts } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
const password = "correct horse battery";
const minuteMs = 60_000;

real.describe("the example in plain HCL", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ registry: { auth: "htpasswd", username: "acme-bot", password }, tofu });
    await world.runOk("scalr-oci", ["setup", "provider"]);
    cpSync(join(root, "examples", "plain-hcl"), world.workspace.path("project"), { recursive: true });
  }, minuteMs);
  afterAll(() => world[Symbol.asyncDispose]());

  const run = (...args: string[]) =>
    world.run(tofu, [...args, "-no-color"], {
      directory: "project",
      variables: {
        ...world.management,
        TF_VAR_registry_url: world.registry.url,
        TF_VAR_registry_username: "acme-bot",
        TF_VAR_registry_password: password,
      },
    });

  it("is formatted as tofu fmt does", async () => {
    expect((await run("fmt", "-check", "-diff")).stdout).toBe("");
  });

  it("is applied, and then there is nothing to change", async () => {
    expect(await run("init")).toMatchObject({ exitCode: 0 });
    expect((await run("apply", "-auto-approve")).stdout).toContain('status = "active"');
    expect(await run("plan", "-detailed-exitcode")).toMatchObject({ exitCode: 0 });
  });

  it("keeps no password in state", () => {
    const state = readFileSync(world.workspace.path("project", "terraform.tfstate"), "utf8");
    expect(state).toContain('"username": "acme-bot"');
    expect(state).not.toContain("horse");
  });

  it("is destroyed", async () => {
    expect((await run("destroy", "-auto-approve")).stdout).toContain("Destroy complete! Resources: 1 destroyed.");
  });
});
