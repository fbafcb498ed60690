// The built construct libraries as their users' projects have them: a jest of CommonJS modules, strict and old compilers.
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/processes.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;

beforeAll(() => {
  workspace = createWorkspace();
  mkdirSync(workspace.path("project", "node_modules"), { recursive: true });
  for (const name of ["cdktf", "cdktn", "constructs", "jest", "typescript", "@types"]) {
    symlinkSync(join(root, "node_modules", name), workspace.path("project", "node_modules", name));
  }
  symlinkSync(root, workspace.path("project", "node_modules", "scalr-oci"));
});
afterAll(() => workspace.remove());

const inProject = (command: string, args: readonly string[], variables: Record<string, string> = {}) =>
  run(command, args, { environment: workspace.environment({ variables }), directory: workspace.path("project") });

describe.each([["cdktf"], ["cdktn"]])("a user of scalr-oci/%s", (framework) => {
  const test = `
    const { TerraformStack, Testing } = require("${framework}");
    const { DockerIntegration, PreflightError, preflight, RegistrySecret, ScalrProvider } = require("scalr-oci/${framework}");

    function stack() {
      const stack = new TerraformStack(Testing.app(), "app");
      new ScalrProvider(stack, "scalr");
      DockerIntegration.forGitHub(stack, "ghcr", { username: "bot" });
      return stack;
    }

    it("synthesizes", () => {
      expect(Testing.synth(stack())).toContain('"password_wo": "\${var.ghcr_password}"');
    });

    it("checks offline", async () => {
      const stderr = { write: () => true };
      const report = await preflight(stack().node.root, { environment: {}, stderr });
      expect(report).toMatchObject({ integrations: 1, asked: [] });
      await expect(preflight(stack().node.root, { environment: {}, stderr, requireApi: true })).rejects.toThrow(PreflightError);
    });

    it("says what asking the API takes inside jest", async () => {
      const environment = { SCALR_HOSTNAME: "localhost:1", SCALR_TOKEN: "t" };
      await expect(preflight(stack().node.root, { environment })).rejects.toMatchObject({
        hint: expect.stringContaining("NODE_OPTIONS=--experimental-vm-modules"),
      });
    });
  `;

  it("tests with jest and CommonJS", async () => {
    workspace.write("project/package.json", '{ "name": "project", "private": true }');
    workspace.write(`project/${framework}.test.js`, test);
    const args = ["node_modules/jest/bin/jest.js", "--rootDir", ".", `${framework}.test.js`];
    const { exitCode, stderr } = await inProject(process.execPath, args);
    expect(stderr).toContain("Tests:       3 passed, 3 total");
    expect(exitCode).toBe(0);
  });

  const program = `
    import { App, TerraformStack, TerraformVariable } from "${framework}";
    import { DockerIntegration, preflight, RegistrySecret, ScalrProvider, type PreflightReport } from "scalr-oci/${framework}";

    const stack = new TerraformStack(new App(), "app");
    const provider = new ScalrProvider(stack, "scalr");
    const variable = new TerraformVariable(stack, "token", { type: "string" });
    const token: RegistrySecret = RegistrySecret.fromVariable(variable);
    const made: DockerIntegration = DockerIntegration.forGitHub(stack, "ghcr", { username: "bot", token, provider });
    const id: string = made.integrationId;
    const report: Promise<PreflightReport> = preflight(stack.node.root);
    // @ts-expect-error a text is no secret
    DockerIntegration.forGitHub(stack, "hub", { username: "bot", token: "hunter2" });
    export { id, report };
  `;

  const strict = {
    target: "es2023",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
  };

  async function compile(compiler: string, type: string, compilerOptions: object): Promise<void> {
    workspace.write("project/package.json", JSON.stringify({ name: "project", private: true, type }));
    workspace.write("project/program.ts", program);
    workspace.write("project/tsconfig.json", JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const { exitCode, stdout } = await inProject(process.execPath, [compiler, "-p", "."]);
    expect(stdout).toBe("");
    expect(exitCode).toBe(0);
  }

  it.each([
    ["commonjs", "commonjs", "bundler"],
    ["commonjs", "nodenext", "nodenext"],
    ["module", "nodenext", "nodenext"],
    ["module", "esnext", "bundler"],
  ])("compiles strictly as %s with module %s, resolution %s", async (type, module, moduleResolution) => {
    await compile(join(root, "node_modules/typescript/bin/tsc"), type, { ...strict, module, moduleResolution });
  });

  // The generators of the L1 constructs bring the TypeScript that the templates of the command lines pin.
  const older = join(root, "tools/generate-l1/node_modules/typescript/bin/tsc");
  (existsSync(older) ? it : it.skip)(
    "compiles with TypeScript 5.9 as the templates of the command lines set it up (after npm run generate)",
    async () => {
      await compile(older, "commonjs", {
        ...strict,
        module: "commonjs",
        moduleResolution: "node10",
        skipLibCheck: false,
      });
    },
  );
});
