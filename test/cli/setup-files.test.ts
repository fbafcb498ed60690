// `scalr-oci setup` and the user's own files: what is not ours is neither shown nor changed nor taken out, and no half is written.
import { execFileSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../src/cli/program.ts";
import { type FileChange, writeChanges } from "../../src/cli/setup/file-change.ts";
import { writeRecorded } from "../../src/cli/setup/write-recorded.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const canary = "canary-5a5a";

let workspace: Workspace;
beforeEach(() => {
  workspace = createWorkspace();
  for (const name of ["docker-credential-scalr", "docker", "podman"]) {
    workspace.write(`bin/${name}`, "#!/bin/sh\n", 0o755);
  }
});
afterEach(() => workspace.remove());

async function setup(args: readonly string[], variables: Record<string, string | undefined> = {}) {
  const [stdout, stderr] = [new PassThrough().setEncoding("utf8"), new PassThrough().setEncoding("utf8")];
  const environment = workspace.environment({
    variables: { TF_CLI_CONFIG_FILE: undefined, DOCKER_CONFIG: undefined, PATH: workspace.path("bin"), ...variables },
  });
  const { directory } = workspace;
  const context = { environment, stdin: Readable.from([]), stdout, stderr, directory, interactive: false };
  const exitCode = await runCli(["setup", ...args], context);
  const [said, warned] = [stdout.read() as string | null, stderr.read() as string | null];
  expect(`${said}${warned}`).not.toContain(canary);
  expect(`${said}${warned}`).not.toMatch(/[\u001b\u009b\u0007]/);
  return { exitCode, stdout: said ?? "", stderr: warned ?? "" };
}

const bytes = (file: string) => readFileSync(workspace.path(file));
const text = (file: string) => (existsSync(workspace.path(file)) ? bytes(file).toString() : undefined);
const block = (host: string) => `oci_credentials "${host}" {\n  docker_credentials_helper = "scalr"\n}\n`;
const tofurc = "home/.tofurc";
const docker = "home/.docker/config.json";
const containers = "home/.config/containers";
const dropIn = `${containers}/registries.conf.d/50-scalr-oci.conf`;
const record = "home/.local/state/scalr-oci/setup.json";

describe("what is shown", () => {
  it("is never a secret beside a block of ours", async () => {
    workspace.write(tofurc, "");
    await setup(["b.test"]);
    const secret = `credentials "x" { token = "${canary}" } /* a */ `;
    workspace.write(tofurc, `${secret}${block("b.test").trimEnd()} # ${canary}\n`);
    const { stdout } = await setup(["--undo", "b.test"]);
    expect(stdout).toContain('-…oci_credentials "b.test" {\n-  docker_credentials_helper = "scalr"\n-}…\n');
    expect(text(tofurc)).toBe(`${secret} # ${canary}\n`);
  });

  it("has no terminal escapes, from a block or from a helper's name", async () => {
    workspace.write(tofurc, `# \u001b]0;x\u0007\n${block("b.test")}`);
    workspace.write(docker, JSON.stringify({ credHelpers: { "ghcr.io": "p\u001b[31mass" } }));
    expect((await setup(["ghcr.io"])).stdout).toContain("has the helper pass for ghcr.io; it stays");
    await setup(["--undo"]);
  });
});

describe("bytes that are not ours", () => {
  it.each([
    ["OpenTofu's configuration", tofurc],
    ["Docker's configuration", docker],
  ])("%s that is not UTF-8 is refused by name and stays", async (_, file) => {
    const before = Buffer.from("# caf\xe9\n", "latin1");
    workspace.write(file, before);
    const { exitCode, stderr } = await setup(["ghcr.io"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${workspace.path(file)} is not UTF-8, expected UTF-8`);
    expect(bytes(file)).toEqual(before);
    expect(existsSync(workspace.path(record))).toBe(false);
  });

  it.each([
    [
      "numbers",
      '{\n  "n": 12345678901234567890,\n  "f": 1.0\n}\n',
      '{\n  "n": 12345678901234567890,\n  "f": 1.0,\n  "credHelpers": {\n    "ghcr.io": "scalr",\n    "quay.io": "scalr"\n  }\n}\n',
    ],
    [
      "CRLF",
      '{\r\n\t"a": {"b":  [1, "}"]}\r\n}\r\n',
      '{\r\n\t"a": {"b":  [1, "}"]},\r\n\t"credHelpers": {\r\n\t\t"ghcr.io": "scalr",\r\n\t\t"quay.io": "scalr"\r\n\t}\r\n}\r\n',
    ],
    ["one line", '{ "a" : 1 }', '{ "a" : 1, "credHelpers" : {"ghcr.io":"scalr","quay.io":"scalr"} }'],
    ["an empty object", "{}\n", '{"credHelpers": {"ghcr.io":"scalr","quay.io":"scalr"}}\n'],
    [
      "an empty object on two lines",
      "{\n}\n",
      '{\n  "credHelpers": {\n    "ghcr.io": "scalr",\n    "quay.io": "scalr"\n  }\n}\n',
    ],
    ["an empty list of helpers", '{"credHelpers":{}}', '{"credHelpers":{"ghcr.io": "scalr","quay.io": "scalr"}}'],
    [
      "another helper",
      '{\n "credHelpers": {\n  "a.test": "pass"\n }\n}',
      '{\n "credHelpers": {\n  "a.test": "pass",\n  "ghcr.io": "scalr",\n  "quay.io": "scalr"\n }\n}',
    ],
    ["an empty file", "", '{\n  "credHelpers": {\n    "ghcr.io": "scalr",\n    "quay.io": "scalr"\n  }\n}\n'],
  ])("Docker's configuration with %s gets our members, and undo gives it back", async (_, before, after) => {
    workspace.write(docker, before);
    await setup(["ghcr.io", "quay.io"]);
    expect(text(docker)).toBe(after);
    await setup(["--undo"]);
    expect(text(docker)).toBe(before);
    expect(existsSync(workspace.path(record))).toBe(false);
  });

  it("a member in front of others that came later goes alone", async () => {
    await setup(["ghcr.io"]);
    workspace.write(
      docker,
      '{\n  "credHelpers": {\n    "ghcr.io": "scalr",\n    "z.test": "pass"\n  },\n  "auths": {}\n}\n',
    );
    await setup(["--undo"]);
    expect(text(docker)).toBe('{\n  "credHelpers": {\n    "z.test": "pass"\n  },\n  "auths": {}\n}\n');
  });

  it("OpenTofu's configuration with CRLF gets CRLF, and undo gives it back", async () => {
    workspace.write(tofurc, "disable_checkpoint = true\r\n");
    await setup(["ghcr.io"]);
    expect(text(tofurc)).toBe(`disable_checkpoint = true\n\n${block("ghcr.io")}`.replaceAll("\n", "\r\n"));
    await setup(["--undo"]);
    expect(text(tofurc)).toBe("disable_checkpoint = true\r\n");
  });

  // Only root can give a file away.
  (process.getuid?.() === 0 ? it : it.skip)("a file keeps its owner and its mode", async () => {
    chownSync(workspace.write(docker, "{}", 0o640), 65534, 65534);
    await setup(["ghcr.io"]);
    const { uid, gid, mode } = statSync(workspace.path(docker));
    expect([uid, gid, mode & 0o777]).toEqual([65534, 65534, 0o640]);
  });
});

it("directories are made for the user alone", async () => {
  await setup(["ghcr.io"]);
  for (const directory of ["home/.docker", "home/.local", "home/.local/state/scalr-oci"]) {
    expect(statSync(workspace.path(directory)).mode & 0o777).toBe(0o700);
  }
});

describe("links", () => {
  it("undo is written through one, which stays", async () => {
    const real = workspace.write("dotfiles/tofurc", "");
    symlinkSync(real, workspace.path(tofurc));
    await setup(["ghcr.io"]);
    expect(text("dotfiles/tofurc")).toBe(block("ghcr.io"));
    await setup(["--undo"]);
    expect(readlinkSync(workspace.path(tofurc))).toBe(real);
    expect(text("dotfiles/tofurc")).toBe("");
  });

  it("a file that setup made and the user put behind one is emptied, not removed", async () => {
    await setup(["ghcr.io"]);
    const real = workspace.write("dotfiles/scalr.conf", text(dropIn) ?? "");
    execFileSync("/bin/ln", ["-sf", real, workspace.path(dropIn)]);
    await setup(["--undo"]);
    expect([readlinkSync(workspace.path(dropIn)), text("dotfiles/scalr.conf")]).toEqual([real, ""]);
  });

  it.each([tofurc, docker])("one to nothing is refused by name: %s", async (file) => {
    mkdirSync(dirname(workspace.path(file)), { recursive: true });
    symlinkSync(workspace.path("nothing"), workspace.path(file));
    // As tofu, setup takes a .tofurc only when it is there.
    const variables = file === tofurc ? { TF_CLI_CONFIG_FILE: workspace.path(file) } : {};
    const { exitCode, stderr } = await setup(["ghcr.io"], variables);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${workspace.path(file)} is a link to nothing, expected a file`);
    expect(lstatSync(workspace.path(file)).isSymbolicLink()).toBe(true);
    expect(existsSync(workspace.path("nothing"))).toBe(false);
  });
});

describe("the helpers of podman that the user has", () => {
  it.each([
    ["registries.conf", `${containers}/registries.conf`],
    ["a file read before ours", `${containers}/registries.conf.d/10-mine.conf`],
  ])("in %s are asked after ours", async (_, file) => {
    workspace.write(file, 'unqualified-search-registries = ["a.test"]\ncredential-helpers = ["mine", "its\\"own"]\n');
    const { stdout } = await setup(["ghcr.io"]);
    expect(text(dropIn)).toContain('credential-helpers = ["scalr", "mine", "its\\"own"]\n');
    expect(stdout).toContain(`note: the credential-helpers of ${workspace.path(file)} are asked after scalr`);
    await setup(["--undo"]);
    expect(text(dropIn)).toBeUndefined();
  });

  it("in a file read after ours stay alone, and the next step is said", async () => {
    const file = workspace.write(`${containers}/registries.conf.d/60-mine.conf`, 'credential-helpers = ["mine"]\n');
    const { stdout } = await setup(["ghcr.io"]);
    expect(text(dropIn)).toBeUndefined();
    expect(stdout).toContain(`note: ${file} has the last word on credential-helpers; put "scalr" in front`);
  });

  it("that an empty list behind them takes back are not asked", async () => {
    workspace.write(`${containers}/registries.conf`, 'credential-helpers = ["mine"]\n');
    workspace.write(`${containers}/registries.conf.d/10-none.conf`, "credential-helpers = []\n");
    await setup(["ghcr.io"]);
    expect(text(dropIn)).toContain('credential-helpers = ["scalr", "containers-auth.json"]\n');
  });

  it("are below the home, as podman has it, wherever XDG_CONFIG_HOME is", async () => {
    await setup(["ghcr.io"], { XDG_CONFIG_HOME: workspace.path("xdg") });
    expect(text(dropIn)).toContain('credential-helpers = ["scalr", "containers-auth.json"]\n');
  });

  it("that have ours among them need no file", async () => {
    workspace.write(`${containers}/registries.conf`, 'credential-helpers = ["mine", "scalr"]\n');
    await setup(["ghcr.io"]);
    expect(text(dropIn)).toBeUndefined();
  });

  it("that change later are taken up by the next setup", async () => {
    await setup(["ghcr.io"]);
    workspace.write(`${containers}/registries.conf`, 'credential-helpers = ["mine"]\n');
    await setup(["ghcr.io"]);
    expect(text(dropIn)).toContain('["scalr", "mine"]');
    await setup(["--undo"]);
    expect(text(dropIn)).toBeUndefined();
  });

  it("in a file under our name stay", async () => {
    workspace.write(dropIn, 'credential-helpers = ["mine"]\n');
    expect((await setup(["ghcr.io"])).stdout).toContain("was changed by somebody else; it stays");
    expect(text(dropIn)).toBe('credential-helpers = ["mine"]\n');
  });

  it("in a file that cannot be read are not guessed", async () => {
    const file = workspace.write(`${containers}/registries.conf`, "credential-helpers = [\n");
    const { exitCode, stderr } = await setup(["ghcr.io"]);
    expect([exitCode, text(dropIn), text(tofurc)]).toEqual([2, undefined, undefined]);
    expect(stderr).toContain(`${file} cannot be read`);
  });
});

describe("undo", () => {
  it("takes only what setup wrote, and says what it leaves", async () => {
    const mine = 'oci_credentials "mine.test" { # keep: set by ops\n  docker_credentials_helper = "scalr"\n}\n';
    workspace.write(tofurc, mine);
    workspace.write(docker, '{"credHelpers":{"mine.test":"scalr"}}');
    await setup(["ghcr.io"]);
    const { stdout } = await setup(["--undo"]);
    expect(stdout).toContain(`${workspace.path(docker)} asks the helper for mine.test, which setup did not write`);
    expect([text(tofurc), text(docker)]).toEqual([mine, '{"credHelpers":{"mine.test":"scalr"}}']);
  });

  it("leaves a block that somebody wrote in our very words", async () => {
    workspace.write(tofurc, block("mine.test"));
    await setup(["ghcr.io"]);
    await setup(["--undo"]);
    await setup(["--undo", "mine.test"]);
    expect(text(tofurc)).toBe(block("mine.test"));
  });

  it("leaves a block of ours that somebody added to", async () => {
    workspace.write(tofurc, "");
    await setup(["ghcr.io"]);
    const after = block("ghcr.io").replace("{\n", "{ # mine\n");
    workspace.write(tofurc, after);
    await setup(["--undo"]);
    expect(text(tofurc)).toBe(after);
  });

  it("does not remove a file that somebody made anew", async () => {
    await setup(["ghcr.io"]);
    workspace.write(docker, "{}");
    await setup(["quay.io"]);
    await setup(["--undo"]);
    expect(text(docker)).toBe("{}");
  });
});

describe("a change that cannot be made", () => {
  it("leaves all as it was, and names the file", async () => {
    workspace.write("home/.docker", "");
    const { exitCode, stderr } = await setup(["ghcr.io"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `${workspace.path(docker)} cannot be made, ${workspace.path("home/.docker")} is not a directory`,
    );
    expect(stderr).toContain("; nothing was written (");
    expect(readdirSync(workspace.path("home"))).toEqual([".docker"]);
  });

  it("found while writing takes away what lies beside the others", async () => {
    workspace.write(docker, "{}");
    const place = "/proc/self/task/none/own.tfrc";
    const { exitCode, stderr } = await setup(["ghcr.io"], { TF_CLI_CONFIG_FILE: place });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(place);
    expect(text(docker)).toBe("{}");
    expect(readdirSync(workspace.path("home/.docker"))).toEqual(["config.json"]);
    expect(existsSync(workspace.path(record))).toBe(false);
  });

  it("after others are in place says which those are", () => {
    const change = (path: string, after: string | undefined): FileChange => ({
      path: workspace.path(path),
      client: "docker",
      before: undefined,
      after,
      diff: [],
      written: undefined,
    });
    expect(() => writeChanges([change("first", "1"), change("absent", undefined)])).toThrow(
      `${workspace.path("absent")}: the operating system refused unlink, got ENOENT; ` +
        `written: ${workspace.path("first")}; not written: ${workspace.path("absent")}`,
    );
    expect(text("first")).toBe("1");
  });

  it("is not in the record, the others are", () => {
    const written = { made: true, blank: true, parent: true, entries: { "ghcr.io": "" }, text: "" };
    const change = (path: string): FileChange => ({
      path: workspace.path(path),
      client: "docker",
      before: undefined,
      after: "{}",
      diff: [],
      written,
    });
    mkdirSync(workspace.path("taken"));
    const changes = [change("first"), change("taken")];
    expect(() => writeRecorded(changes, workspace.path("record.json"), {})).toThrow("refused rename");
    expect(text("first")).toBe("{}");
    expect(JSON.parse(text("record.json") ?? "")).toEqual({ [workspace.path("first")]: written });
    expect(readdirSync(workspace.directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it.each([
    [
      "a line that cannot be read",
      (file: string) => workspace.write(file, "a = 1\n\noci_credentials {"),
      ": line 3 cannot be read",
    ],
    ["a directory", (file: string) => mkdirSync(workspace.path(file)), " is not a file, expected one"],
    ["a named pipe", (file: string) => execFileSync("mkfifo", [workspace.path(file)]), " is not a file, expected one"],
  ])("for %s names the file", async (_, make, problem) => {
    make(tofurc);
    const { exitCode, stderr } = await setup(["ghcr.io"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${workspace.path(tofurc)}${problem}`);
  });
});
