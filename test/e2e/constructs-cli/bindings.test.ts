// Classes that `scalr-oci bindings` writes, in programs of CDKTF and CDK Terrain: strict compilers take them, synthesis gives the
// module what its variables are called, and OpenTofu applies it.
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import { run, runOk } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { embeddedKinds, loggedIn, type TestRegistry } from "../../support/registries.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const tofu = await realPart("tofu");

/** One variable and one output of every type; `terraform_data` needs no provider. */
const networkModule = `
variable "name" {
  type        = string
  description = "name of */ everything"
  nullable    = false
}
variable "zones" {
  type    = list(string)
  default = ["a", "b"]
}
variable "sub_nets" {
  type = map(object({
    cidr_block = string
    is_public  = optional(bool, true)
    port_range = optional(tuple([number, number]))
    rules      = optional(list(object({ to_port = number })), [])
  }))
  default = {}
}
variable "pair_of" {
  type    = tuple([string, object({ a_b = number })])
  default = ["x", { a_b = 1 }]
}
variable "enabled" {
  type    = bool
  default = false
}
variable "size" {
  type    = number
  default = 1
}
variable "labels" {
  type    = map(string)
  default = {}
}
variable "ports" {
  type    = set(number)
  default = []
}
variable "free_form" {
  default = "free"
}
variable "maybe" {
  type    = string
  default = "not null"
}
variable "pass_word" {
  type      = string
  sensitive = true
}
variable "node" {
  type    = string
  default = "node"
}

resource "terraform_data" "this" {
  input = var.name
}

output "id" {
  value = terraform_data.this.id
}
output "greeting" {
  value = "hello \${terraform_data.this.output}"
}
output "unknown" {
  value = terraform_data.this.output
}
output "zones" {
  value = var.zones
}
output "zone_count" {
  value = length(var.zones)
}
output "enabled" {
  value = !var.enabled
}
output "sub_nets" {
  value = var.sub_nets
}
output "labels" {
  value = var.labels
}
output "ports" {
  value = var.ports
}
output "pair_of" {
  value = var.pair_of
}
output "free_form" {
  value = var.free_form
}
output "maybe" {
  value = var.maybe
}
output "pass_word" {
  value     = var.pass_word
  sensitive = true
}
output "node" {
  value = var.node
}
output "interpolation_for" {
  value = "a name that the class has"
}
`;

const program = (framework: string) => `
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "${framework}";
import { Child } from "./child.ts";
import { Network } from "./network.ts";

const app = new App();
const stack = new TerraformStack(app, "app");
const password = new TerraformVariable(stack, "password", { type: "string", sensitive: true });
const one = new Network(stack, "one", {
  name: "one",
  zones: ["x", "y", "z"],
  subNets: {
    a: { cidrBlock: "10.0.0.0/24", isPublic: false, portRange: [1, 2], rules: [{ toPort: 443 }] },
    b: { cidrBlock: "10.0.1.0/24" },
  },
  pairOf: ["p", { aB: 2 }],
  enabled: true,
  size: 3,
  labels: { a: "b" },
  ports: [1, 2, 2],
  freeForm: { any: ["thing", 1] },
  maybe: null,
  passWord: password.stringValue,
});
// What one module gives, another takes.
const two = new Network(stack, "two", {
  name: \`\${one.idOutput}-\${one.unknownOutput}\`,
  zones: one.zonesOutput,
  subNets: one.subNetsOutput,
  pairOf: one.pairOfOutput,
  enabled: one.enabledOutput,
  size: one.zoneCountOutput,
  labels: one.labelsOutput,
  ports: one.portsOutput,
  freeForm: one.freeFormOutput,
  passWord: one.passWordOutput,
  nodeAttribute: one.interpolationForOutputValue,
  dependsOn: [one],
});
const child = new Child(stack, "child", { version: "~> 1.0" });
const outputs: Record<string, unknown> = {
  id: one.idOutput, greeting: one.greetingOutput, greeting2: two.greetingOutput, zones: two.zonesOutput, count: two.zoneCountOutput, enabled: two.enabledOutput,
  nets: two.subNetsOutput, labels: two.labelsOutput, ports: two.portsOutput, pair: two.pairOfOutput, free: two.freeFormOutput, maybe: one.maybeOutput,
  maybe2: two.maybeOutput, node: two.nodeOutput, inner: child.valueOutput,
};
for (const [name, value] of Object.entries(outputs)) new TerraformOutput(stack, name, { value });
new TerraformOutput(stack, "secret", { value: two.passWordOutput, sensitive: true });
app.synth();
`;

/** What the compiler has to refuse. */
const misuse = `
import type { TerraformStack } from "cdktf";
import { Child } from "./child.ts";
import { Network } from "./network.ts";
declare const stack: TerraformStack;
// @ts-expect-error two variables have no default
new Network(stack, "a");
// @ts-expect-error a list is no text
new Network(stack, "b", { name: ["x"], passWord: "" });
// @ts-expect-error null is not for this variable
new Network(stack, "c", { name: null, passWord: "" });
// @ts-expect-error an object lacks an attribute
new Network(stack, "d", { name: "", passWord: "", subNets: { a: { isPublic: true } } });
// @ts-expect-error attributes are written as in TypeScript
new Network(stack, "e", { name: "", passWord: "", subNets: { a: { cidr_block: "" } } });
// @ts-expect-error a tuple has two elements
new Network(stack, "f", { name: "", passWord: "", pairOf: ["x"] });
// @ts-expect-error no such variable
new Network(stack, "g", { name: "", passWord: "", zone: "x" });
// @ts-expect-error an output is only read
new Child(stack, "h").valueOutput = "x";
const list: string[] = new Network(stack, "i", { name: "", passWord: "", maybe: undefined, zones: undefined }).zonesOutput;
export { list };
`;

tofu.describe("a class that scalr-oci bindings wrote", () => {
  let authority: Authority;
  let registry: TestRegistry;
  let workspace: Workspace;
  let environment: Record<string, string>;
  const address = () => `oci://${registry.host}/acme/network`;
  const scalrOci = async (...args: string[]): Promise<CliRun> => {
    const result = await runScalrOci(args, { environment, directory: workspace.path("project") });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result;
  };

  beforeAll(async () => {
    authority = createAuthority();
    const kind = embeddedKinds.find(({ wantsLogin }) => wantsLogin);
    if (kind === undefined) throw new Error("expected a registry that wants a login");
    registry = await kind.start(authority);
    workspace = createWorkspace();
    environment = loggedIn(workspace, authority, registry.host);
    workspace.write("module/main.tf", networkModule);
    workspace.write("module/modules/child/main.tf.json", '{ "output": { "value": { "value": "from a child" } } }');
    workspace.write("project/package.json", '{ "private": true, "type": "module" }');
    mkdirSync(workspace.path("project", "node_modules"));
    for (const name of ["cdktf", "cdktn", "constructs", "@types"]) {
      symlinkSync(join(root, "node_modules", name), workspace.path("project", "node_modules", name));
    }
    symlinkSync(root, workspace.path("project", "node_modules", "scalr-oci"));
    await scalrOci("push", workspace.path("module"), address(), "--version", "1.2.0", "--no-git");
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
    workspace.remove();
  });

  describe.each([["cdktf"], ["cdktn"]])("for %s", (framework) => {
    const inProject = (command: string, args: readonly string[]) =>
      run(command, args, { environment: workspace.environment(), directory: workspace.path("project", framework) });

    beforeAll(async () => {
      const flags = ["--framework", framework, "--out"];
      await scalrOci("bindings", `${address()}?tag=1.2.0`, ...flags, `${framework}/network.ts`);
      await scalrOci("bindings", `${address()}//modules/child?tag=1.2.0`, ...flags, `${framework}/child.ts`);
      workspace.write(`project/${framework}/main.ts`, program(framework));
      workspace.write(`project/${framework}/misuse.ts`, misuse.replace('"cdktf"', `"${framework}"`));
    });

    it.each([
      ["nodenext", { module: "nodenext", allowImportingTsExtensions: true, erasableSyntaxOnly: true }],
      ["bundler", { module: "esnext", moduleResolution: "bundler", allowImportingTsExtensions: true }],
    ])("compiles as strictly as TypeScript can, with %s", async (_, options) => {
      const compilerOptions = {
        ...options,
        target: "es2023",
        types: ["node"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noImplicitOverride: true,
        noImplicitReturns: true,
        noPropertyAccessFromIndexSignature: true,
        noUnusedLocals: true,
        noUnusedParameters: true,
        isolatedDeclarations: true,
        declaration: true,
        verbatimModuleSyntax: true,
        noEmit: true,
      };
      workspace.write(`project/${framework}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      const compiler = join(root, "node_modules/typescript/bin/tsc");
      const { stdout, exitCode } = await inProject(process.execPath, [compiler, "-p", "."]);
      expect(stdout).toBe("");
      expect(exitCode).toBe(0);
    });

    // The generators of the L1 constructs bring the TypeScript that the templates of the command lines pin.
    const older = join(root, "tools/generate-l1/node_modules/typescript/bin/tsc");
    (existsSync(older) ? it : it.skip)(
      "compiles with TypeScript 5.9 as the templates of the command lines set it up (after npm run generate)",
      async () => {
        const compilerOptions = {
          target: "es2022",
          module: "commonjs",
          moduleResolution: "node10",
          types: ["node"],
          strict: true,
          noUnusedLocals: true,
          noEmit: true,
          skipLibCheck: true,
        };
        const files = ["network.ts", "child.ts"];
        workspace.write(`project/${framework}/tsconfig.json`, JSON.stringify({ compilerOptions, files }));
        const { stdout, exitCode } = await inProject(process.execPath, [older, "-p", "."]);
        expect(stdout).toBe("");
        expect(exitCode).toBe(0);
      },
    );

    it("synthesizes from the digest, or for a version from the lock, and OpenTofu applies it", async () => {
      const before = await inProject("node", ["main.ts"]);
      expect(before.stderr).toContain("acme/network ~> 1.0 is not in the lock file; run: scalr-oci lock");
      await scalrOci("lock", framework, "--app", "node main.ts");
      expect(await inProject("node", ["main.ts"])).toMatchObject({ exitCode: 0 });
      const stack = workspace.path("project", framework, "cdktf.out", "stacks", "app");
      const { module } = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")) as {
        module: Record<string, Record<string, unknown>>;
      };
      expect(module["one"]).toMatchObject({
        source: expect.stringMatching(/\/acme\/network\?digest=sha256:[0-9a-f]{64}$/) as string,
        maybe: null,
        sub_nets: {
          a: { cidr_block: "10.0.0.0/24", is_public: false, port_range: [1, 2], rules: [{ to_port: 443 }] },
          b: { cidr_block: "10.0.1.0/24" },
        },
        pair_of: ["p", { a_b: 2 }],
        pass_word: "${var.password}",
      });
      expect(module["two"]).toMatchObject({ sub_nets: "${module.one.sub_nets}", enabled: "${module.one.enabled}" });
      expect(module["child"]?.["source"]).toMatch(/\/acme\/network\/\/modules\/child\?digest=sha256:[0-9a-f]{64}$/);
      const options = { environment: { ...environment, TF_VAR_password: "s3cret" }, directory: stack };
      await runOk(tofu.path, ["init", "-no-color"], options);
      await runOk(tofu.path, ["apply", "-no-color", "-auto-approve"], options);
      const printed = JSON.parse(await runOk(tofu.path, ["output", "-json"], options)) as Record<
        string,
        { value: unknown }
      >;
      const values = Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]));
      expect(values).toEqual({
        id: expect.any(String) as string,
        greeting: "hello one",
        greeting2: `hello ${String(values["id"])}-one`,
        zones: ["x", "y", "z"],
        count: 3,
        enabled: true,
        nets: {
          a: { cidr_block: "10.0.0.0/24", is_public: false, port_range: [1, 2], rules: [{ to_port: 443 }] },
          b: { cidr_block: "10.0.1.0/24", is_public: true, port_range: null, rules: [] },
        },
        labels: { a: "b" },
        ports: [1, 2],
        pair: ["p", { a_b: 2 }],
        free: { any: ["thing", 1] },
        // OpenTofu keeps no output that is null: null came through, and was not taken for the default.
        maybe2: "not null",
        node: "a name that the class has",
        inner: "from a child",
        secret: "s3cret",
      });
    });
  });
});
