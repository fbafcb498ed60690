// `scalr-oci bindings` of directories and of packages in a registry: what it writes, and what it refuses. What the classes do:
// test/e2e/constructs-cli/bindings.test.ts.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { type Authority, createAuthority } from "../support/authority.ts";
import { type CliRun, runScalrOci } from "../support/cli.ts";
import { pushRaw } from "../support/push-raw.ts";
import { makeRawZip, type RawEntry } from "../support/raw-zip.ts";
import { embeddedKinds, loggedIn, type TestRegistry } from "../support/registries.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
beforeEach(() => {
  workspace = createWorkspace();
});
afterEach(() => workspace.remove());

describe("scalr-oci bindings of a directory", () => {
  const bindings = (...args: string[]): Promise<CliRun> =>
    runScalrOci(["bindings", ...args], { environment: workspace.environment(), directory: workspace.directory });
  const codeOf = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await bindings(...args);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  };

  it("prints a class, which takes the address as a property", async () => {
    workspace.write(
      "network/main.tf",
      'variable "cidr" {\n  type = string\n}\noutput "id" {\n  value = foo_net.x.id\n}\n',
    );
    expect(await codeOf("network"))
      .toBe(`// Made by scalr-oci bindings from the directory network; do not change it, make it again.
/* eslint-disable */
import type { Construct } from "constructs";
import { OciModule, type OciModuleProps } from "scalr-oci/cdktf";

export interface NetworkProps extends Pick<
  OciModuleProps,
  "version" | "lockFile" | "providers" | "dependsOn" | "forEach"
> {
  /** Address of the module: \`oci://HOST/REPOSITORY\`, with \`?tag=\` or \`?digest=\` unless there is a version. */
  readonly source: string;
  readonly cidr: string | null;
}

/** The module of the directory network. Outputs end in \`Output\`, and are tokens. */
export class Network extends OciModule {
  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id, {
      source: props.source,
      version: props.version,
      lockFile: props.lockFile,
      providers: props.providers,
      dependsOn: props.dependsOn,
      forEach: props.forEach,
      variables: {
        cidr: props.cidr,
      },
    });
  }

  get idOutput(): string {
    return this.getString("id");
  }
}
`);
  });

  it.each([
    ["type = string", "readonly x: string | null;"],
    ["type = string\nnullable = false", "readonly x: string;"],
    ["type = string\ndefault = null", "readonly x?: string | null | undefined;"],
    ["type = number\ndefault = 1\nnullable = false", "readonly x?: number | undefined;"],
    ["type = bool\nnullable = false", "readonly x: boolean | cdk.IResolvable;"],
    ["", "readonly x: unknown;"],
    ["default = 1", "readonly x?: unknown;"],
    ["type = list(string)\nnullable = false", "readonly x: readonly string[] | cdk.IResolvable;"],
    ["type = set(bool)\nnullable = false", "readonly x: readonly (boolean | cdk.IResolvable)[] | cdk.IResolvable;"],
    [
      "type = map(list(number))\nnullable = false",
      "readonly x: { readonly [key: string]: readonly number[] | cdk.IResolvable } | cdk.IResolvable;",
    ],
    ["type = tuple([string, any])\nnullable = false", "readonly x: readonly [string, unknown] | cdk.IResolvable;"],
    ["type = object({})\nnullable = false", "readonly x: MX | cdk.IResolvable;"],
    [
      "type = list(object({ a = any }))\nnullable = false",
      "readonly x: readonly (MX | cdk.IResolvable)[] | cdk.IResolvable;",
    ],
  ])("types a variable { %s }", async (body, property) => {
    workspace.write("m/main.tf", `variable "x" {\n${body}\n}\n`);
    expect(await codeOf("m")).toContain(`\n  ${property}\n`);
  });

  it("imports nothing that it does not use", async () => {
    workspace.write("m/main.tf", 'variable "x" {\n  type = string\n  description = "about cdk"\n}\n');
    expect(await codeOf("m")).not.toContain("import * as cdk");
  });

  it("says what the module says of a variable, in comments that end where they should", async () => {
    workspace.write(
      "m/main.tf",
      `variable "get_it" {
  type        = string
  default     = "*/ process.exit() //"
  description = "first */ process.exit() /*\\n@internal"
  deprecated  = "use that"
}
variable "secret" {
  type      = string
  default   = "hunter2"
  sensitive = true
}
`,
    );
    const code = await codeOf("m");
    expect(code).toContain(`  /**
   * first *\\/ process.exit() /*
   * \\@internal
   * The module calls it \`get_it\`.
   * @deprecated use that
   * @default "*\\/ process.exit() //"
   */
  readonly fetchIt?: string | null | undefined;
  /**
   * A secret: give a token, for a text would stand in the synthesized JSON.
   * @default - what the module says
   */
  readonly secret?: string | null | undefined;
`);
    expect(code).not.toContain("hunter2");
  });

  it("writes names that are no identifiers as texts", async () => {
    workspace.write(
      "m/main.tf",
      'variable "__proto__" {\n  type = object({ "a*/ b" = string, "__proto__" = number })\n}\noutput "o" {\n  value = var.__proto__\n}\n',
    );
    const code = await codeOf("m");
    expect(code).toContain('["__proto__"]: mProtoToModule(props.proto),');
    expect(code).toContain('"a*/ b": value._612a2f2062,');
    expect(code).toContain('["__proto__"]: value.proto,');
    expect(code).toContain('  /** In the module: `object({ "a*\\/ b" = string, __proto__ = number })`. */');
  });

  it("gives every name once, the same for every order of files", async () => {
    const texts = ["a_b", "aB", "version", "lock_file", "m_props"].map(
      (name) => `variable "${name}" {\n  type = object({ x_y = string, xY = string })\n}\n`,
    );
    const outputs = ["interpolation_for", "a_b", "aB"].map((name) => `output "${name}" {\n  value = 1\n}\n`);
    const all = [...texts.filter((text) => !text.includes('"version"')), ...outputs];
    all.forEach((text, index) => workspace.write(`one/m/${index}.tf`, text));
    all.toReversed().forEach((text, index) => workspace.write(`two/m/${index}.tf`, text));
    const code = await codeOf("one/m");
    expect(await codeOf("two/m")).toBe(code);
    expect(await codeOf("one/m")).toBe(code);
    const declared = [...code.matchAll(/^ {2}(?:readonly|get) (\w+)/gm)].map((match) => match[1]);
    expect(declared).toEqual([
      ...["source", "aB", "aBVariable", "lockFileVariable", "mProps"],
      ...["xY", "xYAttribute", "xY", "xYAttribute", "xY", "xYAttribute", "xY", "xYAttribute"],
      ...["aBOutput", "aBOutputValue", "interpolationForOutputValue"],
    ]);
    expect([...code.matchAll(/^export (?:class|interface) (\w+)/gm)].map((match) => match[1])).toEqual([
      ...["MProps", "MAB", "MABObject", "MLockFile", "MMProps", "M"],
    ]);
  });

  it("takes modules in JSON, with override files, and without anything to set", async () => {
    workspace.write("json/main.tf.json", '{"variable":{"zones":{"type":"list(string)","default":null}}}');
    workspace.write("json/override.tf", 'variable "zones" {\n  nullable = false\n  default = ["a"]\n}\n');
    workspace.write("empty/main.tf", "locals {}\n");
    expect(await codeOf("json")).toContain(
      '  /** @default ["a"] */\n  readonly zones?: readonly string[] | cdk.IResolvable | undefined;\n',
    );
    const code = await codeOf("empty");
    expect(code).not.toContain("variables:");
    expect(code).not.toContain("get ");
  });

  it("takes 1,000 variables in no time", async () => {
    const variables = Array.from(
      { length: 1000 },
      (_, index) => `variable "v_${index}" {\n  type = list(object({ a_b = string }))\n}\n`,
    );
    workspace.write("m/main.tf", variables.join(""));
    const startedAt = performance.now();
    const code = await codeOf("m");
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(code.match(/^ {2}readonly v\d/gm)).toHaveLength(1000);
  });

  it("writes a file, makes it again, and replaces no other", async () => {
    workspace.write("m/main.tf", 'variable "x" {}\n');
    const first = await bindings("m", "--out", "src/made/m.ts", "--name", "Mine", "--framework", "cdktn");
    expect(first).toMatchObject({
      exitCode: 0,
      stdout: "wrote src/made/m.ts: class Mine of the directory m (1 variable, 0 outputs)\n",
    });
    const path = workspace.path("src/made/m.ts");
    expect(readFileSync(path, "utf8")).toContain('from "scalr-oci/cdktn"');
    workspace.write("m/main.tf", 'variable "y" {}\n');
    expect(await bindings("m", "--out", "src/made/m.ts")).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path, "utf8")).toContain("readonly y: unknown");
    expect(readdirSync(workspace.path("src/made"))).toEqual(["m.ts"]);
    for (const [name, content] of [
      ["own.ts", "// mine\n"],
      ["dir/x", ""],
    ] as const) {
      workspace.write(name, content);
      const refused = await bindings("m", "--out", name.split("/")[0] ?? "");
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("was not made by scalr-oci bindings (TARGET_EXISTS)");
      expect(readFileSync(workspace.path(name), "utf8")).toBe(content);
    }
  });

  it("prints JSON, with the code when there is no file", async () => {
    workspace.write("m/main.tf", 'variable "x" {}\noutput "o" {\n  value = 1\n}\n');
    const printed = JSON.parse(await codeOf("m", "--json")) as { code: string };
    expect(printed).toEqual({
      className: "M",
      framework: "cdktf",
      variables: ["x"],
      outputs: ["o"],
      code: expect.stringContaining("class M extends OciModule") as string,
    });
    const written = JSON.parse(await codeOf("m", "--json", "--out", "m.ts")) as object;
    expect(written).toMatchObject({ className: "M", file: workspace.path("m.ts") });
    expect(written).not.toHaveProperty("code");
  });

  it.each([
    ["vpc-endpoints", "VpcEndpoints"],
    ["terraform-aws-network", "TerraformAwsNetwork"],
    ["3scale", "Module3Scale"],
    ["construct", "ConstructModule"],
    ["oci-module", "OciModuleModule"],
    ["pick", "PickModule"],
    ["_", "Module"],
  ])("calls the class of %s %s", async (directory, className) => {
    workspace.write(`${directory}/main.tf`, "locals {}\n");
    expect(await codeOf(directory)).toContain(`\nexport class ${className} extends OciModule {\n`);
  });

  it.each([
    [["missing"], 2, "there is no directory missing, expected that of a module (INVALID_ARGUMENT)"],
    [
      ["empty"],
      2,
      "the directory empty holds no OpenTofu module, expected a .tf or .tofu file (CONFIGURATION_INVALID)",
    ],
    [["m", "--name", "network"], 2, "class name is not valid, got network, expected such as Network"],
    [["m", "--name", "A {} evil()"], 2, "class name is not valid, got A {} evil()"],
    [["m", "--name", "Construct"], 2, "class name is not valid, got Construct"],
    [["m", "--framework", "pulumi"], 2, "Allowed choices are cdktf, cdktn"],
    [["https://ghcr.io/acme/x"], 2, "oci reference does not begin with oci://"],
    [["broken"], 2, "main.tf cannot be read, line 2 is not HCL (CONFIGURATION_INVALID)"],
    [["untyped"], 2, "variables.tf:3: variable x has a type that is none, got strng"],
    [["dangling"], 2, "main.tf is no file that can be read (CONFIGURATION_INVALID)"],
    [["endless"], 2, "main.tf is no file that can be read (CONFIGURATION_INVALID)"],
    [["binary"], 2, "main.tf is not UTF-8 (CONFIGURATION_INVALID)"],
    [["large"], 2, "configuration has 9000000 bytes, expected at most 8388608"],
    [["nested"], 2, "main.tf cannot be read, line 1 is not HCL"],
  ])("refuses %j", async (args, exitCode, message) => {
    workspace.write("empty/README.md", "");
    workspace.write("m/main.tf", "locals {}\n");
    workspace.write("broken/main.tf", 'variable "x" {\n  type =\n}\n');
    workspace.write("untyped/variables.tf", '\n\nvariable "x" {\n  type = strng\n}\n');
    for (const [name, target] of [
      ["dangling", "nowhere"],
      ["endless", "/dev/zero"],
    ] as const) {
      mkdirSync(workspace.path(name));
      symlinkSync(target, workspace.path(name, "main.tf"));
    }
    workspace.write("binary/main.tf", Buffer.from([0xff, 0xfe, 0x00]));
    workspace.write("large/main.tf", " ".repeat(9_000_000));
    workspace.write("nested/main.tf", `${"a {\n".repeat(20_000)}${"}\n".repeat(20_000)}`);
    const refused = await bindings(...args);
    expect(refused).toMatchObject({ exitCode, stdout: "" });
    expect(refused.stderr).toContain(message);
  });
});

describe("scalr-oci bindings of a package", () => {
  let authority: Authority;
  let registry: TestRegistry;
  beforeAll(async () => {
    authority = createAuthority();
    const kind = embeddedKinds.find(({ wantsLogin }) => wantsLogin);
    if (kind === undefined) throw new Error("expected a registry that wants a login");
    registry = await kind.start(authority);
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
  });
  const scalrOci = (...args: string[]): Promise<CliRun> =>
    runScalrOci(args, {
      environment: loggedIn(workspace, authority, registry.host),
      directory: workspace.directory,
    });
  const address = (repository: string) => `oci://${registry.host}/${repository}`;
  const publish = (repository: string, entries: readonly RawEntry[]) =>
    pushRaw(registry, authority, repository, makeRawZip(entries));

  it("has the address and the digest, and leaves nothing behind", async () => {
    await publish("acme/vpc", [{ name: "main.tf", data: 'variable "x" {\n  default = 1\n}\n' }]);
    const { stdout, exitCode } = await scalrOci("bindings", `${address("acme/vpc")}?tag=1.0.0`);
    expect(exitCode).toBe(0);
    const digest = /^\/\/ Digest: (sha256:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? "";
    expect(stdout).toContain(`// Made by scalr-oci bindings from ${address("acme/vpc")}?tag=1.0.0; do not change it`);
    expect(stdout).toContain(`const address = "${address("acme/vpc")}";\n`);
    expect(stdout).toContain(`const pinned = "${address("acme/vpc")}?digest=${digest}";\n`);
    expect(stdout).toContain("  readonly source?: string | undefined;\n");
    expect(stdout).toContain("source: props.source ?? (props.version === undefined ? pinned : address),");
    expect(stdout).toContain("props: VpcProps = {}) {");
    const again = JSON.parse(
      (await scalrOci("bindings", `${address("acme/vpc")}?digest=${digest}`, "--json")).stdout,
    ) as object;
    expect(again).toMatchObject({ className: "Vpc", digest, source: `${address("acme/vpc")}?digest=${digest}` });
    expect(readdirSync(process.env["TMPDIR"] ?? "").filter((name) => name.startsWith("scalr-oci-bindings-"))).toEqual(
      [],
    );
  });

  it("takes a module in a directory of it, and says when it is not there", async () => {
    await publish("acme/many", [
      {
        name: "modules/vpc-endpoints/main.tf",
        data: 'variable "x" {}\nmodule "up" {\n  source = "../../../../../etc"\n}\n',
      },
      { name: "README.md" },
    ]);
    const { stdout } = await scalrOci("bindings", `${address("acme/many")}//modules/vpc-endpoints?tag=1.0.0`);
    expect(stdout).toContain("export class VpcEndpoints extends OciModule {");
    expect(stdout).toContain(`const address = "${address("acme/many")}//modules/vpc-endpoints";`);
    const missing = await scalrOci("bindings", `${address("acme/many")}//modules/none?tag=1.0.0`);
    expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
    expect(missing.stderr).toContain("package has no directory modules/none (REGISTRY_CONTENT_NOT_FOUND)");
    const root = await scalrOci("bindings", `${address("acme/many")}?tag=1.0.0`);
    expect(root.stderr).toContain("acme/many?tag=1.0.0 holds no OpenTofu module");
    expect(root.exitCode).toBe(2);
  });

  it("is refused as pull refuses it, and nothing is written", async () => {
    const harmful: Record<string, RawEntry[]> = {
      up: [{ name: "main.tf" }, { name: "../../escaped.tf" }],
      absolute: [{ name: "/tmp/escaped.tf" }],
      link: [{ name: "main.tf", data: "/etc/passwd", mode: 0o120777 }],
      device: [{ name: "main.tf", mode: 0o020666 }],
      bomb: [{ name: "main.tf" }, { name: "zeros", claimedSize: 1_200_000_000 }],
    };
    for (const [name, entries] of Object.entries(harmful)) {
      await publish(`acme/${name}`, entries);
      const refused = await scalrOci("bindings", `${address(`acme/${name}`)}?tag=1.0.0`, "--out", "made.ts");
      expect({ name, exitCode: refused.exitCode, stdout: refused.stdout }).toEqual({ name, exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("(PACKAGE_REFUSED)");
      expect(existsSync(workspace.path("made.ts"))).toBe(false);
    }
    await pushRaw(registry, authority, "acme/none", Buffer.from("no zip"));
    expect((await scalrOci("bindings", `${address("acme/none")}?tag=1.0.0`)).stderr).toContain("(PACKAGE_REFUSED)");
    expect(readdirSync(process.env["TMPDIR"] ?? "").filter((name) => name.startsWith("scalr-oci-bindings-"))).toEqual(
      [],
    );
  });

  it("names the file and the line of what is no HCL, and no path of this machine", async () => {
    await publish("acme/broken", [{ name: "sub/main.tf", data: 'variable "x" {\n  type =\n}\n' }]);
    const { stderr, exitCode } = await scalrOci("bindings", `${address("acme/broken")}//sub?tag=1.0.0`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("main.tf cannot be read, line 2 is not HCL (CONFIGURATION_INVALID)");
    expect(stderr).not.toContain(process.env["TMPDIR"]);
  });

  it("says what is missing in the registry", async () => {
    const { stderr, exitCode } = await scalrOci("bindings", address("acme/nothing"));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("has no acme/nothing:latest");
  });
});
