// examples/migrate-from-official as its README says, from a state that Scalr's own provider wrote to a password that is in no state.
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { askApi } from "../e2e/support/management-api.ts";
import { createWorld, type World } from "../e2e/support/world.ts";
import { realParts } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
const example = join(root, "examples", "migrate-from-official");
const password = "canary-of-the-state";
const minuteMs = 60_000;

real.describe("examples/migrate-from-official", () => {
  let world: World;
  let id: string;
  const configure = (folder: string) =>
    copyFileSync(join(example, folder, "main.tf"), world.workspace.path("project", "main.tf"));
  const inProject = () => ({
    directory: "project",
    variables: {
      ...world.management,
      TF_VAR_registry_url: world.registry.url,
      TF_VAR_registry_password: password,
    },
  });
  const run = (...args: string[]) => world.run(tofu, [...args, "-no-color"], inProject());
  const state = () => readFileSync(world.workspace.path("project", "terraform.tfstate"), "utf8");

  beforeAll(async () => {
    world = await createWorld({ registry: { auth: "htpasswd", username: "acme-bot", password }, tofu });
    await world.runOk("scalr-oci", ["setup", "provider"]);
    const attributes = {
      name: "modules",
      "registry-url": world.registry.url,
      username: "acme-bot",
      password,
      "export-credentials": true,
    };
    const made = await askApi(world.server.hostname, world.authority.certificateFile, {
      method: "POST",
      path: "/api/iacp/v3/integrations/docker",
      token: world.server.adminToken,
      body: { data: { type: "docker-integrations", attributes } },
    });
    ({ id } = (JSON.parse(made.body) as { data: { id: string } }).data);
    world.workspace.write("project/terraform.tfstate", stateOfOfficialProvider(id, world.registry.url));
  }, minuteMs);
  afterAll(() => world[Symbol.asyncDispose]());

  it("changes the source and its version, no other line", () => {
    const linesOf = (folder: string) => readFileSync(join(example, folder, "main.tf"), "utf8").split("\n");
    const before = linesOf("before");
    const changed = linesOf("after").filter((line, index) => line !== before[index]);
    expect(changed.map((line) => line.trim())).toEqual(['source  = "scalr-oci/scalr"', 'version = "~> 0.1"']);
  });

  it.each(["before", "after", "write-only"])("%s is formatted as tofu fmt does", async (folder) => {
    configure(folder);
    expect(await run("fmt", "-check", "-diff")).toMatchObject({ exitCode: 0, stdout: "" });
  });

  it("plans empty once the state has the new provider, by the commands of the README", async () => {
    configure("after");
    const readme = readFileSync(join(example, "README.md"), "utf8");
    const [, replace] = /^ *tofu (state replace-provider .*)$/m.exec(readme) ?? [];
    const [first, second, ...addresses] = (replace ?? "").split(" ");
    expect(await run(first ?? "", second ?? "", "-auto-approve", ...addresses)).toMatchObject({ exitCode: 0 });
    expect(await run("init")).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await run("plan", "-detailed-exitcode");
    expect(stdout).toContain("No changes. Your infrastructure matches the configuration.");
    expect(exitCode).toBe(0);
  });

  it("takes the password out of the state, and runs keep their login", async () => {
    expect(state()).toContain(password);
    configure("write-only");
    const { exitCode, stdout } = await run("apply", "-auto-approve");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 changed") as string });
    expect(state()).not.toContain(password);
    expect(state()).toContain(id);
    const script = 'grep -c auth "$XDG_RUNTIME_DIR/containers/auth.json"';
    const login = ["exec", "--", "sh", "-c", script];
    expect(await world.run("scalr-oci", login, inProject())).toMatchObject({ exitCode: 0 });
    expect(await run("plan", "-detailed-exitcode")).toMatchObject({ exitCode: 0 });
  });
});

/** As version 3 of it writes: schema version 0, the password in clear. */
function stateOfOfficialProvider(id: string, registryUrl: string): string {
  const attributes = {
    export_credentials: true,
    id,
    name: "modules",
    password,
    registry_url: registryUrl,
    status: "active",
    username: "acme-bot",
  };
  const instance = {
    schema_version: 0,
    attributes,
    sensitive_attributes: [[{ type: "get_attr", value: "password" }]],
  };
  const resource = {
    mode: "managed",
    type: "scalr_docker_integration",
    name: "modules",
    provider: 'provider["registry.opentofu.org/scalr/scalr"]',
    instances: [instance],
  };
  return JSON.stringify({
    version: 4,
    terraform_version: "1.12.6",
    serial: 3,
    lineage: "0c4b4b0a-0000-4000-8000-000000000000",
    outputs: {},
    resources: [resource],
    check_results: null,
  });
}
