// What a user of real OpenTofu reads when something is wrong: each row is a mistake or a misfortune, and the words that help.
import { randomBytes } from "node:crypto";
import { type ArgumentWatch, filesHolding, spellingsIn, watchArguments } from "../support/canary.ts";
import { realParts } from "../support/real-parts.ts";
import { askApi } from "./support/management-api.ts";
import { startManagementServer } from "./support/management-server.ts";
import { createWorld, type World } from "./support/world.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
const username = "robot";
const canary = `canary-${randomBytes(6).toString("hex")}`;
const password = `${canary} horse battery`;
const minuteMs = 60_000;

const provider = `
terraform {
  required_providers {
    scalr = { source = "scalr-oci/scalr" }
  }
}
variable "url" { default = "https://ghcr.io" }
variable "name" { default = "modules" }
variable "password" {
  default   = "x"
  ephemeral = true
}
`;
const integration = `
resource "scalr_docker_integration" "modules" {
  name                = var.name
  registry_url        = var.url
  username            = "robot"
  password_wo         = var.password
  password_wo_version = 1
}
`;

real.describe("a user of OpenTofu", () => {
  let world: World;
  let watch: ArgumentWatch;

  beforeAll(async () => {
    watch = watchArguments(canary);
    world = await createWorld({ registry: { auth: "htpasswd", username, password }, tofu });
    await world.runOk("scalr-oci", ["setup", "provider"]);
    world.workspace.write("integration/main.tf", provider + integration);
    await world.runOk(tofu, ["init", "-no-color"], { directory: "integration" });
  }, minuteMs);
  afterAll(async () => {
    watch.stop();
    await world[Symbol.asyncDispose]();
  });

  /** All that tofu prints, on one line, without the frame around diagnostics. */
  async function read(args: readonly string[], options: Parameters<World["run"]>[2]): Promise<string> {
    const { exitCode, stdout, stderr } = await world.run(tofu, args, options);
    expect(exitCode).toBe(1);
    return (stdout + stderr).replace(/[│╷╵\s]+/g, " ");
  }

  const readIn = (directory: string, args: readonly string[], variables: Record<string, string>) =>
    read([...args, "-no-color", "-input=false"], { directory, variables: { ...world.management, ...variables } });
  const planned = (variables: Record<string, string>) => readIn("integration", ["plan"], variables);
  const applied = (variables: Record<string, string>) => readIn("integration", ["apply", "-auto-approve"], variables);

  it.each([
    ["plain http", { TF_VAR_url: "http://ghcr.io" }, ["scheme http", "https"]],
    ["docker.io", { TF_VAR_url: "https://docker.io" }, ["https://registry-1.docker.io"]],
    ["user info in the URL", { TF_VAR_url: "https://bot:hunter2@ghcr.io" }, ["user info"]],
    ["a name of 129 characters", { TF_VAR_name: "n".repeat(129) }, ["129", "128"]],
    ["a newline in the password", { TF_VAR_password: `${canary}\ntwo` }, ["control character"]],
  ])("reads at plan what is wrong with %s", async (_what, variables, words) => {
    const text = await planned(variables);
    words.forEach((word) => expect(text).toContain(word));
    expect(text).not.toContain("hunter2");
  });

  it("reads at apply that the registry refuses the password, and nothing is stored", async () => {
    const text = await applied({ TF_VAR_url: world.registry.url, TF_VAR_password: `${canary}-wrong` });
    expect(text).toMatch(/refuse/);
    expect(text).toContain("password");
    const { body } = await askApi(world.server.hostname, world.authority.certificateFile, {
      path: "/api/iacp/v3/integrations/docker",
      token: world.server.adminToken,
    });
    expect(JSON.parse(body)).toMatchObject({ data: [] });
  });

  it.each([
    ["unknown", { SCALR_TOKEN: "scalroci_at_wrong" }, ["SCALR_TOKEN"]],
    ["missing", { SCALR_TOKEN: "" }, ["SCALR_TOKEN"]],
  ])("reads which token is %s", async (_what, variables, words) => {
    const text = await applied(variables);
    words.forEach((word) => expect(text).toContain(word));
  });

  describe("with private modules and the credential helper", () => {
    let runToken: string;

    beforeAll(async () => {
      for (const directory of ["no-credential", "no-api", "ended-token"]) {
        world.workspace.write(`${directory}/main.tf`, moduleConfiguration);
      }
      world.workspace.write(
        "helper.tfrc",
        `oci_credentials "${world.registry.host}" {\n  docker_credentials_helper = "scalr"\n}\n`,
      );
      const minted = await askApi(world.server.hostname, world.authority.certificateFile, {
        method: "POST",
        path: "/api/oci/v1/run-tokens",
        token: world.server.adminToken,
        body: { data: { type: "run-tokens", attributes: {} } },
      });
      runToken = (JSON.parse(minted.body) as { data: { attributes: { token: string } } }).data.attributes.token;
    });

    const moduleConfiguration = `
      variable "registry" { type = string }
      module "network" { source = "oci://\${var.registry}/acme/network?tag=1.0.0" }
    `;

    const init = (directory: string, variables: Record<string, string>) =>
      read(["init", "-no-color"], {
        directory,
        variables: {
          TF_CLI_CONFIG_FILE: world.workspace.path("helper.tfrc"),
          TF_VAR_registry: world.registry.host,
          SCALR_HOSTNAME: world.server.hostname,
          ...variables,
        },
      });

    it("goes on anonymously where no credential is exported, and the registry refuses that", async () => {
      expect(await init("no-credential", { SCALR_OCI_TOKEN: runToken })).toContain("basic credential not found");
    });

    it("reads that the API cannot be reached, and which", async () => {
      const text = await init("no-api", { SCALR_OCI_TOKEN: runToken, SCALR_HOSTNAME: "localhost:9" });
      expect(text).toContain('"scalr" credential helper failed:');
      expect(text).toContain("localhost:9");
    });

    it("reads that the run token has ended or never was", async () => {
      const text = await init("ended-token", { SCALR_OCI_TOKEN: "scalroci_rt_unknown" });
      expect(text).toContain("SCALR_OCI_TOKEN");
    });
  });

  it(
    "loses nothing when the server dies in the middle of an apply, and a second apply completes it",
    async () => {
      const { workspace, authority, management } = world;
      const first = await startManagementServer({ workspace, authority, data: "mortal" });
      workspace.write("mortal-stack/main.tf", provider + twoIntegrations(first.process.pid));
      const options = (token: string) => ({
        directory: "mortal-stack",
        variables: { ...management, SCALR_HOSTNAME: first.hostname, SCALR_TOKEN: token, TF_VAR_password: password },
      });
      await world.runOk(tofu, ["init", "-no-color"], options(first.adminToken));
      const apply = ["apply", "-no-color", "-auto-approve"];
      const text = await read(apply, options(first.adminToken));
      expect(text).toContain("scalr_docker_integration.one: Creation complete");
      expect(text).toContain(first.hostname);
      expect(text).toMatch(/Error: .*cannot be reached/);
      await first.process.ended;

      await using second = await startManagementServer({ workspace, authority, data: "mortal", port: first.port });
      const completed = await world.runOk(tofu, apply, options(second.adminToken));
      // The one that was acknowledged is there; only what had failed is made.
      expect(completed).toContain("Resources: 1 added, 0 changed, 0 destroyed");
      const { body } = await askApi(second.hostname, authority.certificateFile, {
        path: "/api/iacp/v3/integrations/docker",
        token: second.adminToken,
      });
      const names = (JSON.parse(body) as { data: { attributes: { name: string } }[] }).data.map(
        ({ attributes }) => attributes.name,
      );
      expect(names.toSorted()).toEqual(["one", "two"]);
    },
    minuteMs,
  );

  it("finds the password nowhere in all of that: not in a word that was printed, a file or an argument", () => {
    expect(spellingsIn(world.transcript(), canary)).toEqual([]);
    expect(filesHolding(world.workspace.directory, canary)).toEqual([]);
    expect(watch.stop()).toEqual([]);
    expect(watch.seen().some((list) => list.includes("terraform-provider-scalr"))).toBe(true);
  });
});

/** Between the two, OpenTofu itself kills the server. */
const twoIntegrations = (serverProcessId: number) => `
resource "scalr_docker_integration" "one" {
  name                = "one"
  registry_url        = "https://127.0.0.1:9"
  username            = "robot"
  password_wo         = var.password
  password_wo_version = 1
}
resource "terraform_data" "misfortune" {
  depends_on = [scalr_docker_integration.one]
  provisioner "local-exec" {
    command = "kill -9 ${serverProcessId}"
  }
}
resource "scalr_docker_integration" "two" {
  depends_on          = [terraform_data.misfortune]
  name                = "two"
  registry_url        = "https://127.0.0.1:10"
  username            = "robot"
  password_wo         = var.password
  password_wo_version = 1
}
`;
