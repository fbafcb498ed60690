import { readConfiguration } from "../../../src/hcl/configuration.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

describe("sources that the configuration alone decides", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());
  /** The values of all modules' sources; of what is not known, undefined. */
  const sources = async (files: Readonly<Record<string, string>>, environment = {}) => {
    for (const [name, text] of Object.entries(files)) workspace.write(`p/${name}`, text);
    const modules = await readConfiguration(workspace.path("p"), environment);
    const blocks = modules.flatMap(({ files: all }) => all.flatMap((file) => file.blocks));
    return blocks.filter(({ type }) => type === "module").map(({ attributes }) => attributes.get("source")?.value);
  };
  const names = 'locals {\n  host = "r.example"\n  tag = local.inner\n  inner = "1.${local.minor}"\n  minor = 4\n}\n';

  it.each([
    ['"oci://r.example/a?tag=${local.tag}"', "oci://r.example/a?tag=1.4"],
    ['"oci://${local.host}/a?tag=${ var.tag }"', "oci://r.example/a?tag=2.0"],
    ["var.source", "oci://r.example/b"],
    ["local.tag", "1.4"],
    ['"oci://r.example/a?tag=${var.none}"', undefined],
    ['"oci://r.example/a?tag=${lower(local.tag)}"', undefined],
    ['"%{ if true }oci%{ endif }://r.example/a"', undefined],
    ['"$${local.tag}-${local.tag}"', undefined],
    ['local.tag == "1.4" ? "oci://a.example/a" : "oci://b.example/b"', undefined],
    ["local.circle", undefined],
  ])("%s is %s", async (source, expected) => {
    const more =
      'variable "none" {}\nvariable "tag" {\n  default = "2.0"\n}\nvariable "source_" {}\n' +
      'variable "source" {\n  default = "oci://r.example/b"\n}\nlocals {\n  circle = "${local.circle}x"\n}\n';
    expect(await sources({ "main.tf": `${names}${more}module "a" {\n  source = ${source}\n}\n` })).toEqual([expected]);
  });

  it("are read in JSON, too", async () => {
    const document = {
      locals: { host: "r.example", tag: "1.4" },
      module: {
        a: { source: "oci://${local.host}/a?tag=${local.tag}" },
        b: { source: "${local.tag}" },
        c: { source: "${local.host}/x/${local.tag}" },
        d: { source: "${lower(local.tag)}" },
      },
    };
    expect(await sources({ "main.tf.json": JSON.stringify(document) })).toEqual([
      "oci://r.example/a?tag=1.4",
      "1.4",
      "r.example/x/1.4",
      undefined,
    ]);
  });

  it.each([
    ["terraform.tfvars", 'tag = "9"'],
    ["x.auto.tfvars.json", '{ "tag": "9" }'],
  ])("are not taken from a default that %s replaces", async (name, text) => {
    const main =
      'variable "tag" {\n  default = "1"\n}\nmodule "a" {\n  source = "oci://r.example/a?tag=${var.tag}"\n}\n';
    expect(await sources({ "main.tf": main, [name]: text })).toEqual([undefined]);
    expect(await sources({ "main.tf": main, [name]: "tag_of_another = 1" })).toEqual(["oci://r.example/a?tag=1"]);
  });

  it("are not taken from a default that the environment replaces", async () => {
    const main = 'variable "source" {\n  default = "oci://r.example/a"\n}\nmodule "a" {\n  source = var.source\n}\n';
    expect(await sources({ "main.tf": main }, { TF_VAR_source: "x" })).toEqual([undefined]);
    expect(await sources({ "main.tf": main }, { TF_VAR_sourc: "x" })).toEqual(["oci://r.example/a"]);
  });

  it("are not taken from a default in a module that is called, for its caller may set it", async () => {
    const inner =
      'variable "tag" {\n  default = "1"\n}\nmodule "b" {\n  source = "oci://r.example/a?tag=${var.tag}"\n}\n';
    const main = 'locals {\n  name = "m"\n}\nmodule "a" {\n  source = "./${local.name}"\n  tag = "2"\n}\n';
    expect(await sources({ "main.tf": main, "m/main.tf": inner })).toEqual(["./m", undefined]);
  });

  it.each([
    ["a file", "./main.tf", "main.tf:1 module.a: module ./main.tf is no directory, expected a directory"],
    ["nothing", "./none", "main.tf:1 module.a: module ./none is not there, expected a directory"],
  ])("name the module when they lead to %s", async (_, source, message) => {
    await expect(sources({ "main.tf": `module "a" {\n  source = "${source}"\n}\n` })).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
      message,
    });
  });
});
