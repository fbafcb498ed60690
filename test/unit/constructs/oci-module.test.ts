import { readFileSync } from "node:fs";
import { formatModuleLock } from "../../../src/names/module-lock.ts";
import { type App, loadFrameworks, type Stack, synthesisError, testApp } from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const digest = `sha256:${"a".repeat(64)}` as const;
const locked = new Map([
  ["oci://ghcr.io/acme/vpc ~> 1.4", { tag: "1.4.2", digest }],
  ["oci://ghcr.io/acme/vpc?tag=stable", { tag: "stable", digest }],
]);

describe.each(await loadFrameworks())("OciModule for $name", (framework) => {
  const { cdk, library } = framework;
  const { OciModule, preflight } = library;
  let workspace: Workspace;
  let lockFile: string;
  let app: App;
  let stack: Stack;
  beforeEach(() => {
    workspace = createWorkspace();
    lockFile = workspace.write("lock.json", formatModuleLock(locked));
    app = testApp(framework);
    stack = new cdk.TerraformStack(app, "app");
  });
  afterEach(() => workspace.remove());

  const modules = () => (JSON.parse(cdk.Testing.synth(stack, true)) as { module: Record<string, object> }).module;

  it.each([
    ["oci://ghcr.io/acme/vpc", "~> 1.4", `oci://ghcr.io/acme/vpc?digest=${digest}`],
    ["oci://GHCR.io/acme/vpc//modules/net", "~>1.4", `oci://ghcr.io/acme/vpc//modules/net?digest=${digest}`],
    ["oci://ghcr.io/acme/vpc?tag=stable", undefined, `oci://ghcr.io/acme/vpc?digest=${digest}`],
    [`oci://ghcr.io/acme/other?digest=${digest}`, undefined, `oci://ghcr.io/acme/other?digest=${digest}`],
  ])("%s at %s is pinned by the lock: %s", (source, version, pinned) => {
    new OciModule(stack, "vpc", { source, version, lockFile });
    expect(modules()).toEqual({ vpc: { source: pinned } });
  });

  it("passes variables, providers and dependencies on, and gives outputs", () => {
    const provider = new library.ScalrProvider(stack, "scalr");
    const first = new OciModule(stack, "first", { source: "oci://ghcr.io/acme/vpc", version: "~> 1.4", lockFile });
    new OciModule(stack, "second", {
      source: "oci://ghcr.io/acme/vpc",
      version: "~> 1.4",
      lockFile,
      variables: { network: first.getString("id"), size: 3 },
      providers: [provider],
      dependsOn: [first],
    });
    expect(modules()["second"]).toMatchObject({
      network: "${module.first.id}",
      size: 3,
      providers: { scalr: "scalr" },
      depends_on: ["module.first"],
    });
    expect(first.lockedTag).toBe("1.4.2");
  });

  it("names the command to run when it is not locked, and pins nothing", () => {
    new OciModule(stack, "vpc", { source: "oci://ghcr.io/acme/vpc", version: "~> 2.0", lockFile });
    new OciModule(stack, "db", { source: "oci://ghcr.io/acme/db?tag=stable", lockFile: workspace.path("none.json") });
    const message = synthesisError(app);
    expect(message).toContain(
      "[app/vpc] module oci://ghcr.io/acme/vpc ~> 2.0 is not in the lock file; run: scalr-oci lock",
    );
    expect(message).toContain("[app/db] module oci://ghcr.io/acme/db?tag=stable is not in the lock file");
  });

  it("names a lock file that cannot be read", () => {
    const error = thrownBy(
      () =>
        new OciModule(stack, "vpc", { source: "oci://ghcr.io/acme/vpc", version: "1", lockFile: workspace.directory }),
    );
    const message = expect.stringMatching(/^app\/vpc: lock file \S+ cannot be read, expected a file$/) as string;
    expect(error).toMatchObject({ code: "LOCK_INVALID", message });
  });

  it.each([false, true])(
    "synthesizes to a source that cannot be loaded while it is not locked, hcl: %s",
    (hclOutput) => {
      const outdir = workspace.path("out");
      const unchecked = new cdk.App({ outdir, skipValidation: true, hclOutput });
      const own = new cdk.TerraformStack(unchecked, "own");
      new OciModule(own, "vpc", { source: "oci://ghcr.io/acme/vpc", version: "~> 2.0", lockFile });
      unchecked.synth();
      const text = readFileSync(`${outdir}/stacks/own/${hclOutput ? "cdk.tf" : "cdk.tf.json"}`, "utf8");
      expect(text).toMatch(
        /"?source"?\s*[=:] "module oci:\/\/ghcr\.io\/acme\/vpc ~> 2\.0 is not in the lock file; run: scalr-oci lock"/,
      );
      expect(text).not.toContain('"oci:');
    },
  );

  it("writes nothing into the output of an app that names its folder while it is asked what it wants", () => {
    const outdir = workspace.path("out");
    const synthesizeOwn = () => {
      const asked = new cdk.App({ outdir });
      new OciModule(new cdk.TerraformStack(asked, "own"), "vpc", {
        source: "oci://ghcr.io/acme/vpc",
        version: "~> 1.4",
        lockFile,
      });
      asked.synth();
      return readFileSync(`${outdir}/stacks/own/cdk.tf.json`, "utf8");
    };
    const before = synthesizeOwn();
    expect(before).toContain(`?digest=${digest}`);
    process.env["SCALR_OCI_LOCK_REQUESTS"] = workspace.path("requests");
    try {
      expect(synthesizeOwn()).toBe(before);
    } finally {
      delete process.env["SCALR_OCI_LOCK_REQUESTS"];
    }
    expect(readFileSync(workspace.path("requests"), "utf8")).toContain('"version":"~> 1.4"');
  });

  it.each([
    [
      "oci://ghcr.io/acme/vpc",
      undefined,
      "INVALID_ARGUMENT",
      "module has neither version nor tag nor digest, expected one of them",
    ],
    [
      "oci://ghcr.io/acme/vpc?tag=1",
      "~> 1",
      "INVALID_ARGUMENT",
      "module has a version and a tag or digest, expected one of them",
    ],
    [
      `oci://ghcr.io/acme/vpc?digest=${digest}`,
      "1",
      "INVALID_ARGUMENT",
      "module has a version and a tag or digest, expected one of them",
    ],
    [
      "oci://ghcr.io/acme/vpc:1.4",
      undefined,
      "INVALID_OCI_REFERENCE",
      "oci reference has a :tag, got 1.4, expected ?tag=",
    ],
    [
      "oci://ghcr.io/acme/vpc",
      "^1.4",
      "VERSION_CONSTRAINT_INVALID",
      "version constraint is not valid, got ^1.4, expected such as ~> 1.4 or >= 1.0, < 2.0",
    ],
  ])("refuses %s at %s with %s", (source, version, code, message) => {
    const error = thrownBy(() => new OciModule(stack, "vpc", { source, version, lockFile }));
    expect(error).toMatchObject({ code, message: `app/vpc: ${message}`, path: "app/vpc" });
  });

  it.each([
    ["{", "LOCK_INVALID"],
    ['{"lockVersion":2,"modules":{}}', "LOCK_TOO_NEW"],
    ["<<<<<<< HEAD\n", "LOCK_INVALID"],
  ])("refuses the lock file %j", (text, code) => {
    const file = workspace.write("bad.json", text);
    const call = () => new OciModule(stack, "vpc", { source: "oci://a.example/b", version: "1", lockFile: file });
    expect(thrownBy(call)).toMatchObject({ code, path: "app/vpc" });
  });

  describe("while scalr-oci lock asks", () => {
    beforeEach(() => {
      process.env["SCALR_OCI_LOCK_REQUESTS"] = workspace.path("requests");
    });
    afterEach(() => {
      delete process.env["SCALR_OCI_LOCK_REQUESTS"];
    });

    it("writes down what it wants, fails nothing, and preflight asks nobody", async () => {
      new OciModule(stack, "vpc", { source: "oci://ghcr.io/acme/vpc//sub", version: " ~>1.4 ", lockFile });
      new OciModule(stack, "db", { source: "oci://ghcr.io/acme/db?tag=stable", lockFile: workspace.path("none.json") });
      new OciModule(stack, "pinned", { source: `oci://ghcr.io/acme/x?digest=${digest}`, lockFile });
      expect(await preflight(app)).toEqual({ integrations: 0, modules: 0, asked: [], warnings: [] });
      expect(() => app.synth()).not.toThrow();
      const lines = readFileSync(workspace.path("requests"), "utf8").trim().split("\n");
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        { path: "app/vpc", address: "oci://ghcr.io/acme/vpc", version: "~>1.4", lockFile },
        { path: "app/db", address: "oci://ghcr.io/acme/db", tag: "stable", lockFile: workspace.path("none.json") },
      ]);
    });
  });
});
