// `scalr-oci setup provider` with the real tools: init finds the provider without a registry and without configuration.
import { builtExecutable } from "../../support/built.ts";
import { run, runOk } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const configuration = `
  terraform {
    required_providers {
      scalr = { source = "scalr-oci/scalr" }
    }
  }
`;

for (const name of ["tofu", "terraform"] as const) {
  const tool = await realPart(name);
  tool.describe(`${name} init after setup provider`, () => {
    let workspace: Workspace;
    beforeEach(() => {
      workspace = createWorkspace();
      workspace.write("project/main.tf", configuration);
    });
    afterEach(() => workspace.remove());

    const init = (variables: Record<string, string | undefined>) =>
      run(tool.path, ["init", "-no-color", "-input=false"], {
        environment: workspace.environment({ variables }),
        directory: workspace.path("project"),
      });

    async function setUp(args: string[], variables: Record<string, string | undefined>): Promise<string> {
      return await runOk(builtExecutable("scalr-oci"), ["setup", "provider", ...args], {
        environment: workspace.environment({ variables }),
        directory: workspace.directory,
      });
    }

    it.each([
      [
        "as a system is by default",
        { TF_CLI_CONFIG_FILE: undefined, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined },
      ],
      ["with XDG directories", { TF_CLI_CONFIG_FILE: undefined }],
      ["with a CLI configuration that leaves installation alone", {}],
    ])("finds it %s", async (_, variables) => {
      await setUp([], variables);
      const { stdout, stderr, exitCode } = await init(variables);
      expect(stdout + stderr).toMatch(/Installed scalr-oci\/scalr v\d/);
      expect(exitCode).toBe(0);
    });

    it("finds it in a directory of one's own by the block that is printed", async () => {
      const report = JSON.parse(await setUp(["--json", "--directory", "mirror"], {})) as { configuration: string };
      workspace.write("tofu.tfrc", report.configuration);
      const { stdout, stderr, exitCode } = await init({});
      expect(stdout + stderr).toMatch(/Installed scalr-oci\/scalr v\d/);
      expect(exitCode).toBe(0);
    });

    it("asks the registry where it was not set up", async () => {
      const { stdout, stderr, exitCode } = await init({ HTTPS_PROXY: "http://127.0.0.1:9" });
      expect(stdout + stderr).toContain("127.0.0.1:9");
      expect(exitCode).toBe(1);
    });
  });
}
