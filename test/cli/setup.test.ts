// `scalr-oci setup`: what it writes for each client, that twice is once, and that undo gives back what was there.
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../src/cli/program.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const canary = "canary-5a5a";
const canaryAuth = Buffer.from(`u:${canary}`).toString("base64");

let workspace: Workspace;
beforeEach(() => {
  workspace = createWorkspace();
  workspace.write("bin/docker-credential-scalr", "#!/bin/sh\n", 0o755);
});
afterEach(() => workspace.remove());

async function setup(args: readonly string[], variables: Record<string, string | undefined> = {}) {
  const [stdout, stderr] = [new PassThrough().setEncoding("utf8"), new PassThrough().setEncoding("utf8")];
  const environment = workspace.environment({
    variables: { TF_CLI_CONFIG_FILE: undefined, DOCKER_CONFIG: undefined, PATH: workspace.path("bin"), ...variables },
  });
  const context = {
    environment,
    stdin: Readable.from([]),
    stdout,
    stderr,
    directory: workspace.directory,
    interactive: false,
  };
  const exitCode = await runCli(["setup", ...args], context);
  const said = {
    exitCode,
    stdout: (stdout.read() as string | null) ?? "",
    stderr: (stderr.read() as string | null) ?? "",
  };
  expect(`${said.stdout}${said.stderr}`).not.toMatch(new RegExp(`${canary}|${canaryAuth}`));
  return said;
}

const installed = (...programs: string[]) =>
  programs.forEach((name) => workspace.write(`bin/${name}`, "#!/bin/sh\n", 0o755));
const text = (file: string) =>
  existsSync(workspace.path(file)) ? readFileSync(workspace.path(file), "utf8") : undefined;
const block = (host: string) => `oci_credentials "${host}" {\n  docker_credentials_helper = "scalr"\n}\n`;
const tofurc = "home/.config/opentofu/tofurc";
const docker = "home/.docker/config.json";
const dropIn = "home/.config/containers/registries.conf.d/50-scalr-oci.conf";

describe("OpenTofu", () => {
  it("gets a block for each host, shown as a diff", async () => {
    const { stdout, exitCode } = await setup(["ghcr.io", "https://Quay.io/"]);
    expect(exitCode).toBe(0);
    expect(text(tofurc)).toBe(`${block("ghcr.io")}\n${block("quay.io")}`);
    expect(stdout).toContain(
      `--- /dev/null\n+++ ${workspace.path(tofurc)}\n+oci_credentials "ghcr.io" {\n+  docker_credentials_helper = "scalr"\n+}\n`,
    );
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("done");
  });

  it.each([
    ["an empty file", ""],
    ["a file", "disable_checkpoint = true\n"],
    ["a file without a last line's end", "disable_checkpoint = true"],
    [
      "a file with a block of its own",
      '# mine\ncredentials "app.test" {\n  token = "t"\n}\n\nprovider_installation {\n  direct {}\n}\n',
    ],
  ])("keeps %s as it is, and undo gives it back", async (_, before) => {
    workspace.write("home/.tofurc", before);
    await setup(["ghcr.io", "quay.io"]);
    const after = text("home/.tofurc") ?? "";
    expect(after.startsWith(before)).toBe(true);
    expect(after).toContain(block("ghcr.io"));
    await setup(["--undo"]);
    expect(text("home/.tofurc")).toBe(before);
  });

  it("undo of one host leaves the others", async () => {
    await setup(["a.test", "b.test", "c.test"]);
    await setup(["--undo", "b.test"]);
    expect(text(tofurc)).toBe(`${block("a.test")}\n${block("c.test")}`);
  });

  it("undo takes a file away that held nothing else", async () => {
    await setup(["ghcr.io"]);
    await setup(["--undo"]);
    expect(text(tofurc)).toBeUndefined();
  });

  it("twice is once", async () => {
    await setup(["ghcr.io"]);
    const before = text(tofurc);
    const { stdout } = await setup(["ghcr.io"]);
    expect(stdout).toBe("nothing to change\n");
    expect(text(tofurc)).toBe(before);
  });

  it("a block that names another source stays, and is named; undo does not touch it", async () => {
    const other = 'oci_credentials "ghcr.io" {\n  docker_credentials_helper = "pass"\n}\n';
    workspace.write("home/.tofurc", other);
    expect((await setup(["ghcr.io"])).stdout).toContain(
      "has an oci_credentials block for ghcr.io that names another source; it stays",
    );
    await setup(["--undo"]);
    expect(text("home/.tofurc")).toBe(other);
  });

  it("the file that TF_CLI_CONFIG_FILE names is the one", async () => {
    await setup(["ghcr.io"], { TF_CLI_CONFIG_FILE: workspace.path("own.tfrc") });
    expect(text("own.tfrc")).toBe(block("ghcr.io"));
    expect(text(tofurc)).toBeUndefined();
  });

  it("a configuration in JSON stays JSON, its secrets are not shown", async () => {
    const before = { credentials: { "app.test": { token: canary } } };
    workspace.write("own.tfrc.json", `${JSON.stringify(before, undefined, 4)}\n`);
    const variables = { TF_CLI_CONFIG_FILE: workspace.path("own.tfrc.json") };
    const { stdout } = await setup(["ghcr.io"], variables);
    expect(JSON.parse(text("own.tfrc.json") ?? "")).toEqual({
      ...before,
      oci_credentials: { "ghcr.io": { docker_credentials_helper: "scalr" } },
    });
    expect(text("own.tfrc.json")).toContain('\n    "credentials"');
    expect(stdout).toContain('+    "oci_credentials": {\n+        "ghcr.io": {');
    await setup(["--undo"], variables);
    expect(text("own.tfrc.json")).toBe(`${JSON.stringify(before, undefined, 4)}\n`);
  });

  it("a configuration that cannot be read is not made worse", async () => {
    installed("docker");
    workspace.write("home/.tofurc", "oci_credentials {");
    const { exitCode, stderr } = await setup(["ghcr.io"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("CLI_CONFIGURATION_INVALID");
    expect(text("home/.tofurc")).toBe("oci_credentials {");
    expect(text(docker)).toBeUndefined();
  });
});

describe("docker and its kin", () => {
  it.each([["docker"], ["oras"], ["helm"], ["crane"]])("%s on PATH: the helper of the host", async (program) => {
    installed(program);
    await setup(["ghcr.io"]);
    expect(JSON.parse(text(docker) ?? "")).toEqual({ credHelpers: { "ghcr.io": "scalr" } });
  });

  it("without any of them nothing is written", async () => {
    await setup(["ghcr.io"]);
    expect(text(docker)).toBeUndefined();
  });

  it("an existing file keeps its other settings, its looks and its mode; its secrets are not shown; undo gives it back", async () => {
    const before = `${JSON.stringify({ auths: { "quay.io": { auth: canaryAuth } }, credHelpers: { "a.test": "pass" }, psFormat: "x" }, undefined, "\t")}\n`;
    chmodSync(workspace.write(docker, before), 0o600);
    const { stdout } = await setup(["ghcr.io"]);
    expect(JSON.parse(text(docker) ?? "")).toMatchObject({ credHelpers: { "a.test": "pass", "ghcr.io": "scalr" } });
    expect(text(docker)).toContain('\n\t"auths"');
    expect(stdout).toContain('+…,\n+\t\t"ghcr.io": "scalr"\n');
    expect(statSync(workspace.path(docker)).mode & 0o777).toBe(0o600);
    await setup(["--undo"]);
    expect(text(docker)).toBe(before);
  });

  it("a file on one line shows no secret either", async () => {
    workspace.write(docker, JSON.stringify({ auths: { "quay.io": { auth: canaryAuth, identitytoken: canary } } }));
    expect((await setup(["ghcr.io"])).stdout).toContain('+…,"credHelpers":{"ghcr.io":"scalr"}…\n');
  });

  it("Docker Hub is spelled as docker spells it", async () => {
    installed("docker");
    await setup(["docker.io"]);
    expect(JSON.parse(text(docker) ?? "")).toEqual({ credHelpers: { "https://index.docker.io/v1/": "scalr" } });
  });

  it("a host with another helper stays with it", async () => {
    workspace.write(docker, JSON.stringify({ credHelpers: { "ghcr.io": "pass" } }));
    expect((await setup(["ghcr.io"])).stdout).toContain("has the helper pass for ghcr.io; it stays");
    await setup(["--undo"]);
    expect(JSON.parse(text(docker) ?? "")).toEqual({ credHelpers: { "ghcr.io": "pass" } });
  });

  it("a link is followed, not replaced", async () => {
    const real = workspace.write("dotfiles/config.json", "{}\n");
    mkdirSync(dirname(workspace.path(docker)));
    symlinkSync(real, workspace.path(docker));
    await setup(["ghcr.io"]);
    expect(readlinkSync(workspace.path(docker))).toBe(real);
    expect(JSON.parse(readFileSync(real, "utf8"))).toEqual({ credHelpers: { "ghcr.io": "scalr" } });
  });

  it.each(["{", "[]", '{"credHelpers":[]}'])("a file with %s is not made worse", async (before) => {
    workspace.write(docker, before);
    const { exitCode } = await setup(["ghcr.io"]);
    expect(exitCode).toBe(2);
    expect(text(docker)).toBe(before);
    expect(text(tofurc)).toBeUndefined();
  });
});

describe("podman and its kin", () => {
  it("get a file of our own beside registries.conf, which undo takes away", async () => {
    installed("skopeo");
    await setup(["ghcr.io"]);
    expect(text(dropIn)).toContain('credential-helpers = ["scalr", "containers-auth.json"]');
    expect((await setup(["ghcr.io"])).stdout).toBe("nothing to change\n");
    await setup(["--undo", "ghcr.io"]);
    expect(text(dropIn)).toBeDefined();
    await setup(["--undo"]);
    expect(text(dropIn)).toBeUndefined();
  });

  it("a file that somebody changed stays", async () => {
    workspace.write(dropIn, 'credential-helpers = ["other"]\n');
    expect((await setup(["--undo"])).stdout).toContain("was changed by somebody else; it stays");
    expect(text(dropIn)).toContain("other");
  });
});

describe("setup", () => {
  it("only shows with --dry-run", async () => {
    const { stdout } = await setup(["ghcr.io", "--dry-run"]);
    expect(stdout).toContain('+oci_credentials "ghcr.io" {');
    expect(stdout).toContain("nothing was written");
    expect(text(tofurc)).toBeUndefined();
  });

  it("prints one document with --json", async () => {
    const { stdout } = await setup(["ghcr.io", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      written: true,
      changes: [
        {
          client: "OpenTofu",
          file: workspace.path(tofurc),
          diff: ['+oci_credentials "ghcr.io" {', '+  docker_credentials_helper = "scalr"', "+}"],
        },
      ],
      remarks: [],
    });
  });

  it("without hosts takes those that a login is stored for", async () => {
    const login = JSON.stringify({ serverUrl: "https://ghcr.io", username: "u", password: canary });
    chmodSync(workspace.write("home/.local/state/scalr-oci/logins/ghcr.io.json", login), 0o600);
    await setup([]);
    expect(text(tofurc)).toBe(block("ghcr.io"));
  });

  it("without hosts and logins says what to write", async () => {
    const { exitCode, stderr } = await setup([]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("scalr-oci setup ghcr.io");
  });

  it("names the rules that choose where the helper looks", async () => {
    const hosts = { "ghcr.io": { source: "none" }, "*.io": { source: "helper", helper: "absent" } };
    workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts }));
    const { stdout } = await setup(["ghcr.io", "quay.io"]);
    expect(stdout).toMatch(/note: hosts\["ghcr\.io"\] in .*config\.json says that there is no login for ghcr\.io\n/);
    expect(stdout).toMatch(/note: hosts\["\*\.io"\] in .* takes the login from helper absent for quay\.io\n/);
    expect(stdout).toMatch(/note: a rule in .* names the helper absent, but docker-credential-absent is not on PATH\n/);
  });

  it("names an entry that goes before even a block, and a helper that is not on PATH", async () => {
    workspace.write("home/.docker/config.json", JSON.stringify({ auths: { "ghcr.io/acme": { auth: canaryAuth } } }));
    const { stdout } = await setup(["ghcr.io"], { PATH: "/nonexistent" });
    expect(stdout).toContain("note: the entry ghcr.io/acme in");
    expect(stdout).toContain("note: docker-credential-scalr is not on PATH: put the programs of scalr-oci on PATH");
  });

  it("still has its part for the provider", async () => {
    const { stdout } = await setup(["provider", "--help"]);
    expect(stdout).toContain("install terraform-provider-scalr");
  });
});
