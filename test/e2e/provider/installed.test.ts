// The provider as it is shipped: the built executable, put in place by `setup provider`, started by OpenTofu and by Terraform, against
// our server and Debian's docker-registry.
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { providersStartedIn } from "../../support/provider-processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { startManagementServer } from "../support/management-server.ts";
import { createWorld, type World } from "../support/world.ts";

const minuteMs = 60_000;
const login = { username: "robot", password: `a"b'c\${d}\\e` };
const resource = (name: string, url: string, password = "var.password") => `
resource "scalr_docker_integration" "${name}" {
  name                = "${name}"
  registry_url        = "${url}"
  username            = "${login.username}"
  password_wo         = ${password}
  password_wo_version = 1
}
`;
const preamble = `
terraform {
  required_providers {
    scalr = { source = "scalr-oci/scalr" }
  }
}
variable "password" {
  type      = string
  ephemeral = true
}
`;

for (const tool of ["tofu", "terraform"] as const) {
  const real = await realParts(tool, "docker-registry", "htpasswd");
  real.describe(`the installed provider under ${tool}`, () => {
    let world: World;
    let projects = 0;

    beforeAll(async () => {
      world = await createWorld({ registry: { auth: "htpasswd", ...login }, tofu: real.paths[tool] });
      await world.runOk("scalr-oci", ["setup", "provider"]);
    }, minuteMs);
    afterAll(async () => world[Symbol.asyncDispose]());

    /** A folder with this configuration, initialized. */
    async function project(configuration: string): Promise<{ directory: string; run: Run; runOk: Run }> {
      const directory = `project-${(projects += 1)}`;
      world.workspace.write(`${directory}/main.tf`, preamble + configuration);
      const options = { directory, variables: { ...world.management, TF_VAR_password: login.password } };
      const flags = ["-no-color", "-input=false"];
      const run: Run = async (command, ...args) => {
        const { exitCode, stdout, stderr } = await world.run(real.paths[tool], [command, ...flags, ...args], options);
        return { exitCode, text: (stdout + stderr).replace(/[│╷╵\s]+/g, " ") };
      };
      const runOk: Run = async (command, ...args) => {
        const result = await run(command, ...args);
        if (result.exitCode !== 0) throw new Error(`${command} ended with ${result.exitCode}: ${result.text}`);
        return result;
      };
      await runOk("init");
      return { directory, run, runOk };
    }

    const resourcesIn = (directory: string) => {
      const text = readFileSync(world.workspace.path(directory, "terraform.tfstate"), "utf8");
      return (
        JSON.parse(text) as { resources: { name: string; instances: { attributes: Record<string, unknown> }[] }[] }
      ).resources;
    };

    it("creates, plans empty, changes and destroys", async () => {
      const { directory, runOk } = await project(resource("modules", world.registry.host));
      await runOk("apply", "-auto-approve");
      expect(resourcesIn(directory)[0]?.instances[0]?.attributes).toMatchObject({
        registry_url: world.registry.host,
        status: "active",
        password: null,
        password_wo: null,
      });
      expect((await runOk("plan", "-detailed-exitcode")).text).toContain("No changes");
      world.workspace.write(
        `${directory}/main.tf`,
        preamble +
          resource("modules", world.registry.host).replace('name                = "modules"', 'name = "renamed"'),
      );
      expect((await runOk("apply", "-auto-approve")).text).toContain("0 added, 1 changed, 0 destroyed");
      await runOk("destroy", "-auto-approve");
    });

    it("leaves no process behind", async () => {
      const { runOk } = await project(resource("modules", world.registry.host));
      await runOk("apply", "-auto-approve");
      await runOk("destroy", "-auto-approve");
      expect(providersStartedIn(world.workspace.directory)).toEqual([]);
    });

    it("shows a wrong password at its attribute, and stores nothing", async () => {
      const { run, directory } = await project(resource("modules", world.registry.host, '"wrong"'));
      const { exitCode, text } = await run("apply", "-auto-approve");
      expect(exitCode).toBe(1);
      expect(text).toContain('refuses the user name or password, while creating the integration "modules".');
      expect(text).toMatch(/password_wo += "wrong"/);
      expect(resourcesIn(directory)).toEqual([]);
    });

    it.each([301, 302, 307, 308])(
      "shows a URL that answers %d at its attribute, and where it leads",
      async (status) => {
        const { certificatePem: cert, privateKeyPem: key } = world.authority.issue();
        const server = createServer({ cert, key }, (_request, response) => {
          response.writeHead(status, { location: "https://registry.example.test/v2/" }).end();
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        const { run } = await project(resource("moved", `https://localhost:${port}`));
        const { exitCode, text } = await run("apply", "-auto-approve");
        await new Promise((resolve) => server.close(resolve));
        expect(exitCode).toBe(1);
        expect(text).toContain(`Registry url redirects, got https://localhost:${port}`);
        expect(text).toContain("Use https://registry.example.test.");
        expect(text).toContain(`registry_url = "https://localhost:${port}"`);
      },
    );

    it("stores a registry that cannot be reached as failed, and warns", async () => {
      const { directory, runOk } = await project(resource("away", "https://localhost:9"));
      expect((await runOk("apply", "-auto-approve")).text).toContain("Warning: Connection test failed");
      expect(resourcesIn(directory)[0]?.instances[0]?.attributes).toMatchObject({ status: "failed" });
      expect((await runOk("plan", "-detailed-exitcode")).text).toContain("No changes");
      await runOk("destroy", "-auto-approve");
    });

    it("names the first of two integrations on one host, and completes when there is one", async () => {
      const { directory, run, runOk } = await project(
        resource("first", world.registry.host) + resource("second", `https://${world.registry.host}/`),
      );
      const { exitCode, text } = await run("apply", "-auto-approve");
      expect(exitCode).toBe(1);
      expect(text).toMatch(/already has the integration '(first|second)', expected one integration per host/);
      expect(text).toMatch(/Change or import in-[a-z0-9]+ instead of adding another\./i);
      expect(resourcesIn(directory)).toHaveLength(1);
      const [winner] = resourcesIn(directory);
      world.workspace.write(`${directory}/main.tf`, preamble + resource(winner?.name ?? "", world.registry.host));
      await runOk("apply", "-auto-approve");
      await runOk("destroy", "-auto-approve");
    });

    it("says which right a token lacks", async () => {
      const mint = (
        await world.run("scalr-oci", ["token", "create", "--role", "mint"], {
          variables: { ...world.management },
          isSecret: true,
        })
      ).stdout.trim();
      const { directory } = await project(resource("modules", world.registry.host));
      const variables = { ...world.management, SCALR_TOKEN: mint, TF_VAR_password: login.password };
      const args = ["apply", "-auto-approve", "-no-color", "-input=false"];
      const { exitCode, stdout, stderr } = await world.run(real.paths[tool], args, { directory, variables });
      expect(exitCode).toBe(1);
      expect((stdout + stderr).replace(/[│╷╵\s]+/g, " ")).toMatch(
        /expected the permission docker-integrations:\w+ \(token from SCALR_TOKEN\).*Use a token with the role admin or manage\./,
      );
    });

    it("writes nothing half when the server is down during apply; a second apply completes", async () => {
      const server = await startManagementServer({
        workspace: world.workspace,
        authority: world.authority,
        data: "data-2",
      });
      const { directory } = await project(resource("modules", world.registry.host));
      const variables = {
        SCALR_HOSTNAME: server.hostname,
        SCALR_TOKEN: server.adminToken,
        TF_VAR_password: login.password,
      };
      const run = (...args: string[]) => world.run(real.paths[tool], [...args, "-no-color"], { directory, variables });
      expect((await run("plan", "-out=saved.plan")).exitCode).toBe(0);
      await server.stop();
      const failed = await run("apply", "saved.plan");
      expect(failed.exitCode).toBe(1);
      expect(failed.stderr.replace(/[│╷╵\s]+/g, " ")).toContain("cannot be reached, the connection is refused");
      expect(resourcesIn(directory)).toEqual([]);
      const again = await startManagementServer({
        workspace: world.workspace,
        authority: world.authority,
        data: "data-2",
        port: server.port,
      });
      expect((await run("apply", "-auto-approve")).exitCode).toBe(0);
      expect((await run("plan", "-detailed-exitcode")).exitCode).toBe(0);
      await again.stop();
    });

    it("runs the example in plain HCL as it is", async () => {
      world.workspace.write("plain-hcl/.keep", "");
      copyFileSync(join(root, "examples", "plain-hcl", "main.tf"), world.workspace.path("plain-hcl", "main.tf"));
      const variables = {
        ...world.management,
        TF_VAR_registry_url: world.registry.url,
        TF_VAR_registry_username: login.username,
        TF_VAR_registry_password: login.password,
      };
      const run = (...args: string[]) => world.runOk(real.paths[tool], args, { directory: "plain-hcl", variables });
      await run("init", "-no-color");
      expect(await run("apply", "-no-color", "-auto-approve")).toContain('status = "active"');
      await run("destroy", "-no-color", "-auto-approve");
    });
  });
}

type Run = (command: string, ...args: string[]) => Promise<{ readonly exitCode: number | null; readonly text: string }>;
