import { symlinkSync } from "node:fs";
import { type ConfigurationModule, hasConfiguration, readConfiguration } from "../../../src/hcl/configuration.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

describe("readConfiguration", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());
  const root = () => workspace.path("p");
  const namesOf = (modules: readonly ConfigurationModule[]) =>
    modules.map(({ files }) => files.map(({ name }) => name));

  it("takes the files that OpenTofu takes, overrides last", async () => {
    const taken = ["b.tf", "c.tofu", "d.tf.json", "e.tofu.json", "z_override.tf", "override.tf"];
    const left = ["c.tf", "e.tf.json", ".hidden.tf", "#x.tf", "a.tf~", "a.tfvars", "tests/a.tftest.hcl"];
    for (const name of [...taken, ...left]) workspace.write(`p/${name}`, name.endsWith(".json") ? "{}" : "");
    expect(namesOf(await readConfiguration(root()))).toEqual([
      ["b.tf", "c.tofu", "d.tf.json", "e.tofu.json", "override.tf", "z_override.tf"],
    ]);
  });

  it("follows local modules, each once, in circles too", async () => {
    workspace.write("p/main.tf", 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "../q"\n}\n');
    workspace.write("p/m/main.tf", 'module "c" {\n  source = "../../q"\n}\n');
    workspace.write("q/main.tf", 'module "d" {\n  source = "../p/m"\n}\n');
    expect(namesOf(await readConfiguration(root()))).toEqual([["main.tf"], ["m/main.tf"], ["../q/main.tf"]]);
  });

  it("knows the file behind a link", async () => {
    const path = workspace.write("real.tf", "");
    workspace.write("p/other.tf", "");
    symlinkSync(path, workspace.path("p", "main.tf"));
    const [module] = await readConfiguration(root());
    expect(module?.files.map((file) => file.path)).toContain(path);
  });

  it("keeps every byte of the text", async () => {
    const bytes = Buffer.from("\uFEFFlocals {}\r\n# é\n\n");
    workspace.write("p/main.tf", bytes);
    const [module] = await readConfiguration(root());
    expect(Buffer.from(module?.files[0]?.text ?? "").equals(bytes)).toBe(true);
  });

  it.each([
    ["bytes that are no UTF-8", Buffer.from([0x23, 0xff, 0x0a])],
    ["a module that is not there", 'module "a" {\n  source = "./none"\n}\n'],
  ])("refuses %s", async (_, content) => {
    workspace.write("p/main.tf", content);
    expect(await rejectionOf(readConfiguration(root()))).toMatchObject({ code: "CONFIGURATION_INVALID" });
  });

  it("says whether there is something to read", async () => {
    expect(await hasConfiguration(root())).toBe(false);
    workspace.write("p/README.md", "");
    expect(await hasConfiguration(root())).toBe(false);
    workspace.write("p/main.tf", "");
    expect(await hasConfiguration(root())).toBe(true);
  });
});
