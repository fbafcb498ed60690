// examples/quickstart under the real command lines, as its README says: `cdktf` and `cdktn` synthesize it, deploy it with OpenTofu
// against a server and a registry, and destroy it.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { filesHolding } from "../../support/canary.ts";
import { copyProgram } from "../../support/example-program.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorld, type World } from "../support/world.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd", "cdktf-cli", "cdktn-cli");
const { tofu } = real.paths;
const username = "robot";
const password = `canary-${randomBytes(6).toString("hex")}`;
/** A command line takes 4 to 9 seconds, twice that on a busy machine. */
const minuteMs = 60_000;

real.describe("examples/quickstart", () => {
  describe.each([
    { name: "cdktf", cli: real.paths["cdktf-cli"], app: [] },
    { name: "cdktn", cli: real.paths["cdktn-cli"], app: ["--app", "node cdktn.ts"] },
  ])("with $name", ({ cli, app, name }) => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ registry: { auth: "htpasswd", username, password }, tofu });
      copyProgram(world.workspace, "quickstart", "project");
      await world.runOk("scalr-oci", ["setup", "provider"]);
    }, minuteMs);
    afterAll(() => world[Symbol.asyncDispose]());

    const stack = join("project", "cdktf.out", "stacks", "registries");
    const commandLine = (args: readonly string[], variables: Record<string, string> = {}) =>
      world.run(cli, args, {
        directory: "project",
        variables: {
          ...world.management,
          TERRAFORM_BINARY_NAME: "tofu",
          REGISTRY_URL: world.registry.url,
          REGISTRY_USERNAME: username,
          // What the command lines print is for a terminal unless this is set.
          CI: "true",
          ...variables,
        },
      });
    const withPassword = { TF_VAR_modules_password: password };

    it(
      "synthesizes, with its preflight",
      async () => {
        const { exitCode, stdout, stderr } = await commandLine(["synth", ...app]);
        expect(stdout + stderr).toContain(`1 integration checked with ${world.server.hostname}, no problem found`);
        expect(exitCode).toBe(0);
        const json = readFileSync(world.workspace.path(stack, "cdk.tf.json"), "utf8");
        expect(JSON.parse(json)).toHaveProperty("resource.scalr_docker_integration.modules_BB7D6B85.name", "modules");
      },
      minuteMs,
    );

    it(
      "deploys with OpenTofu",
      async () => {
        const args = ["deploy", ...app, "--skip-provider-lock", "--auto-approve", "registries"];
        const { exitCode, stdout, stderr } = await commandLine(args, withPassword);
        expect(stdout + stderr).toContain("status = active");
        expect(exitCode).toBe(0);
        expect(existsSync(world.workspace.path(stack, ".terraform.lock.hcl"))).toBe(true);
        expect(readFileSync(world.workspace.path(stack, ".terraform.lock.hcl"), "utf8")).toContain("scalr-oci/scalr");
      },
      minuteMs,
    );

    it(
      "ends with what is wrong when something is",
      async () => {
        const variables = { REGISTRY_URL: "https://registry.invalid", CDKTF_OUTDIR: world.workspace.path("refused") };
        const { exitCode, stdout, stderr } = await commandLine(["synth", ...app], variables);
        expect(exitCode).not.toBe(0);
        expect(stdout + stderr).toContain("registries/modules: registry url cannot be resolved");
      },
      minuteMs,
    );

    it(
      "destroys",
      async () => {
        const args = ["destroy", ...app, "--skip-provider-lock", "--auto-approve", "registries"];
        const { exitCode, stdout, stderr } = await commandLine(args, withPassword);
        expect(stdout + stderr).toMatch(/1 destroyed/);
        expect(exitCode).toBe(0);
      },
      minuteMs,
    );

    it("keeps the password out of everything written and printed", () => {
      // The project's packages are links to this checkout, which are followed.
      rmSync(world.workspace.path("project", "node_modules"), { recursive: true });
      expect(filesHolding(world.workspace.directory, password)).toEqual([]);
      expect(world.transcript()).not.toContain(password);
    });

    it("is what the example's README says", () => {
      const readme = readFileSync(join(root, "examples", "quickstart", "README.md"), "utf8");
      const options = app.length === 0 ? "" : ' --app "node cdktn.ts"';
      expect(readme).toContain(`\n${name} synth${options}\n`);
      expect(readme).toContain(`\n${name} deploy${options} --skip-provider-lock registries\n`);
      expect(readme).toContain(`\n${name} destroy${options} --skip-provider-lock registries\n`);
    });
  });

  describe("with cdktn, of a program that says for no version that it is", () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ registry: { auth: "htpasswd", username, password }, tofu });
      copyProgram(world.workspace, "quickstart", "project");
      const text = readFileSync(world.workspace.path("project", "cdktn.ts"), "utf8");
      world.workspace.write("project/cdktn.ts", text.replace(/new App\(\{.*\}\)/, "new App()"));
    }, minuteMs);
    afterAll(() => world[Symbol.asyncDispose]());

    const synthesize = () =>
      world.run(real.paths["cdktn-cli"], ["synth", "--app", "node cdktn.ts"], {
        directory: "project",
        variables: { TERRAFORM_BINARY_NAME: "tofu", REGISTRY_URL: world.registry.url, CI: "true" },
      });

    it(
      "is refused, and says what to add",
      async () => {
        const { exitCode, stdout, stderr } = await synthesize();
        expect(exitCode).not.toBe(0);
        expect(stdout + stderr).toContain("targetVersions");
      },
      minuteMs,
    );

    it(
      "is taken when cdktf.json says it",
      async () => {
        const configuration = JSON.parse(readFileSync(world.workspace.path("project", "cdktf.json"), "utf8")) as object;
        const targetVersions = { opentofu: ">=1.11.0" };
        world.workspace.write("project/cdktf.json", JSON.stringify({ ...configuration, targetVersions }));
        expect(await synthesize()).toMatchObject({ exitCode: 0 });
      },
      minuteMs,
    );
  });
});
