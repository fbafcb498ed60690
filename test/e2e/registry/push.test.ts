// `scalr-oci push` against every registry at hand, and OpenTofu, oras and skopeo reading what it made.
import { readFileSync } from "node:fs";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { debian, embeddedKinds, loggedIn, type TestRegistry } from "../../support/registries.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd", "skopeo", "oras");

/** oras takes `localhost` for plain http unless it is told. */
const https = "--plain-http=false";

// OpenTofu 1.12 asks for a token without a scope first, which the last of ours refuses.
const kinds = [...embeddedKinds.slice(0, -1), debian("none"), debian("htpasswd"), debian("token")];

real.describe("push", () => {
  describe.each(kinds)("to $name", ({ start }) => {
    let authority: Authority;
    let registry: TestRegistry;
    let workspace: Workspace;
    let environment: Record<string, string>;

    beforeAll(async () => {
      authority = createAuthority();
      registry = await start(authority);
    });

    afterAll(async () => {
      await registry.stop();
      authority.remove();
    });

    beforeEach(() => {
      workspace = createWorkspace();
      workspace.write("module/main.tf", 'output "made" { value = "by push" }\n');
      workspace.write("module/sub/main.tf", 'output "made" { value = "below" }\n');
      workspace.write("module/run.sh", "#!/bin/sh\n", 0o755);
      workspace.write("module/terraform.tfstate", '{"secret":"canary-state"}');
      workspace.write("module/.terraform/x", "canary-cache");
      environment = loggedIn(workspace, authority, registry.host);
    });

    afterEach(() => workspace.remove());

    const push = (...args: string[]): Promise<CliRun> =>
      runScalrOci(["push", ...args], { environment, directory: workspace.directory });

    it("makes a module that OpenTofu loads by tag, alias and digest", async () => {
      const pushed = await push("module", `oci://${registry.host}/acme/vpc`, "--version", "1.4.2", "--json");
      expect(pushed).toMatchObject({ exitCode: 0, stderr: "" });
      const report = JSON.parse(pushed.stdout);
      expect(report).toMatchObject({
        reference: `oci://${registry.host}/acme/vpc?tag=1.4.2`,
        outcome: "created",
        upload: "uploaded",
        aliases: ["1.4", "1"],
        files: ["main.tf", "run.sh", "sub/main.tf"],
      });
      const sources = {
        tag: report.reference,
        minor: `oci://${registry.host}/acme/vpc?tag=1.4`,
        major: `oci://${registry.host}/acme/vpc?tag=1`,
        pinned: report.pinned,
        below: `oci://${registry.host}/acme/vpc//sub?tag=1.4.2`,
      };
      const configuration = Object.entries(sources).map(
        ([name, source]) =>
          `module "${name}" { source = "${source}" }\noutput "${name}" { value = module.${name}.made }\n`,
      );
      workspace.write("root/main.tf", configuration.join(""));
      const options = { environment, directory: workspace.path("root") };
      await runOk(real.paths.tofu, ["init", "-no-color"], options);
      await runOk(real.paths.tofu, ["apply", "-auto-approve", "-no-color"], options);
      const outputs = JSON.parse(await runOk(real.paths.tofu, ["output", "-json"], options));
      const values = Object.fromEntries(
        Object.entries(outputs).map(([name, one]) => [name, (one as { value: string }).value]),
      );
      const made = "by push";
      expect(values).toEqual({ tag: made, minor: made, major: made, pinned: made, below: "below" });
      const mode = await runOk("stat", ["-c", "%a", workspace.path("root/.terraform/modules/tag/run.sh")], options);
      expect(mode.trim()).toBe("755");
    }, 60_000);

    it("makes what oras and skopeo read", async () => {
      const { stdout } = await push("module", `oci://${registry.host}/acme/read`, "--version", "1.0.0", "--json");
      const { digest, zip } = JSON.parse(stdout);
      const options = { environment, directory: workspace.directory };
      const manifest = JSON.parse(
        await runOk(real.paths.oras, ["manifest", "fetch", https, `${registry.host}/acme/read:1.0.0`], options),
      );
      expect(manifest).toMatchObject({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        artifactType: "application/vnd.opentofu.modulepkg",
        layers: [{ mediaType: "archive/zip", digest: zip.digest, size: zip.size }],
      });
      await runOk(
        real.paths.oras,
        ["blob", "fetch", https, "--output", "out.zip", `${registry.host}/acme/read@${zip.digest}`],
        options,
      );
      expect(readFileSync(workspace.path("out.zip"))).toHaveLength(zip.size);
      const authFile = workspace.path("home/.docker/config.json");
      const inspected = await runOk(
        real.paths.skopeo,
        ["inspect", "--authfile", authFile, "--raw", `docker://${registry.host}/acme/read@${digest}`],
        options,
      );
      expect(JSON.parse(inspected)).toEqual(manifest);
    }, 30_000);

    it("never moves a version unasked", async () => {
      const address = `oci://${registry.host}/acme/kept`;
      await push("module", address, "--version", "1.0.0");
      const again = await push("module", address, "--version", "1.0.0", "--json");
      expect(JSON.parse(again.stdout)).toMatchObject({ outcome: "unchanged", upload: "present" });
      workspace.write("module/main.tf", 'output "made" { value = "changed" }\n');
      const refused = await push("module", address, "--version", "1.0.0");
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toMatch(
        /acme\/kept:1\.0\.0 exists with other content, got sha256:[0-9a-f]{64} \(VERSION_EXISTS\)\n {2}publish/,
      );
      const forced = await push("module", address, "--version", "1.0.0", "--force", "--json");
      expect(JSON.parse(forced.stdout)).toMatchObject({ outcome: "moved" });
    });

    it("shows in a dry run what it would do, and does nothing", async () => {
      const address = `oci://${registry.host}/acme/dry`;
      const dry = await push("module", address, "--version", "0.1.0", "--dry-run");
      expect(dry).toMatchObject({ exitCode: 0, stderr: "" });
      expect(dry.stdout).toContain("  main.tf\n  run.sh\n  sub/main.tf\nwould be pushed ");
      const missing = await run(real.paths.oras, ["manifest", "fetch", https, `${registry.host}/acme/dry:0.1.0`], {
        environment,
      });
      expect(missing.exitCode).not.toBe(0);
    });
  });
});
