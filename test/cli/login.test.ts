// `scalr-oci login` and `logout` against a registry that takes one login, in-process and on a real terminal.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../src/cli/program.ts";
import { findExecutable } from "../../tools/tofu/ensure-tofu.ts";
import { type Authority, createAuthority } from "../support/authority.ts";
import { writeHelperProgram } from "../support/helper-program.ts";
import { start } from "../support/processes.ts";
import { type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const canary = 'canary-19c4 "odd" ${x} \\ ü';

let authority: Authority;
let registry: ScriptedServer;
let workspace: Workspace;
beforeAll(async () => {
  authority = createAuthority();
  registry = await startScriptedServer(authority.issue(), ({ headers }) => {
    const given = Buffer.from(headers.authorization?.replace("Basic ", "") ?? "", "base64").toString();
    return given === `robot:${canary}` ? {} : { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };
  });
});
afterAll(async () => {
  await registry.stop();
  authority.remove();
});
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

async function cli(args: readonly string[], input = "", variables: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough().setEncoding("utf8"), new PassThrough().setEncoding("utf8")];
  const environment = workspace.environment({ trust: authority.certificateFile, variables });
  const context = {
    environment,
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
    directory: workspace.directory,
    interactive: false,
  };
  const exitCode = await runCli(args, context);
  const said = {
    exitCode,
    stdout: (stdout.read() as string | null) ?? "",
    stderr: (stderr.read() as string | null) ?? "",
  };
  expect(said.stdout + said.stderr).not.toContain("canary");
  return said;
}

const loginArgs = () => ["login", registry.host, "--username", "robot", "--password-stdin"];
const loginFile = () =>
  workspace.path("home", ".local", "state", "scalr-oci", "logins", `${encodeURIComponent(registry.host)}.json`);

describe("login", () => {
  it.each([
    ["as it is", canary],
    ["without its last line's end", `${canary}\n`],
    ["without a line's end of Windows", `${canary}\r\n`],
  ])("keeps the password from stdin %s, when the registry takes it", async (_, input) => {
    const { exitCode, stdout, stderr } = await cli(loginArgs(), input);
    expect([exitCode, stdout]).toEqual([0, `logged in to ${registry.host} as robot\n`]);
    expect(stderr).toBe(`scalr-oci setup ${registry.host} makes OpenTofu use it\n`);
    expect(JSON.parse(readFileSync(loginFile(), "utf8"))).toEqual({
      serverUrl: `https://${registry.host}`,
      username: "robot",
      password: canary,
    });
  });

  it("says nothing about setup when OpenTofu asks our helper already", async () => {
    workspace.write("tofu.tfrc", `oci_credentials "${registry.host}" {\n  docker_credentials_helper = "scalr"\n}\n`);
    expect((await cli(loginArgs(), canary)).stderr).toBe("");
  });

  it("keeps nothing that the registry refuses, and says what it wants", async () => {
    const { exitCode, stderr } = await cli(loginArgs(), "wrong");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("REGISTRY_CREDENTIAL_REFUSED");
    expect(stderr).toContain(`${registry.host} wants the right to pull`);
    expect(existsSync(loginFile())).toBe(false);
  });

  it("keeps it unasked with --no-check", async () => {
    expect(
      (await cli(["login", "localhost:1", "-u", "robot", "--password-stdin", "--no-check"], canary)).exitCode,
    ).toBe(0);
  });

  it.each([
    [["login", "localhost:1", "-u", "robot", "--password-stdin"], "word", 3, "localhost:1 cannot be reached"],
    [["login", "localhost:1", "--password-stdin"], "word", 2, "--password-stdin needs the user name"],
    [["login", "localhost:1", "-u", "robot"], "", 2, "there is no terminal to ask for the password on"],
    [["login", "localhost:1", "-u", "robot", "--password-stdin"], "\n", 2, "the password is empty"],
    [["login", "localhost:1", "-u", "robot", "--password-stdin"], "x".repeat(70_000), 2, "the password is too long"],
    [["login", "robot:pw@ghcr.io", "-u", "robot", "--password-stdin"], "word", 2, "registry host carries user info"],
    [["login"], "", 2, "missing required argument"],
  ])("%j", async (args, input, exitCode, words) => {
    const said = await cli(args, input);
    expect(said.exitCode).toBe(exitCode);
    expect(said.stderr).toContain(words);
  });
});

describe("logout", () => {
  it("forgets the login; once more, there is none", async () => {
    await cli(loginArgs(), canary);
    expect(await cli(["logout", `https://${registry.host}/`])).toMatchObject({
      exitCode: 0,
      stdout: `logged out of ${registry.host}\n`,
    });
    expect(existsSync(loginFile())).toBe(false);
    expect((await cli(["logout", registry.host])).stdout).toBe(
      `there was no login for ${registry.host} in the local store\n`,
    );
  });

  describe("with a configuration", () => {
    const configure = (rule: object) =>
      workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts: { [registry.host]: rule } }));

    it("does not ask for a password that would not be used", async () => {
      const file = configure({ sources: ["environment"] });
      const { exitCode, stderr } = await cli(loginArgs(), canary);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(
        `in ${file} takes the login from environment for ${registry.host}; a login that is kept would not`,
      );
      expect(existsSync(loginFile())).toBe(false);
    });

    it("gives it to the helper of the rule, and takes it from there", async () => {
      configure({ source: "helper", helper: "absent-here" });
      const { exitCode, stderr } = await cli(loginArgs(), canary);
      expect([exitCode, stderr.includes("docker-credential-absent-here is not on PATH")]).toEqual([2, true]);
      const vault = writeHelperProgram(workspace, "vault");
      configure({ source: "helper", helper: "vault" });
      const variables = { PATH: `${vault.directory}:${process.env["PATH"]}` };
      const said = await cli(loginArgs(), "wrong", variables);
      expect([said.exitCode, vault.calls()]).toEqual([1, []]);
      expect((await cli(loginArgs(), canary, variables)).stdout).toBe(
        `logged in to ${registry.host} as robot, kept by the helper vault\n`,
      );
      expect(existsSync(loginFile())).toBe(false);
      expect((await cli(["logout", registry.host], "", variables)).stdout).toContain(
        "the helper vault was told to forget",
      );
      expect(vault.logins()).toEqual({});
    });
  });

  it("keeps it in the keychain, or says why not", async () => {
    const keychain = writeHelperProgram(workspace, "pass");
    const variables = { SCALR_OCI_KEYCHAIN: "pass", PATH: `${keychain.directory}:${process.env["PATH"]}` };
    expect((await cli(loginArgs(), canary, variables)).stdout).toBe(
      `logged in to ${registry.host} as robot, kept in the keychain (pass)\n`,
    );
    expect(readFileSync(loginFile(), "utf8")).not.toContain("canary");
    writeHelperProgram(workspace, "pass", "echo 'pass not initialized'; exit 1");
    const { stdout, stderr } = await cli(loginArgs(), canary, variables);
    expect(stdout).toBe(`logged in to ${registry.host} as robot\n`);
    expect(stderr).toContain(
      "the keychain (pass) was not used: pass not initialized; an older password is still in the keychain (pass); " +
        "the login is in a file that only you can read\n",
    );
  });

  it("names the files that still have a login for the host", async () => {
    const auth = Buffer.from(`u:${canary}`).toString("base64");
    const file = workspace.write(
      "home/.docker/config.json",
      JSON.stringify({ auths: { "https://ghcr.io": { auth }, "quay.io": { auth } } }),
    );
    const { stderr } = await cli(["logout", "ghcr.io"]);
    expect(stderr).toBe(`${file} still has a login for https://ghcr.io; docker or podman logout takes it out\n`);
  });
});

const script = await findExecutable("script", process.env);
(script === undefined ? describe.skip : describe)("on a terminal", () => {
  it("asks for user name and password, says which token is needed, and does not show what is typed", async () => {
    const command = `stty -echoctl; ${process.execPath} ${join(root, "src", "bin", "scalr-oci.ts")} login ${registry.host}`;
    const environment = workspace.environment({ trust: authority.certificateFile });
    await using terminal = start("script", ["-qec", command, "/dev/null"], {
      environment: { ...environment, SHELL: "/bin/sh" },
      keepStdinOpen: true,
    });
    await terminal.output(/wants the right to pull[\s\S]*user name: /);
    terminal.child.stdin?.write("robot\r");
    await terminal.output(/password or token: /);
    terminal.child.stdin?.write(`${canary}\r`);
    await terminal.output(/logged in to/);
    expect(terminal.stdout()).not.toContain("canary");
    expect(JSON.parse(readFileSync(loginFile(), "utf8"))).toMatchObject({ username: "robot", password: canary });
  });
});
