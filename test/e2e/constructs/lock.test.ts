// `scalr-oci lock` on a real program of constructs: versions from a registry, a lock that synthesis needs no network for, and what
// OpenTofu then loads.
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ZipWriter } from "../../../src/registry/zip-writer.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { debian, embeddedKinds, loggedIn, type TestRegistry } from "../../support/registries.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd", "oras");
const embeddedKind = embeddedKinds[2] ?? debian("none");

interface LockReport {
  readonly entries: readonly {
    readonly outcome: string;
    readonly after?: { readonly tag: string };
    readonly newerTag?: string;
  }[];
  readonly isCurrent: boolean;
}

real.describe("scalr-oci lock", () => {
  describe.each([
    { kind: embeddedKind, framework: "cdktf" },
    { kind: debian("htpasswd"), framework: "cdktn" },
  ])("with a program of $framework, on $kind.name", ({ kind, framework }) => {
    let authority: Authority;
    let registry: TestRegistry;
    let workspace: Workspace;
    let environment: Record<string, string>;
    const address = (repository: string) => `oci://${registry.host}/${repository}`;
    const scalrOci = (...args: string[]): Promise<CliRun> =>
      runScalrOci(args, { environment, directory: workspace.path("project") });
    const lock = async (...args: string[]): Promise<LockReport & { readonly exitCode: number }> => {
      const { exitCode, stdout, stderr } = await scalrOci("lock", "--app", "node program.mjs", "--json", ...args);
      if (stdout === "") throw new Error(stderr);
      return { exitCode, ...(JSON.parse(stdout) as LockReport) };
    };
    const lockText = () => readFileSync(workspace.path("project", "scalr-oci.lock.json"), "utf8");
    const publish = async (version: string, ...more: string[]) => {
      workspace.write("module/main.tf", `output "version" { value = "${version}" }\n`);
      const args = ["push", workspace.path("module"), address("acme/vpc"), "--version", version, "--no-git", ...more];
      expect(await scalrOci(...args)).toMatchObject({ exitCode: 0 });
    };
    const writeProgram = (constraint: string) =>
      workspace.write(
        "project/program.mjs",
        `import { App, TerraformStack } from "${framework}";
         import { OciModule, preflight } from "scalr-oci/${framework}";
         const app = new App();
         const stack = new TerraformStack(app, "app");
         new OciModule(stack, "vpc", { source: "${address("acme/vpc")}", version: "${constraint}" });
         await preflight(app);
         app.synth();
         console.log("what the program says");`,
      );
    // Without SSL_CERT_FILE and logins: whatever it asked would fail.
    const synthesize = () =>
      run("node", ["program.mjs"], { environment: workspace.environment(), directory: workspace.path("project") });

    beforeAll(async () => {
      authority = createAuthority();
      registry = await kind.start(authority);
      workspace = createWorkspace();
      environment = loggedIn(workspace, authority, registry.host);
      mkdirSync(workspace.path("project", "node_modules"), { recursive: true });
      for (const name of ["cdktf", "cdktn", "constructs"]) {
        symlinkSync(join(root, "node_modules", name), workspace.path("project", "node_modules", name));
      }
      symlinkSync(root, workspace.path("project", "node_modules", "scalr-oci"));
      writeProgram("~> 1.0");
      for (const version of ["1.0.0", "1.4.0", "2.0.0-rc.1", "2.0.0"]) await publish(version);
    });
    afterAll(async () => {
      await registry.stop();
      authority.remove();
      workspace.remove();
    });

    it("before it the program says what to run", async () => {
      const { exitCode, stderr } = await synthesize();
      expect(exitCode).toBe(1);
      expect(stderr).toContain("acme/vpc ~> 1.0 is not in the lock file; run: scalr-oci lock");
    });

    it("finds the newest version that is allowed, and keeps the program's words off stdout", async () => {
      expect(await lock()).toMatchObject({ exitCode: 0, entries: [{ outcome: "added", after: { tag: "1.4.0" } }] });
      expect(await scalrOci("lock", "--check", "--app", "node program.mjs")).toMatchObject({
        exitCode: 0,
        stdout: `kept     ${address("acme/vpc")} ~> 1.0: 1.4.0\n`,
        stderr: expect.stringContaining("what the program says") as string,
      });
    });

    it("then synthesis needs no network, and OpenTofu loads what the lock says", async () => {
      expect(await synthesize()).toMatchObject({ exitCode: 0 });
      const stack = workspace.path("project", "cdktf.out", "stacks", "app");
      expect(readFileSync(join(stack, "cdk.tf.json"), "utf8")).toMatch(/acme\/vpc\?digest=sha256:[0-9a-f]{64}"/);
      await runOk(real.paths.tofu, ["get", "-no-color"], { environment, directory: stack });
      const loaded = readFileSync(join(stack, ".terraform", "modules", "vpc", "main.tf"), "utf8");
      expect(loaded).toContain('"1.4.0"');
    });

    it("keeps what it has when newer versions come, says so, and takes them when asked", async () => {
      await publish("1.10.0");
      const before = lockText();
      expect(await lock()).toMatchObject({ exitCode: 0, entries: [{ outcome: "kept", newerTag: "1.10.0" }] });
      expect(lockText()).toBe(before);
      expect(await scalrOci("lock", "--app", "node program.mjs", "--update", address("acme/other"))).toMatchObject({
        exitCode: 2,
        stdout: "",
        stderr: expect.stringContaining(`has the address ${address("acme/other")} (INVALID_ARGUMENT)`) as string,
      });
      expect(lockText()).toBe(before);
      expect(await lock("--update", address("acme/vpc"))).toMatchObject({
        entries: [{ outcome: "updated", after: { tag: "1.10.0" } }],
      });
      expect(lockText()).not.toBe(before);
    });

    it("refuses a tag whose content changed, until it is asked for", async () => {
      const before = lockText();
      await publish("1.10.0", "--force", "--annotation", "moved=yes");
      workspace.write("module/extra.tf", "");
      await publish("1.10.0", "--force");
      expect(await lock()).toMatchObject({ exitCode: 1, entries: [{ outcome: "moved" }], isCurrent: false });
      expect(lockText()).toBe(before);
      expect(await lock("--update")).toMatchObject({ exitCode: 0, entries: [{ outcome: "updated" }] });
    });

    it("--check fails when the program wants something else, and changes nothing", async () => {
      writeProgram("~> 2.0");
      const before = lockText();
      expect(await lock("--check")).toMatchObject({ exitCode: 1, isCurrent: false });
      expect(lockText()).toBe(before);
      expect(await lock()).toMatchObject({
        exitCode: 0,
        entries: [{ outcome: "removed" }, { outcome: "added", after: { tag: "2.0.0" } }],
      });
    });

    it("locks what oras pushed, with git's way of writing versions, and OpenTofu loads it", async () => {
      const chunks: Uint8Array[] = [];
      const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
      await writer.addBytes({ name: "main.tf", isExecutable: false }, Buffer.from("# by oras\n"));
      await writer.finish();
      const zip = workspace.write("module.zip", Buffer.concat(chunks));
      const args = [
        "push",
        // oras takes `localhost` for plain http unless it is told.
        "--plain-http=false",
        "--disable-path-validation",
        "--artifact-type",
        "application/vnd.opentofu.modulepkg",
      ];
      await runOk(real.paths.oras, [...args, `${registry.host}/acme/vpc:v3.1.0`, `${zip}:archive/zip`], {
        environment,
      });
      writeProgram(">= 3.0");
      expect(await lock()).toMatchObject({
        entries: [{ outcome: "added", after: { tag: "v3.1.0" } }, { outcome: "removed" }],
      });
      expect(await synthesize()).toMatchObject({ exitCode: 0 });
      const stack = workspace.path("project", "cdktf.out", "stacks", "app");
      await runOk(real.paths.tofu, ["get", "-no-color"], { environment, directory: stack });
      expect(readFileSync(join(stack, ".terraform", "modules", "vpc", "main.tf"), "utf8")).toBe("# by oras\n");
    });

    it.each([
      ["no version that matches", "~> 9.0", /no version of .*acme\/vpc matches ~> 9\.0, the newest is 3\.1\.0/],
      ["a constraint that is none", "^1.0", /the program ended with exit code 1/],
    ])("fails for %s, and leaves the file as it was", async (_, constraint, message) => {
      writeProgram(constraint);
      const before = lockText();
      const { exitCode, stderr } = await scalrOci("lock", "--app", "node program.mjs");
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(message);
      expect(lockText()).toBe(before);
    });

    it("mends a lock file that git could not merge", async () => {
      writeProgram("~> 1.0");
      await lock();
      const entry = (digit: string) =>
        `    "${address("acme/vpc")} ~> 1.0": { "tag": "1.0.0", "digest": "sha256:${digit.repeat(64)}" }\n`;
      workspace.write(
        "project/scalr-oci.lock.json",
        `{\n  "lockVersion": 1,\n  "modules": {\n<<<<<<< ours\n${entry("a")}=======\n${entry("b")}>>>>>>> theirs\n  }\n}\n`,
      );
      expect(await lock()).toMatchObject({ exitCode: 0, entries: [{ outcome: "added", after: { tag: "1.10.0" } }] });
      expect(lockText()).not.toContain("<<<");
    });

    it("says what it lacks without a program, and when the registry is away", async () => {
      expect(await scalrOci("lock")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("there is no cdktf.json and no configuration, expected one of them") as string,
      });
      const before = lockText();
      await registry.stop();
      expect(await scalrOci("lock", "--app", "node program.mjs")).toMatchObject({ exitCode: 3 });
      expect(lockText()).toBe(before);
    });
  });
});
