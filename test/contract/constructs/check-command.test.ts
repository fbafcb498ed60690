// `scalr-oci check` of a synthesized program says what preflight says of the program.
import { runScalrOci } from "../../support/cli.ts";
import { loadFrameworks, testStack } from "../../support/construct-libraries.ts";
import { TextSink } from "../../support/text-sink.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace } from "../../support/workspace.ts";

describe.each(await loadFrameworks())("scalr-oci check of a program of $name", (framework) => {
  it("finds in its cdk.tf.json what preflight finds in the program", async () => {
    using workspace = createWorkspace();
    const { cdk, library } = framework;
    const stack = testStack(framework);
    const raw = { name: "raw", registryUrl: "https://docker.io", username: "a:b", password: "x" };
    new library.DockerIntegrationResource(stack, "one", raw);
    new library.DockerIntegration(stack, "two", { registryUrl: "r.example", username: "bot" });
    new library.DockerIntegration(stack, "three", { registryUrl: "R.example:443", username: "bot" });
    new cdk.TerraformHclModule(stack, "hub", { source: "oci://docker.io/acme/vpc?tag=1" });
    const refused = await rejectionOf(library.preflight(stack.node.root, { environment: {}, stderr: new TextSink() }));
    const { problems } = refused as unknown as {
      problems: readonly { readonly path: string; readonly code: string }[];
    };
    expect(problems.length).toBeGreaterThan(3);

    workspace.write("stack/cdk.tf.json", JSON.stringify(stack.toTerraform()));
    const directory = workspace.directory;
    const { exitCode, stdout } = await runScalrOci(["check", "stack", "--json"], { environment: {}, directory });
    const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
    const found = findings.filter(({ severity }) => severity === "problem");
    expect(exitCode).toBe(1);
    expect(found.map(({ code, path, message }) => ({ code, path, message }))).toEqual(
      problems.map(({ code, path, ...rest }) => ({ code, path, message: (rest as { message?: string }).message })),
    );
    expect(found[0]).toMatchObject({ file: "stack/cdk.tf.json" });
  });
});
