import { readCliConfiguration } from "../../../../src/cli/opentofu/cli-configuration.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

function read(variables: Record<string, string | undefined> = {}) {
  return readCliConfiguration(workspace.environment({ variables }), workspace.directory);
}

/** Reads one file with this text. */
function readText(text: string) {
  workspace.write("tofu.tfrc", text);
  return read();
}

const defaults = { discoverAmbient: true, dockerStyleFiles: undefined, helper: undefined, file: undefined };
const ownFiles = { TF_CLI_CONFIG_FILE: undefined };

describe("the places of the CLI configuration", () => {
  const files = (variables: Record<string, string | undefined> = {}) =>
    read({ ...ownFiles, ...variables }).places.files.map((file) => file.slice(workspace.directory.length + 1));

  it.each([
    [
      "the main file and the directory",
      ["home/.tofurc", "home/.terraform.d/b.tfrc", "home/.terraform.d/a.tfrc.json"],
      ["home/.tofurc", "home/.terraform.d/a.tfrc.json", "home/.terraform.d/b.tfrc"],
    ],
    ["the legacy file alone", ["home/.terraformrc"], ["home/.terraformrc"]],
    ["the new file before the legacy one", ["home/.terraformrc", "home/.tofurc"], ["home/.tofurc"]],
    [
      "XDG when there is nothing in the home",
      ["home/.config/opentofu/tofurc", "home/.config/opentofu/x.tfrc"],
      ["home/.config/opentofu/tofurc", "home/.config/opentofu/x.tfrc"],
    ],
    ["no XDG file beside one in the home", ["home/.config/opentofu/tofurc", "home/.tofurc"], ["home/.tofurc"]],
    [
      "no XDG directory beside one in the home",
      ["home/.config/opentofu/x.tfrc", "home/.terraform.d/y.tfrc"],
      ["home/.terraform.d/y.tfrc"],
    ],
    ["nothing", [], []],
    ["no other names", ["home/.terraform.d/x.txt"], []],
  ])("%s", (_, present, expected) => {
    for (const file of present) workspace.write(file, file.endsWith(".json") ? "{}" : "");
    expect(files()).toEqual(expected);
  });

  it("a variable replaces them all, and is said to", () => {
    workspace.write("home/.tofurc", "");
    workspace.write("home/.terraform.d/x.tfrc", "");
    workspace.write("given.tfrc", "");
    expect(files({ TERRAFORM_CONFIG: workspace.path("given.tfrc") })).toEqual(["given.tfrc"]);
    expect(files({ TF_CLI_CONFIG_FILE: "given.tfrc", TERRAFORM_CONFIG: "other" })).toEqual(["given.tfrc"]);
    const { places } = read({ TF_CLI_CONFIG_FILE: "nowhere.tfrc" });
    expect(places).toEqual({ main: workspace.path("nowhere.tfrc"), namedBy: "TF_CLI_CONFIG_FILE", files: [] });
  });
});

describe("oci_credentials", () => {
  const file = () => workspace.path("tofu.tfrc");

  it.each([
    [
      'oci_credentials "a.test" {\n docker_credentials_helper = "scalr"\n}',
      { label: "a.test", kind: "helper", helper: "scalr" },
    ],
    [
      'oci_credentials "a.test/x/y" {\n username = "u"\n password = "p"\n}',
      { label: "a.test/x/y", kind: "login", helper: undefined },
    ],
    [
      'oci_credentials "a.test" {\n access_token = "u"\n refresh_token = "p"\n}',
      { label: "a.test", kind: "token", helper: undefined },
    ],
    [
      '{"oci_credentials": {"a.test": {"docker_credentials_helper": "scalr"}}}',
      { label: "a.test", kind: "helper", helper: "scalr" },
    ],
    [
      '{"oci_credentials": [{"a.test": [{"username": "u", "password": "p"}]}]}',
      { label: "a.test", kind: "login", helper: undefined },
    ],
  ])("%s", (text, expected) => {
    const configuration = readText(text);
    expect(configuration.blocks).toEqual([{ ...expected, file: file() }]);
    expect(configuration.problems).toEqual([]);
  });

  it("of JSON may be several", () => {
    const helper = { docker_credentials_helper: "scalr" };
    expect(readText(JSON.stringify({ oci_credentials: { "a.test": helper, "b.test": helper } })).blocks).toHaveLength(
      2,
    );
  });

  it.each([
    ['oci_credentials {\n username = "u"\n password = "p"\n}', "no label"],
    ['oci_credentials "a.test" {}', "expected exactly one of"],
    ['oci_credentials "a.test" {\n username = "u"\n docker_credentials_helper = "x"\n}', "expected exactly one of"],
    ['oci_credentials "a.test" {\n username = "u"\n}', "both username and password"],
    ['oci_credentials "a.test" {\n access_token = "u"\n}', "both access_token and refresh_token"],
    ['oci_credentials "a.test/x" {\n docker_credentials_helper = "x"\n}', "a helper is for a whole host"],
    ['oci_credentials "a.test" {\n docker_credentials_helper = "./x"\n}', "is named by a path"],
    ['oci_credentials "a.test" {\n docker_credentials_helper = ""\n}', "has no name"],
    ["oci_credentials {", "cannot be read"],
    ["{", "not valid JSON"],
    ['default_oci_credentials {\n docker_credentials_helper = "x"\n}', "expected oci_default_credentials"],
    ['oci_default_credentials {\n docker_credentials_helper = "a/b"\n}', "is named by a path"],
    ["oci_default_credentials {}\noci_default_credentials {}", "more than one oci_default_credentials"],
  ])("%s is a problem", (text, words) => {
    const { blocks, problems } = readText(text);
    expect(blocks).toEqual([]);
    expect(problems).toEqual([{ file: file(), message: expect.stringContaining(words) }]);
  });

  it("twice for one label is a problem", () => {
    const block = 'oci_credentials "a.test" {\n docker_credentials_helper = "scalr"\n}\n';
    expect(readText(block + block).problems).toEqual([
      { file: file(), message: expect.stringContaining("more than one") },
    ]);
  });

  it("keeps no secret", () => {
    const text = 'oci_credentials "a.test" {\n username = "u"\n password = "canary-5"\n}\nbroken';
    workspace.write("home/.tofurc", text);
    expect(JSON.stringify([readText(text), read(ownFiles)])).not.toContain("canary");
  });
});

describe("oci_default_credentials", () => {
  it.each([
    ["", {}],
    ["oci_default_credentials {}", {}],
    ["oci_default_credentials {\n discover_ambient_credentials = false\n}", { discoverAmbient: false }],
    ['{"oci_default_credentials": {"discover_ambient_credentials": false}}', { discoverAmbient: false }],
    ['oci_default_credentials {\n docker_credentials_helper = "scalr"\n}', { helper: "scalr" }],
    ["oci_default_credentials {\n docker_style_config_files = []\n}", { dockerStyleFiles: [] }],
  ])("%s", (text, expected) => {
    const { defaults: found } = readText(text);
    expect({ ...found, file: undefined }).toEqual({ ...defaults, ...expected });
    expect(found.file).toBe(text === "" ? undefined : workspace.path("tofu.tfrc"));
  });

  it("a relative path starts from the file", () => {
    const { defaults: found } = readText(
      'oci_default_credentials {\n docker_style_config_files = ["x/auth.json", "/etc/auth.json"]\n}',
    );
    expect(found.dockerStyleFiles).toEqual([workspace.path("x", "auth.json"), "/etc/auth.json"]);
  });
});
