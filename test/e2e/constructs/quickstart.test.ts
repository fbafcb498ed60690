// examples/quickstart as its README says, with CDKTF and with CDK Terrain: synthesized, applied by OpenTofu, rotated, refused.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesHolding } from "../../support/canary.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorld, type World } from "../support/world.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
const username = "robot";
const password = `canary-${randomBytes(6).toString("hex")}`;
const minuteMs = 60_000;

real.describe("examples/quickstart", () => {
  describe.each([["main.ts"], ["cdktn.ts"]])("%s", (program) => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ registry: { auth: "htpasswd", username, password }, tofu });
      world.workspace.write("project/.keep", "");
      await world.runOk("scalr-oci", ["setup", "provider"]);
    }, minuteMs);
    afterAll(() => world[Symbol.asyncDispose]());

    const stack = join("project", "cdktf.out", "stacks", "registries");
    const synthesize = (variables: Record<string, string> = {}) =>
      world.run("node", [join(root, "examples", "quickstart", program)], {
        directory: "project",
        variables: { ...world.management, REGISTRY_URL: world.registry.url, REGISTRY_USERNAME: username, ...variables },
      });
    const apply = (...args: string[]) =>
      world.runOk(tofu, [...args, "-no-color", "-input=false"], {
        directory: stack,
        variables: { ...world.management, TF_VAR_modules_password: password },
      });

    it("synthesizes after a preflight with the management API", async () => {
      const { exitCode, stderr } = await synthesize();
      expect(stderr).toBe(`preflight: 1 integration checked with ${world.server.hostname}, no problem found\n`);
      expect(exitCode).toBe(0);
    });

    it("applies from a saved plan, and then has nothing to change", async () => {
      await apply("init");
      await apply("plan", "-out=saved.plan");
      const applied = await world.runOk(tofu, ["apply", "-no-color", "-input=false", "saved.plan"], {
        directory: stack,
        variables: { ...world.management, TF_VAR_modules_password: password },
      });
      expect(applied).toContain('status = "active"');
      expect(await apply("plan", "-detailed-exitcode")).toContain("No changes");
    });

    it("sends a new password when the version is raised", async () => {
      const file = world.workspace.path(stack, "cdk.tf.json");
      const json = readFileSync(file, "utf8");
      world.workspace.write(
        join(stack, "cdk.tf.json"),
        json.replace('"password_wo_version": 1', '"password_wo_version": 2'),
      );
      const applied = await apply("apply", "-auto-approve");
      expect(applied).toMatch(/password_wo_version\s+= 1 -> 2/);
      expect(applied).toContain("1 changed");
    });

    it("keeps the password out of JSON, plan, state and everything printed", () => {
      expect(filesHolding(world.workspace.directory, password)).toEqual([]);
      expect(world.transcript()).not.toContain(password);
      expect(filesHolding(world.workspace.path("project"), "password_wo_version").length).toBeGreaterThan(2);
    });

    it("ends with everything that is wrong when something is, and writes nothing", async () => {
      const { exitCode, stderr, stdout } = await synthesize({
        REGISTRY_URL: "https://registry.invalid",
        CDKTF_OUTDIR: world.workspace.path("project", "refused"),
      });
      expect(exitCode).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toContain("preflight found 1 problem\n  registries/modules: registry url cannot be resolved");
      expect(stderr).not.toContain("    at ");
      expect(() => readFileSync(world.workspace.path("project", "refused", "manifest.json"))).toThrow("ENOENT");
    });
  });
});
