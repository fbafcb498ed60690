// What OpenTofu makes of our JSON and HCL: odd texts are read as they were written, every construct is valid, the schema is ours.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { escapeTemplate } from "../../../src/constructs/hcl-template.ts";
import { builtExecutable } from "../../support/built.ts";
import { loadFrameworks, type LoadedFramework, type Stack } from "../../support/construct-libraries.ts";
import { runOk } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const tofu = await realPart("tofu");
const frameworks = await loadFrameworks();

tofu.describe("OpenTofu", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = createWorkspace();
    await runOk(builtExecutable("scalr-oci"), ["setup", "provider"], { environment: workspace.environment() });
  });
  afterAll(() => workspace.remove());

  const runIn = (directory: string, ...args: string[]) => {
    const environment = workspace.environment({ path: [dirname(builtExecutable("scalr-oci"))] });
    return runOk(tofu.path, args, { environment, directory: workspace.path(directory) });
  };

  it("reads an escaped text as it was written, whatever is in it", async () => {
    const texts = [
      "plain",
      'quotes " and \\ back\\slashes \\n',
      "${var.x}",
      "$${var.x}",
      "$$${var.x}",
      "%{ if true }x%{ endif }",
      "%%{x} %%%{x}",
      "$ % { } $% %$ ${ %{",
      "ends with $",
      "ends with $$",
      "ü 雪 🔑 \u2028",
    ];
    const outputs = texts.map((text, index) => [`text${index}`, { value: escapeTemplate(text) }]);
    workspace.write("texts/main.tf.json", JSON.stringify({ output: Object.fromEntries(outputs) }));
    await runIn("texts", "apply", "-auto-approve");
    const read = JSON.parse(await runIn("texts", "output", "-json")) as Record<string, { value: string }>;
    expect(texts.map((_, index) => read[`text${index}`]?.value)).toEqual(texts);
  });

  it("prints the schema that the L1 constructs were made from", async () => {
    workspace.write(
      "schema/main.tf",
      'terraform {\n  required_providers {\n    scalr = { source = "scalr-oci/scalr" }\n  }\n}\n',
    );
    await runIn("schema", "init");
    const printed = JSON.parse(await runIn("schema", "providers", "schema", "-json")) as Schemas;
    const ours = JSON.parse(
      readFileSync(join(root, "src/constructs/generated/provider-schema.json"), "utf8"),
    ) as Schemas;
    expect(Object.values(printed.provider_schemas)).toEqual(Object.values(ours.provider_schemas));
  });

  describe.each(frameworks)("$name", (framework) => {
    it.each(["json", "hcl"] as const)("every construct is valid as %s", async (syntax) => {
      const directory = `${framework.name}-${syntax}`;
      const outdir = workspace.path(directory);
      everyConstruct(framework, outdir, syntax);
      const stack = join(directory, "stacks", "app");
      expect(readdirSync(workspace.path(stack))).toContain(syntax === "json" ? "cdk.tf.json" : "cdk.tf");
      await runIn(stack, "init");
      const validated = JSON.parse(await runIn(stack, "validate", "-json")) as object;
      expect(validated).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
    });
  });
});

interface Schemas {
  readonly provider_schemas: Readonly<Record<string, unknown>>;
}

function everyConstruct({ cdk, library }: LoadedFramework, outdir: string, syntax: "json" | "hcl"): void {
  const { DockerIntegration, RegistrySecret } = library;
  // HCL is asked for in the environment, and frameworks read that only when an app is made.
  const before = process.env["SYNTH_HCL_OUTPUT"];
  process.env["SYNTH_HCL_OUTPUT"] = String(syntax === "hcl");
  try {
    const app = new cdk.App({ outdir, context: { targetVersions: { opentofu: ">=1.11.0" } } });
    const stack: Stack = new cdk.TerraformStack(app, "app");
    new library.ScalrProvider(stack, "scalr");
    const token = new cdk.TerraformVariable(stack, "token", { type: "string" });
    const username = "bot";
    DockerIntegration.forDockerHub(stack, "hub", { username, token: RegistrySecret.fromVariable(token) });
    // The frameworks write quotes and backslashes into HCL as they are; in JSON any text is right, see above.
    const text = syntax === "hcl" ? "${b} %{c}" : 'a"${b} %{c}\\';
    DockerIntegration.forGitHub(stack, "ghcr", { username, token: RegistrySecret.unsafePlainText(text) });
    DockerIntegration.forGitLab(stack, "gitlab", { username });
    DockerIntegration.forJFrog(stack, "jfrog", { subdomain: "acme", username, exportCredentials: false });
    app.synth();
  } finally {
    if (before === undefined) delete process.env["SYNTH_HCL_OUTPUT"];
    else process.env["SYNTH_HCL_OUTPUT"] = before;
  }
}
