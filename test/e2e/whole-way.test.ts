// The whole way over real parts: declared with either framework, applied by OpenTofu through our provider to our server, modules
// published to Debian's docker-registry and loaded with what the server holds. And over all of it: where the password is, and is not.
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ArgumentWatch, filesHolding, spellingsIn, watchArguments } from "../support/canary.ts";
import { realParts } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";
import { askApi } from "./support/management-api.ts";
import { createWorld, type World } from "./support/world.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;

/** Begins every password: programs write the odd characters behind it in too many ways to look for. */
const canary = `canary-${randomBytes(6).toString("hex")}`;
/** What shells, HCL, JSON, YAML and URLs make something of. */
const odd = `"'\${x}\\%{y}$(z)\`&<>#; ü`;
const ways = [
  // htpasswd hashes with bcrypt, which sees 72 bytes.
  ["cdktf", "htpasswd", `${canary}${odd}`],
  ["cdktn", "htpasswd", `${canary}${odd}`],
  ["cdktf", "token", `${canary}${odd}${"long".repeat(750)}`],
  ["cdktn", "token", `${canary}${odd}${"long".repeat(750)}`],
] as const;

const username = "robot";
const modulesDirectory = join(root, "examples", "private-modules");
const programs = { cdktf: "main.ts", cdktn: "cdktn.ts" } as const;
const stack = join("cdktf.out", "stacks", "registries");
const minuteMs = 60_000;

real.describe("the whole way", () => {
  describe.each(ways)("declared with %s, for a registry with %s login", (framework, auth, password) => {
    let world: World;
    let watch: ArgumentWatch;
    let runToken: string;

    beforeAll(async () => {
      watch = watchArguments(canary);
      world = await createWorld({ registry: { auth, username, password }, tofu });
    }, minuteMs);
    afterAll(async () => {
      watch.stop();
      await world[Symbol.asyncDispose]();
    });

    const tofuIn = (directory: string, args: readonly string[], variables: Record<string, string> = {}) =>
      world.run(tofu, args, { directory, variables });

    it("publishes two private modules with the login from the environment", async () => {
      const { host } = world.registry;
      const suffix = host.replace(/[.:]/g, "_");
      const variables = {
        [`SCALR_OCI_USERNAME_${suffix}`]: username,
        [`SCALR_OCI_PASSWORD_${suffix}`]: password,
      };
      for (const name of ["network", "service"]) {
        const from = join(modulesDirectory, "modules", name);
        const to = `oci://${host}/acme/${name}?tag=1.0.0`;
        expect(await world.runOk("scalr-oci", ["push", from, to], { variables })).toContain(`pushed ${to}`);
      }
    });

    it("installs the provider where tofu finds it", async () => {
      expect(await world.runOk("scalr-oci", ["setup", "provider"])).toContain("scalr-oci/scalr");
    });

    it("synthesizes the integration, checked against the management API", async () => {
      const program = join(root, "examples", "quickstart", programs[framework]);
      const variables = { ...world.management, REGISTRY_URL: world.registry.url, REGISTRY_USERNAME: username };
      expect(await world.runOk("node", [program], { variables })).toContain(`checked with ${world.server.hostname}`);
      const json = readFileSync(world.workspace.path(stack, "cdk.tf.json"), "utf8");
      expect(json).toContain("scalr_docker_integration");
      expect(json).toContain(`"ephemeral": true`);
    });

    it("applies it with OpenTofu, from a saved plan, with logs at their chattiest", async () => {
      const variables = {
        ...world.management,
        TF_VAR_modules_password: password,
        TF_LOG: "trace",
        TF_LOG_PATH: world.workspace.path("trace.log"),
      };
      for (const args of [
        ["init", "-no-color", "-input=false"],
        ["plan", "-no-color", "-input=false", "-out=saved.plan"],
        ["apply", "-no-color", "-input=false", "saved.plan"],
      ]) {
        await world.runOk(tofu, args, { directory: stack, variables });
      }
      const { stdout } = await tofuIn(stack, ["output", "-raw", "status"], { ...world.management });
      expect(stdout).toBe("active");
    });

    it("then has nothing left to change", async () => {
      const variables = { ...world.management, TF_VAR_modules_password: password };
      const args = ["plan", "-no-color", "-input=false", "-detailed-exitcode"];
      const { stdout, stderr, exitCode } = await tofuIn(stack, args, variables);
      expect(stdout + stderr).toContain("No changes");
      expect(exitCode).toBe(0);
    });

    it("mints a run token, which reads what is exported", async () => {
      const { server, authority } = world;
      const ask = (path: string, token: string, method = "GET", body?: object) =>
        askApi(server.hostname, authority.certificateFile, { path, token, method, body });
      const minted = await ask("/api/oci/v1/run-tokens", server.adminToken, "POST", {
        data: { type: "run-tokens", attributes: {} },
      });
      expect(minted.status).toBe(201);
      runToken = (JSON.parse(minted.body) as { data: { attributes: { token: string } } }).data.attributes.token;

      const config = JSON.parse((await ask("/api/oci/v1/docker-config", runToken)).body) as {
        auths: Record<string, { auth: string }>;
      };
      const entry = config.auths[world.registry.host]?.auth ?? "";
      expect(Buffer.from(entry, "base64").toString()).toBe(`${username}:${password}`);
      const credential = await ask(`/api/oci/v1/credentials/${encodeURIComponent(world.registry.host)}`, runToken);
      expect(spellingsIn(credential.body, password)).not.toEqual([]);
      // A management token reads no password, whatever its rights.
      const refused = await ask("/api/oci/v1/docker-config", server.adminToken);
      expect(refused.status).toBe(403);
      expect(refused.body).toContain("run token");
    });

    it("gives the login to the credential helper's client", async () => {
      const { stdout, stderr, exitCode } = await world.run("docker-credential-scalr", ["get"], {
        stdin: `https://${world.registry.host}`,
        variables: { SCALR_HOSTNAME: world.server.hostname, SCALR_OCI_TOKEN: runToken },
        isSecret: true,
      });
      expect(JSON.parse(stdout)).toMatchObject({ Username: username, Secret: password });
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    });

    it("loads the private modules through the helper", async () => {
      world.workspace.write("through-helper/main.tf", readFileSync(join(modulesDirectory, "main.tf")));
      const helperExample = readFileSync(join(modulesDirectory, "helper.tofurc"), "utf8");
      world.workspace.write("helper.tfrc", helperExample.replace("ghcr.io", world.registry.host));
      const variables = {
        TF_CLI_CONFIG_FILE: world.workspace.path("helper.tfrc"),
        TF_VAR_registry: world.registry.host,
        SCALR_HOSTNAME: world.server.hostname,
        SCALR_OCI_TOKEN: runToken,
      };
      expect(await world.runOk(tofu, ["init", "-no-color"], { directory: "through-helper", variables })).toContain(
        "has been successfully initialized",
      );
      const applied = await world.runOk(tofu, ["apply", "-no-color", "-auto-approve"], {
        directory: "through-helper",
        variables,
      });
      expect(applied).toContain('address = "hello.network-demo.example"');
    });

    it("loads the private modules through exec, whose child does not get the management token", async () => {
      world.workspace.write("through-exec/main.tf", readFileSync(join(modulesDirectory, "main.tf")));
      const options = {
        directory: "through-exec",
        variables: { ...world.management, TF_VAR_registry: world.registry.host },
      };
      const init = await world.runOk("scalr-oci", ["exec", "--", tofu, "init", "-no-color"], options);
      expect(init).toContain("has been successfully initialized");
      const apply = ["exec", "--", tofu, "apply", "-no-color", "-auto-approve"];
      expect(await world.runOk("scalr-oci", apply, options)).toContain('address = "hello.network-demo.example"');

      const print = 'printf "%s|" "$SCALR_TOKEN"; cat "$XDG_RUNTIME_DIR/containers/auth.json"';
      const inside = await world.run("scalr-oci", ["exec", "--", "sh", "-c", print], { ...options, isSecret: true });
      expect(inside.stdout).toMatch(/^\|\{/);
      expect(spellingsIn(inside.stdout, `${username}:${password}`)).not.toEqual([]);
    });

    it("fails with 401 without a login", async () => {
      world.workspace.write("without-login/main.tf", readFileSync(join(modulesDirectory, "main.tf")));
      const { exitCode, stderr } = await tofuIn("without-login", ["init", "-no-color"], {
        TF_VAR_registry: world.registry.host,
      });
      expect(exitCode).toBe(1);
      // With Basic login oras reads the 401 and then says what it lacks to answer it.
      const refusal = auth === "token" ? "response status code 401" : "basic credential not found";
      expect(stderr.replace(/\s+/g, " ")).toContain(refusal);
    });

    it("keeps the password out of everything else", async () => {
      // Wherever programs put files: home, runtime directory, the server's data, synthesized JSON, plans, state, locks, traces.
      // One file may: the answer that the helper keeps in the runtime directory for a minute, for its owner alone.
      const kept = join("run", "scalr-oci", "cache", world.registry.host);
      expect(filesHolding(world.workspace.directory, canary)).toEqual([`${kept} (plain)`]);
      expect(statSync(world.workspace.path(kept)).mode & 0o777).toBe(0o600);
      expect(spellingsIn(world.transcript(), canary)).toEqual([]);
      expect(watch.seen().some((list) => list.includes("terraform-provider-scalr"))).toBe(true);
      expect(watch.stop()).toEqual([]);
    });

    it("looked at what it claims to have looked at", () => {
      const places = filesHolding(world.workspace.directory, "scalr_docker_integration");
      for (const name of ["cdk.tf.json", "saved.plan", "terraform.registries.tfstate", "trace.log"]) {
        expect(places.join("\n")).toContain(name);
      }
      expect(filesHolding(world.server.dataDirectory, username)).not.toEqual([]);
      expect(world.transcript()).toContain("Apply complete!");
    });

    it("stores the password in state only when the configuration says so", async () => {
      world.workspace.write("stateful/main.tf", statefulConfiguration);
      const options = {
        directory: "stateful",
        variables: { ...world.management, TF_VAR_url: "https://127.0.0.1:9", TF_VAR_password: password },
      };
      await world.runOk(tofu, ["init", "-no-color"], options);
      await world.runOk(tofu, ["apply", "-no-color", "-auto-approve"], options);
      const found = filesHolding(world.workspace.path("stateful"), canary);
      expect(found.map((place) => place.split(" ")[0])).toEqual(["terraform.tfstate"]);
      expect(spellingsIn(world.transcript(), canary)).toEqual([]);
      expect(filesHolding(world.server.dataDirectory, canary)).toEqual([]);
    });
  });
});

/** The attribute of the official provider, which keeps the password in state. */
const statefulConfiguration = `
terraform {
  required_providers {
    scalr = { source = "scalr-oci/scalr" }
  }
}
variable "url" { type = string }
variable "password" {
  type      = string
  sensitive = true
}
resource "scalr_docker_integration" "old" {
  name         = "old"
  registry_url = var.url
  username     = "robot"
  password     = var.password
}
`;
