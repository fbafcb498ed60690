// The acceptance test kit under vitest: the test of the guide's example, with vitest's `test` in place of Node's.
import { readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace } from "../../support/workspace.ts";

const real = await realParts("tofu", "vitest");
const example = (file: string) => readFileSync(join(root, "examples", "write-a-provider", file), "utf8");

real.describe("the acceptance test kit under vitest", () => {
  /** Runs the example's test as vitest has it, with one line changed. */
  async function runTest(change: readonly [from: string, to: string]) {
    using workspace = createWorkspace();
    const [from, to] = change;
    const test = example("files-provider.test.ts").replace('from "node:test"', 'from "vitest"');
    expect(test).toContain('from "vitest"');
    expect(test).toContain(from);
    workspace.write("project/files-provider.test.ts", test.replace(from, to));
    workspace.write("project/files-provider.ts", example("files-provider.ts"));
    workspace.write("project/package.json", '{ "type": "module" }');
    const aliases = ["bridge", "testing"].map((name) => [`scalr-oci/${name}`, join(root, "src", `${name}.ts`)]);
    const config = { resolve: { alias: Object.fromEntries(aliases) as unknown }, test: { testTimeout: 60_000 } };
    workspace.write("project/vitest.config.js", `export default ${JSON.stringify(config)};`);
    const environment = workspace.environment({ path: [dirname(real.paths.tofu)], variables: { NO_COLOR: "1" } });
    // vitest is where it was installed, and is imported by name.
    symlinkSync(join(dirname(real.paths.vitest), ".."), workspace.path("project", "node_modules"));
    const args = [real.paths.vitest, "run", "--reporter=json"];
    const { exitCode, stdout, stderr } = await run(process.execPath, args, {
      environment,
      directory: workspace.path("project"),
      timeoutMs: 120_000,
    });
    return { exitCode, report: stdout, stderr };
  }

  it("passes what is right", async () => {
    const { exitCode, report, stderr } = await runTest(["first", "first"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(report)).toMatchObject({ numPassedTests: 2, numFailedTests: 0 });
  });

  it("fails what is wrong, and says in which step", async () => {
    const { exitCode, report } = await runTest(['["id"], "hello.txt"', '["id"], "another.txt"']);
    expect(exitCode).toBe(1);
    const { numPassedTests, numFailedTests } = JSON.parse(report) as Record<string, number>;
    expect({ numPassedTests, numFailedTests }).toEqual({ numPassedTests: 1, numFailedTests: 1 });
    expect(report).toMatch(/step 1: files_text\.x id: got/);
  });
});
