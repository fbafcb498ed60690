// The provider block and the data source through real OpenTofu.
import { createAuthority } from "../../support/authority.ts";
import { type FakeManagementApi, startFakeManagementApi } from "../../support/fake-management-api.ts";
import { realPart } from "../../support/real-parts.ts";
import { integration, openProject, type Project } from "./support/project.ts";

const tofu = await realPart("tofu");
const authority = createAuthority();
const certificate = authority.issue();
afterAll(() => authority.remove());

tofu.describe("the provider block", () => {
  let api: FakeManagementApi;
  let project: Project;

  beforeEach(async () => {
    api = await startFakeManagementApi(certificate);
  });
  afterEach(async () => {
    await project[Symbol.asyncDispose]();
    await api.stop();
  });

  const open = async (environment: Record<string, string | undefined>) => {
    project = await openProject({
      tool: tofu.path,
      environment: { SSL_CERT_FILE: authority.certificateFile, ...environment },
    });
  };
  const all = () => ({ SCALR_HOSTNAME: api.hostname, SCALR_TOKEN: api.token });
  const plan = async (block: string) => {
    project.configure(`provider "scalr" {\n${block}\n}\n${integration()}`);
    return project.run("plan");
  };

  it.each([
    [
      "no hostname",
      {},
      "",
      /hostname of the management API is missing.*Set SCALR_HOSTNAME.*Error code: INVALID_ARGUMENT/s,
    ],
    ["no token", { SCALR_HOSTNAME: "h" }, "", /token for the management API is missing.*Set SCALR_TOKEN/s],
    ["an empty block", {}, 'hostname = ""\ntoken = ""', /hostname of the management API is missing/],
    [
      "a hostname that is none",
      {},
      'hostname = "not a host"\ntoken = "t"',
      /hostname = "not a host".*Hostname cannot be read, expected HOST\[:PORT\]/s,
    ],
    [
      "plain http",
      {},
      'hostname = "http://acme.scalr.io"\ntoken = "t"',
      /has the scheme http, expected https.*Use acme\.scalr\.io/s,
    ],
    ["a token with a line break", { SCALR_HOSTNAME: "h" }, 'token = "canary\\nx"', /has characters that no token has/],
  ])("with %s is an error at once", async (_, environment, block, message) => {
    await open(environment);
    const { exitCode, text } = await plan(block);
    expect(exitCode).toBe(1);
    expect(text).toMatch(message);
    expect(text.replace(/token = ".*"/, "")).not.toContain("canary");
    expect(api.requests).toEqual([]);
  });

  it("wins over the environment", async () => {
    await open({ SCALR_HOSTNAME: "wrong.invalid", SCALR_TOKEN: "wrong" });
    project.configure(
      `provider "scalr" {\n  hostname = "https://${api.hostname}/"\n  token = "${api.token}"\n}\n${integration()}`,
    );
    await project.ok("apply -auto-approve");
    expect(api.integrations).toHaveLength(1);
  });

  it("names itself as the source of a token that is refused", async () => {
    await open(all());
    await project.ok("validate");
    project.configure(`provider "scalr" {\n  token = "wrong"\n}\n${integration()}`);
    expect((await project.run("apply -auto-approve")).text).toMatch(
      /does not know the token from the provider block, while/,
    );
  });

  it("may be known after apply only, when nothing has to be asked before", async () => {
    await open({ SCALR_HOSTNAME: api.hostname });
    const later = `resource "terraform_data" "later" {\n  input = "${api.token}"\n}\nprovider "scalr" {\n  token = terraform_data.later.output\n}\n`;
    project.configure(later + integration());
    expect((await project.ok("plan")).text).toContain("2 to add");
    await project.ok("apply -auto-approve");
    expect(api.integrations).toHaveLength(1);
  });

  it("that is not known yet says so where the API would have to be asked", async () => {
    await open({ SCALR_HOSTNAME: api.hostname });
    const later = `resource "terraform_data" "later" {\n  input = "${api.token}"\n}\nprovider "scalr" {\n  token = terraform_data.later.output\n}\n`;
    project.configure(`${later}data "scalr_docker_integration" "x" {\n  name = "ghcr"\n}\n`);
    const { exitCode, text } = await project.run("plan");
    expect(exitCode).toBe(1);
    expect(text).toMatch(
      /Token of the provider is not known before apply.*Apply what it comes from first, with -target, or set SCALR_TOKEN/s,
    );
  });
});

tofu.describe("data scalr_docker_integration", () => {
  let api: FakeManagementApi;
  let project: Project;

  beforeAll(async () => {
    api = await startFakeManagementApi(certificate);
    const environment = {
      SCALR_HOSTNAME: api.hostname,
      SCALR_TOKEN: api.token,
      SSL_CERT_FILE: authority.certificateFile,
    };
    project = await openProject({ tool: tofu.path, environment });
    for (const [id, name] of [
      ["in-1", "ghcr"],
      ["in-2", "quay"],
      ["in-3", "same"],
      ["in-4", "same"],
    ] as const) {
      const attributes = { name, "registry-url": `https://${name}.example.test`, username: "bot", status: "active" };
      api.integrations.push({ id, attributes });
    }
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
    await api.stop();
  });

  const read = async (arguments_: string) => {
    project.configure(
      `data "scalr_docker_integration" "x" {\n${arguments_}\n}\noutput "x" {\n  value = jsonencode(data.scalr_docker_integration.x)\n}\n`,
    );
    return project.run("apply -auto-approve");
  };

  it.each([
    ["name", 'name = "quay"', "in-2"],
    ["id", 'id = "in-1"', "in-1"],
    ["both", 'id = "in-1"\nname = "ghcr"', "in-1"],
    ["its registry", 'registry_url = "https://quay.example.test"', "in-2"],
    ["all three", 'id = "in-1"\nname = "ghcr"\nregistry_url = "https://ghcr.example.test"', "in-1"],
  ])("is found by %s", async (_, arguments_, id) => {
    expect((await read(arguments_)).exitCode).toBe(0);
    const { stdout } = await project.ok("output -raw x");
    expect(JSON.parse(stdout)).toEqual({
      id,
      name: id === "in-1" ? "ghcr" : "quay",
      registry_url: `https://${id === "in-1" ? "ghcr" : "quay"}.example.test`,
      username: "bot",
      export_credentials: false,
      status: "active",
      error_message: null,
    });
  });

  it.each([
    [
      "a name that nothing has",
      'name = "quai"',
      /There is no integration with the name "quai".*Error code: INTEGRATION_NOT_FOUND/s,
    ],
    ["an id that nothing has", 'id = "in-9"', /not found or user unauthorized/],
    [
      "a name that several have",
      'name = "same"',
      /2 integrations have this name, expected one.*Use an id: in-3, in-4/s,
    ],
    ["name and id of two", 'id = "in-1"\nname = "quay"', /Integration in-1 has another name than "quay"/],
    [
      "a registry that nothing is for",
      'registry_url = "https://nothing.example.test"',
      /There is no integration for the registry https:\/\/nothing\.example\.test/,
    ],
    [
      "name and registry of two",
      'name = "ghcr"\nregistry_url = "quay.example.test"',
      /Integration in-1 is for https:\/\/ghcr\.example\.test/,
    ],
    ["neither", "", /Of "id", "name", "registry_url" at least one must be set/],
  ])("is not found by %s", async (_, arguments_, message) => {
    const { exitCode, text } = await read(arguments_);
    expect(exitCode).toBe(1);
    expect(text).toMatch(message);
  });
});
