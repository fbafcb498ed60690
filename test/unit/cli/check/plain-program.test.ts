import { readPlainProgram } from "../../../../src/cli/check/plain-program.ts";
import { readConfiguration } from "../../../../src/hcl/configuration.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

describe("readPlainProgram", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());
  const read = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) workspace.write(`p/${name}`, text);
    return readPlainProgram(await readConfiguration(workspace.path("p")));
  };
  const integration = (attributes: string) => `resource "scalr_docker_integration" "a" {\n${attributes}\n}\n`;

  it.each([
    ['name = "a"\nregistry_url = "r.example"\nusername = "u"', { name: "a", registryUrl: "r.example", username: "u" }],
    ["name = var.a\nregistry_url = local.b", { name: undefined, registryUrl: undefined, username: undefined }],
    ["export_credentials = true", { isExported: true }],
    ["export_credentials = var.e", { isExported: undefined }],
    ["", { isExported: false, provider: undefined }],
  ])("reads an integration with %j", async (attributes, expected) => {
    const { integrations } = await read({ "main.tf": integration(attributes) });
    expect(integrations).toMatchObject([{ path: "main.tf:1 scalr_docker_integration.a", ...expected }]);
  });

  it("reads lookups and oci:// modules, with the places they stand at", async () => {
    const text =
      '\ndata "scalr_docker_integration" "d" {\n  name = "x"\n}\nmodule "m" {\n  source = "oci://r.example/a"\n}\n' +
      'module "other" {\n  source = "hashicorp/consul/aws"\n}\n';
    const { lookups, modules, places } = await read({ "main.tf": text });
    expect(lookups).toMatchObject([{ path: "main.tf:2 data.scalr_docker_integration.d", name: "x", id: undefined }]);
    expect(modules).toEqual([{ path: "main.tf:5 module.m", source: "oci://r.example/a" }]);
    expect(places.get("main.tf:5 module.m")).toEqual({ file: "main.tf", line: 5 });
  });

  it.each([
    ['source = "OCI://r.example/a?tag=1"', "oci://r.example/a?tag=1", [], 0],
    ['source = " oci://r.example/a?tag=1"', "oci://r.example/a?tag=1", ["source has blanks around the address"], 0],
    ['source = "oci://r.example/a"\n  version = "~> 1.4"', "oci://r.example/a", ["has the argument version"], 0],
    ["source = var.source", undefined, [], 1],
    ['source = "oci://r.example/a?tag=${var.tag}"', undefined, [], 1],
    ['source = "${var.registry}/a"', undefined, [], 1],
    ['source = "git::https://r.example/a?ref=${var.tag}"', undefined, [], 0],
    ['source = "${path.module}/network"', undefined, [], 0],
  ])("says of a module with %s what OpenTofu makes of it", async (attributes, source, refused, unknown) => {
    const { modules, own } = await read({ "main.tf": `module "m" {\n  ${attributes}\n}\n` });
    expect(modules.map((one) => one.source)).toEqual(source === undefined ? [] : [source]);
    expect(own.problems.map(({ message }) => message)).toEqual(refused.map((word) => expect.stringContaining(word)));
    expect(own.warnings).toHaveLength(unknown);
  });

  it.each([
    ["", "one.example"],
    ["provider = scalr", "one.example"],
    ["provider = scalr.eu", "eu.example"],
    ["provider = other", "other.example"],
  ])("finds the provider of an integration with %j", async (attributes, hostname) => {
    const provider = (name: string, text: string) => `provider "${name}" {\n${text}\n}\n`;
    const { integrations } = await read({
      "providers.tf":
        provider("scalr", 'alias = "eu"\nhostname = "eu.example"') +
        provider("scalr", 'hostname = "one.example"\ntoken = "t"') +
        provider("other", 'hostname = "other.example"'),
      "main.tf": integration(attributes),
    });
    expect(integrations[0]?.provider).toMatchObject({ hostname, apiKey: hostname, isHostnameKnown: true });
  });

  it.each([
    ["", { hostname: undefined, isHostnameKnown: true, apiKey: "" }],
    ["hostname = var.h", { hostname: undefined, isHostnameKnown: false, apiKey: "main.tf:1 provider.scalr" }],
  ])("reads a provider with %j", async (attributes, expected) => {
    const { integrations } = await read({ "main.tf": `provider "scalr" {\n${attributes}\n}\n${integration("")}` });
    expect(integrations[0]?.provider).toMatchObject({ ...expected, token: undefined });
  });

  it("gives a local module the root's provider", async () => {
    const { integrations } = await read({
      "main.tf": 'provider "scalr" {\n  hostname = "h.example"\n}\nmodule "m" {\n  source = "./m"\n}\n',
      "m/main.tf": integration('name = "inner"'),
    });
    expect(integrations).toMatchObject([{ name: "inner", provider: { hostname: "h.example" } }]);
  });

  it("lets override files change what they override", async () => {
    const { integrations } = await read({
      "main.tf": integration('name = "a"\nusername = "u"'),
      "override.tf": integration('name = "b"'),
    });
    expect(integrations).toMatchObject([{ name: "b", username: "u", path: "main.tf:1 scalr_docker_integration.a" }]);
  });
});
