// What becomes of a user's CLI configuration under a run: everything of it stays, the run's logins lie over it, or it is refused.
import { Secret } from "../../../../src/base/secret.ts";
import { readCliConfiguration } from "../../../../src/cli/opentofu/cli-configuration.ts";
import { parseHcl } from "../../../../src/cli/opentofu/hcl.ts";
import { prepareMerge } from "../../../../src/cli/opentofu/merged-configuration.ts";
import { thrownBy } from "../../../support/thrown.ts";
import { createWorkspace } from "../../../support/workspace.ts";

const canary = "canary-m3";
const odd = `${canary}"'\${x}\\%{y}$(z)\` ü\t\u2028😀`;
const login = (host: string, password = canary) => ({
  host,
  credential: { username: "robot", password: new Secret(password) },
});
const file = (text: string, path = "/home/u/.tofurc") => ({ path, text });
const ghcr = `oci_credentials "ghcr.io" {\n  username = "robot"\n  password = "${canary}"\n}\n`;

describe("HCL", () => {
  it("goes over letter by letter, with a block for each login behind it", () => {
    const own = `# mine\nprovider_installation {\n  direct {}\n  filesystem_mirror {\n    path = "/m"\n  }\n  direct { }\n}\nplugin_cache_dir = "$HOME/x" // no end of line`;
    const merged = prepareMerge([file(own)]).mergeWith([login("ghcr.io"), login("localhost:5000")]);
    expect(merged).toEqual({ text: `${own}\n${ghcr}${ghcr.replace("ghcr.io", "localhost:5000")}`, isJson: false });
  });

  it("loses its own block for a host of the run, and keeps those for others and for paths", () => {
    const others = `oci_credentials "ghcr.io/acme" {\n  username = "u"\n  password = "p"\n}\noci_credentials "quay.io" {\n  docker_credentials_helper = "pass"\n}\n`;
    const own = `oci_credentials "ghcr.io" {\n  docker_credentials_helper = "scalr"\n}\n`;
    expect(prepareMerge([file(own + others)]).mergeWith([login("ghcr.io")]).text).toBe(`\n${others}${ghcr}`);
  });

  it("of several files is put together", () => {
    const [one, two] = [file("a = 1\n"), file("b = 2", "/home/u/.terraform.d/x.tfrc")];
    expect(prepareMerge([one, two]).mergeWith([]).text).toBe("a = 1\nb = 2\n");
  });

  it("takes in what `tofu login` keeps as JSON", () => {
    const token = { credentials: { "app.example.com": { token: 'a"b${c}' } } };
    const merged = prepareMerge([file("a = 1\n"), file(JSON.stringify(token), "/home/u/.terraform.d/c.tfrc.json")]);
    expect(merged.mergeWith([]).text).toBe(`a = 1\ncredentials "app.example.com" {\n  token = "a\\"b\\u0024{c}"\n}\n`);
  });
});

describe("JSON", () => {
  it("is what is written where the user has nothing", () => {
    const { text, isJson } = prepareMerge([]).mergeWith([login("ghcr.io")]);
    expect(isJson).toBe(true);
    expect(JSON.parse(text)).toEqual({ oci_credentials: { "ghcr.io": { username: "robot", password: canary } } });
  });

  it("keeps everything but its own block for a host of the run", () => {
    const own = {
      provider_installation: { direct: [{}] },
      oci_credentials: { "ghcr.io": { docker_credentials_helper: "x" }, "quay.io": { docker_credentials_helper: "y" } },
    };
    const merged = prepareMerge([file(JSON.stringify(own))]).mergeWith([login("ghcr.io")]);
    expect(JSON.parse(merged.text)).toEqual({
      provider_installation: { direct: [{}] },
      oci_credentials: {
        "ghcr.io": { username: "robot", password: canary },
        "quay.io": { docker_credentials_helper: "y" },
      },
    });
  });

  it("of several files is put together by labels", () => {
    const files = ["a.test", "b.test"].map((host) =>
      file(JSON.stringify({ credentials: { [host]: { token: "t" } } }), `/x/${host}.tfrc.json`),
    );
    expect(JSON.parse(prepareMerge(files).mergeWith([]).text)).toEqual({
      credentials: { "a.test": { token: "t" }, "b.test": { token: "t" } },
      oci_credentials: {},
    });
  });
});

it.each([["HCL", "a = 1\n"] as const, ["JSON", '{"a":1}'] as const])("%s holds any password", (_, own) => {
  const { text } = prepareMerge([file(own)]).mergeWith([login("ghcr.io", odd)]);
  // `${` would open what HCL 1 reads to its closing bracket, in texts of JSON too.
  expect(text).not.toContain("${");
  using workspace = createWorkspace();
  workspace.write("tofu.tfrc", text);
  const { blocks, problems } = readCliConfiguration(workspace.environment(), workspace.directory);
  expect([blocks.map(({ label, kind }) => [label, kind]), problems]).toEqual([[["ghcr.io", "login"]], []]);
  if (_ === "HCL") expect(JSON.stringify(parseHcl(text))).toContain(JSON.stringify(odd));
  else expect(text).toContain(canary);
});

describe("refused, and why:", () => {
  const hcl = file("a = 1\n");
  it.each([
    ["HCL that cannot be read", [file('a = "\nsecret-1')], "line 1 cannot be read"],
    ["JSON that cannot be read", [file('{"secret-1')], "it is not valid JSON"],
    ["HCL 2's functions", [file('a = file("secret-1")')], "line 1 cannot be read"],
    ["one setting in two files", [hcl, file("a = 2", "/x/b.tfrc")], "it has a, as /home/u/.tofurc has"],
    [
      "one label in two files",
      [file('credentials "h" {\n}\n'), file('{"credentials":{"h":{"token":"secret-1"}}}', "/x/c.tfrc.json")],
      "it has credentials h, as",
    ],
    ["JSON that HCL cannot hold", [hcl, file('{"host":{"h":{"services":{}}}}', "/x/b.tfrc.json")], "its host is JSON"],
    ["nested JSON", [hcl, file('{"credentials":{"h":{"token":{"secret-1":1}}}}', "/x/b")], "its credentials is JSON"],
    [
      "a list of blocks",
      [file('{"oci_credentials":[{"h":{"password":"secret-1"}}]}')],
      "its oci_credentials is a list",
    ],
    [
      "files beside the configuration",
      [file('oci_default_credentials {\n  docker_style_config_files = ["/abs.json", "auth.json"]\n}\n')],
      "has a relative path",
    ],
    [
      "the same in JSON",
      [file('{"oci_default_credentials":{"docker_style_config_files":["auth.json"]}}')],
      "has a relative path",
    ],
  ])("%s", (_, files, words) => {
    const error = thrownBy(() => prepareMerge(files));
    expect(error).toMatchObject({
      code: "CLI_CONFIGURATION_INVALID",
      message: expect.stringContaining(words) as string,
    });
    expect(String(error)).not.toContain("secret-1");
  });
});
