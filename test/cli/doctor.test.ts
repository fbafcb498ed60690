// `scalr-oci doctor`: each trap is laid out on a machine of its own, and what doctor says about it is read.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { Secret } from "../../src/base/secret.ts";
import { runCli } from "../../src/cli/program.ts";
import { createLocalStore } from "../../src/credentials/local-store.ts";
import { findLoginDirectory } from "../../src/credentials/places.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";
import { type Authority, createAuthority } from "../support/authority.ts";
import { type ScriptedServer, startScriptedServer } from "../support/scripted-server.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const canary = "canary-88e0";
const auth = (username: string, password = canary) => ({
  auth: Buffer.from(`${username}:${password}`).toString("base64"),
});
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  artifactType: "application/vnd.opentofu.modulepkg",
  config: {
    mediaType: "application/vnd.oci.empty.v1+json",
    size: 2,
    digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
  },
  layers: [],
});

let authority: Authority;
let registry: ScriptedServer;
let workspace: Workspace;
beforeAll(async () => {
  authority = createAuthority();
  registry = await startScriptedServer(authority.issue(), () => ({}));
});
afterAll(async () => {
  await registry.stop();
  authority.remove();
});
beforeEach(() => {
  workspace = createWorkspace();
  wantLogin("robot");
});
afterEach(() => workspace.remove());

/** The registry takes this user, and holds the one module acme/vpc. */
function wantLogin(username: string): void {
  registry.setScript(({ headers, url }) => {
    const given = Buffer.from(headers.authorization?.replace("Basic ", "") ?? "", "base64").toString();
    if (given !== `${username}:${canary}`)
      return { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } };
    if (url === "/v2/") return { body: {} };
    if (!url.startsWith("/v2/acme/vpc/manifests/"))
      return { status: 404, body: { errors: [{ code: "NAME_UNKNOWN" }] } };
    return { headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" }, body: manifest };
  });
}

interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function doctor(args: readonly string[], variables: Record<string, string | undefined> = {}): Promise<Said> {
  const [stdout, stderr] = [new PassThrough().setEncoding("utf8"), new PassThrough().setEncoding("utf8")];
  const environment = workspace.environment({
    trust: authority.certificateFile,
    variables: { DOCKER_CONFIG: undefined, PATH: workspace.path("bin"), ...variables },
  });
  const context = {
    environment,
    stdin: Readable.from([]),
    stdout,
    stderr,
    directory: workspace.directory,
    interactive: false,
  };
  const exitCode = await runCli(["doctor", ...args], context);
  const said = {
    exitCode,
    stdout: (stdout.read() as string | null) ?? "",
    stderr: (stderr.read() as string | null) ?? "",
  };
  expect(`${said.stdout}${said.stderr}`).not.toContain(canary);
  return said;
}

interface Document {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly level: string;
    readonly id: string;
    readonly message: string;
    readonly next: string | null;
  }[];
  readonly next: string | null;
  readonly credential: {
    readonly source: string;
    readonly username: string;
    readonly age_seconds: number | null;
  } | null;
  readonly candidates: readonly { readonly origin: string; readonly helper: string | null }[];
  readonly registry: { readonly answer: string; readonly wants_login: boolean };
}

async function examine(
  address = module(),
  variables?: Record<string, string | undefined>,
): Promise<Document & { exitCode: number }> {
  const { stdout, exitCode } = await doctor([address, "--json"], variables);
  return { ...(JSON.parse(stdout) as Document), exitCode };
}

const module = () => `oci://${registry.host}/acme/vpc?tag=1.0.0`;
const writeDocker = (document: object) => workspace.write("home/.docker/config.json", JSON.stringify(document));
const helperBlock = (helper = "scalr") =>
  workspace.write("tofu.tfrc", `oci_credentials "${registry.host}" {\n  docker_credentials_helper = "${helper}"\n}\n`);
const writeHelper = (name: string, script: string) =>
  workspace.write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`, 0o755);
const makePipe = (path: string) => {
  mkdirSync(dirname(workspace.path(path)), { recursive: true });
  execFileSync("mkfifo", [workspace.path(path)]);
};
/** A login of our own store. @returns its file */
const store = (variables: Record<string, string>): string => {
  variables["XDG_STATE_HOME"] = workspace.path("state");
  const environment = { XDG_STATE_HOME: workspace.path("state") };
  const login = { serverUrl: registry.host, username: "robot", password: new Secret(canary) };
  createLocalStore(environment).store(parseRegistryHost(registry.host).credentialKey, login);
  const directory = findLoginDirectory(environment) ?? "";
  return join(directory, readdirSync(directory)[0] ?? "");
};
const suffix = () => registry.host.replace(":", "_");
const ids = ({ findings }: Document) => findings.map(({ level, id }) => `${level} ${id}`);

describe("an address that works", () => {
  it("with a login in a file: where it is from and how old, what the registry says, that nothing is in the way", async () => {
    const file = writeDocker({ auths: { [registry.host]: auth("robot") } });
    const old = new Date(Date.now() - 3 * 24 * 3600 * 1000);
    utimesSync(file, old, old);
    const { exitCode, stdout } = await doctor([module()]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`winner        auths ${registry.host} in ${file}`);
    expect(stdout).toContain(
      `credential    user robot, auths ${registry.host} in ${file}, file last written 3 days ago`,
    );
    expect(stdout).toContain("registry      accepted");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("nothing is in the way");
  });

  it("through our own helper: the source that answers is named", async () => {
    helperBlock();
    writeHelper("scalr", "exit 0");
    const variables = { [`SCALR_OCI_USERNAME_${suffix()}`]: "robot", [`SCALR_OCI_PASSWORD_${suffix()}`]: canary };
    const said = await examine(module(), variables);
    expect(said).toMatchObject({
      exitCode: 0,
      ok: true,
      credential: { source: "helper scalr: environment", username: "robot" },
      registry: { answer: "accepted", wants_login: true },
    });
  });

  it.each([
    ["the local store", (variables: Record<string, string>) => store(variables)],
    [
      "the auth file of a run",
      (variables: Record<string, string>) => {
        variables["SCALR_OCI_AUTH_FILE"] = workspace.write(
          "run.json",
          JSON.stringify({ auths: { [registry.host]: auth("robot") } }),
          0o600,
        );
        return variables["SCALR_OCI_AUTH_FILE"];
      },
    ],
  ])("through our own helper, from %s: how old the login is", async (_, prepare) => {
    helperBlock();
    writeHelper("scalr", "exit 0");
    const variables: Record<string, string> = {};
    const old = new Date(Date.now() - 2 * 3600 * 1000);
    utimesSync(prepare(variables), old, old);
    const { credential } = await examine(module(), variables);
    expect(credential?.username).toBe("robot");
    expect(Math.abs((credential?.age_seconds ?? 0) - 7200)).toBeLessThan(60);
  });

  it("through another helper, which is asked as OpenTofu asks it", async () => {
    helperBlock("other");
    writeHelper(
      "other",
      `read url; test "$url" = "https://${registry.host}" && echo '{"ServerURL":"x","Username":"robot","Secret":"${canary}"}'`,
    );
    expect(await examine()).toMatchObject({ exitCode: 0, credential: { source: "helper other", username: "robot" } });
  });

  it("with the login of an oci_credentials block", async () => {
    workspace.write(
      "tofu.tfrc",
      `oci_credentials "${registry.host}/acme" {\n  username = "robot"\n  password = "${canary}"\n}\n`,
    );
    expect(await examine()).toMatchObject({
      exitCode: 0,
      candidates: [{ origin: "oci_credentials" }],
      credential: { username: "robot" },
    });
  });

  it("where no login is needed", async () => {
    registry.setScript(() => ({
      headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" },
      body: manifest,
    }));
    const { stdout, exitCode } = await doctor([module()]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("winner        nothing: OpenTofu goes on anonymously");
    expect(stdout).toContain("registry      accepted, no login needed");
  });
});

it("a registry that gives tokens only for a repository: OpenTofu before 1.13 fails on it", async () => {
  writeDocker({ auths: { [registry.host]: auth("robot") } });
  registry.setScript(({ headers, url }) => {
    const realm = `Bearer realm="https://${registry.host}/token",service="s"`;
    if (url.startsWith("/token")) return url.includes("scope=") ? { body: { token: "t" } } : { status: 403 };
    if (headers.authorization !== "Bearer t" || url === "/v2/")
      return { status: 401, headers: { "www-authenticate": realm } };
    return { headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" }, body: manifest };
  });
  expect(ids(await examine())).toContain("warning strict-tokens");
});

describe("an address that fails", () => {
  it("because there is no login: the two commands to run", async () => {
    const said = await examine();
    expect(said).toMatchObject({ exitCode: 1, ok: false, credential: null });
    expect(ids(said)).toContain("problem no-login");
    expect(said.next).toBe(`scalr-oci setup ${registry.host}, then scalr-oci login ${registry.host}`);
  });

  it("because a stale login goes before the helper", async () => {
    wantLogin("fresh");
    writeHelper("scalr", "exit 0");
    const file = writeDocker({ auths: { [registry.host]: auth("stale") }, credHelpers: { [registry.host]: "scalr" } });
    const said = await examine();
    expect(ids(said)).toEqual(expect.arrayContaining(["problem stale-login", "note not-used"]));
    expect(said.findings[0]?.message).toBe(
      `the login in ${file} goes before every other, and ${registry.host} refuses it`,
    );
    expect(said.next).toContain(`docker logout ${registry.host}`);
  });

  it("because the address is written as an image's is", async () => {
    const { exitCode, stderr } = await doctor([`oci://${registry.host}/acme/vpc:1.0.0`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`use oci://${registry.host}/acme/vpc?tag=1.0.0`);
  });

  it("because the module is not there", async () => {
    writeDocker({ auths: { [registry.host]: auth("robot") } });
    const said = await examine(`oci://${registry.host}/acme/missing`);
    expect(said).toMatchObject({ exitCode: 1, registry: { answer: "REGISTRY_CONTENT_NOT_FOUND" } });
  });

  it("because the registry cannot be reached: try later", async () => {
    const { stdout, exitCode } = await doctor(["oci://localhost:1/acme/vpc"]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain("localhost:1 cannot be reached");
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^next: /);
  });

  it("because a source of our helper fails: the cause, not its aftermath", async () => {
    helperBlock();
    writeHelper("scalr", "exit 0");
    const said = await examine(module(), {
      SCALR_OCI_TOKEN: `scalroci_rt_${"x".repeat(49)}`,
      SCALR_HOSTNAME: "localhost:1",
    });
    expect(said.findings.filter(({ level }) => level === "problem").map(({ id }) => id)).toEqual(["source-fails"]);
    expect(said.findings[0]?.message).toContain(
      "the management API fails: management api at localhost:1 cannot be reached",
    );
  });

  it.each<[string, () => void, Record<string, string>, string, string]>([
    [
      "names a Node that is not there",
      () =>
        workspace.write(
          "bin/docker-credential-scalr",
          `#!/bin/sh\n${readFileSync(join(root, "src", "helper", "launcher.sh"), "utf8")}`,
          0o755,
        ),
      { SCALR_OCI_NODE: "/nonexistent/node" },
      "SCALR_OCI_NODE names no program that can be run",
      "correct or unset SCALR_OCI_NODE",
    ],
    [
      "ends with 127",
      () => writeHelper("scalr", "exit 127"),
      {},
      "exit code 127",
      "install Node.js 20 or newer, or set SCALR_OCI_NODE to its path",
    ],
  ])("because our own helper %s: a login would not help", async (_name, prepare, variables, message, next) => {
    helperBlock();
    prepare();
    const said = await examine(module(), variables);
    expect(said.findings[0]).toMatchObject({
      level: "problem",
      id: "helper-not-runnable",
      message: `${workspace.path("bin/docker-credential-scalr")} does not start: ${message}`,
      next,
    });
    expect(ids(said)).not.toContain("warning helper-has-none");
  });

  it.each([
    ["is not on PATH", () => {}, "problem helper-not-runnable", "docker-credential-other is not on PATH"],
    [
      "has no #! line",
      () => workspace.write("bin/docker-credential-other", "echo hi\n", 0o755),
      "problem helper-not-runnable",
      "is a script without a #! line",
    ],
    [
      "wants an interpreter that is not there",
      () => workspace.write("bin/docker-credential-other", "#!/nonexistent/sh\n", 0o755),
      "problem helper-not-runnable",
      "wants the interpreter /nonexistent/sh",
    ],
    [
      "wants a node that is not on PATH",
      () => workspace.write("bin/docker-credential-other", "#!/usr/bin/env node\n", 0o755),
      "problem helper-not-runnable",
      "wants node, which is not on PATH",
    ],
    [
      "is not executable",
      () => chmodSync(writeHelper("other", "exit 1"), 0o644),
      "problem helper-not-runnable",
      "is not on PATH",
    ],
    [
      "has no login",
      () => writeHelper("other", "echo credentials not found in native keychain; exit 1"),
      "warning helper-has-none",
      "so OpenTofu goes on anonymously",
    ],
    [
      "says why it fails",
      () => writeHelper("other", "echo the vault is locked; exit 1"),
      "problem helper-fails",
      "the helper other fails: the vault is locked",
    ],
    ["says nothing", () => writeHelper("other", "exit 3"), "problem helper-fails", "exit code 3"],
    [
      "answers no JSON",
      () => writeHelper("other", "echo hello"),
      "problem helper-fails",
      "its answer is no JSON object",
    ],
    [
      "answers with an identity token",
      () => writeHelper("other", `echo '{"Username":"<token>","Secret":"${canary}"}'`),
      "problem identity-token",
      "which OpenTofu refuses",
    ],
    [
      "answers with half a login",
      () => writeHelper("other", `echo '{"Username":"","Secret":"${canary}"}'`),
      "problem incomplete-login",
      "without a user name",
    ],
  ])("because the helper %s", async (_, prepare, id, words) => {
    helperBlock("other");
    prepare();
    const said = await examine();
    expect(said.exitCode).toBe(1);
    expect(ids(said)).toContain(id);
    expect(said.findings.map(({ message }) => message).join("\n")).toContain(words);
  });

  it("because the helper is found through a relative entry of PATH", async () => {
    helperBlock("other");
    writeHelper("other", "exit 1");
    const said = await examine(module(), { PATH: "bin" });
    expect(said.findings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("through the relative PATH entry bin"),
    );
  });
});

describe("traps on the way to an address", () => {
  it.each([
    [
      "a key with a scheme",
      () => ({ auths: { [`https://${registry.host}`]: auth("robot") } }),
      "warning key-never-matches",
    ],
    [
      "a helper's key with a scheme",
      () => ({ credHelpers: { [`https://${registry.host}/`]: "scalr" } }),
      "warning key-never-matches",
    ],
    [
      "an entry without a colon",
      () => ({ auths: { [registry.host]: { auth: "dXNlcg==" } } }),
      "problem entry-without-colon",
    ],
  ])("%s", async (_, document, id) => {
    writeDocker(document());
    expect(ids(await examine())).toContain(id);
  });

  it("docker.io, to which OpenTofu sends nothing", async () => {
    const said = await examine("oci://docker.io/acme/vpc", { HTTPS_PROXY: "http://127.0.0.1:1" });
    expect(said.findings).toContainEqual(
      expect.objectContaining({ id: "docker-hub-name", next: "write oci://registry-1.docker.io/… in the source" }),
    );
  });

  it("a host in upper case", async () => {
    const said = await examine(module().replace("localhost", "LOCALHOST"));
    expect(ids(said)).toContain("warning host-spelling");
  });
});

describe("traps of a machine", () => {
  it.each([
    ["a broken file", () => workspace.write("home/.docker/config.json", "{"), {}, "problem broken-file"],
    [
      "a block that cannot be read",
      () => workspace.write("tofu.tfrc", "oci_credentials {"),
      {},
      "problem cli-configuration",
    ],
    [
      "a misspelt block",
      () => workspace.write("tofu.tfrc", 'default_oci_credentials {\n docker_credentials_helper = "x"\n}\n'),
      {},
      "problem cli-configuration",
    ],
    [
      "a helper named by a path",
      () => workspace.write("tofu.tfrc", 'oci_credentials "a.test" {\n docker_credentials_helper = "./x"\n}\n'),
      {},
      "problem cli-configuration",
    ],
    [
      "a CLI configuration that is not there",
      () => {},
      { TF_CLI_CONFIG_FILE: "/nonexistent.tfrc" },
      "problem cli-configuration-missing",
    ],
    [
      "a named file that is not there",
      () => workspace.write("tofu.tfrc", 'oci_default_credentials {\n docker_style_config_files = ["x.json"]\n}\n'),
      {},
      "problem named-file-missing",
    ],
    [
      "a helper that is not there",
      () => writeDocker({ credHelpers: { "a.test": "gone" } }),
      {},
      "warning helper-not-runnable",
    ],
    [
      "a helper for all that hides another",
      () => {
        workspace.write("tofu.tfrc", 'oci_default_credentials {\n docker_credentials_helper = "scalr"\n}\n');
        writeDocker({ credsStore: "pass" });
      },
      {},
      "warning hidden-creds-store",
    ],
    [
      "a key with a scheme",
      () => writeDocker({ auths: { "https://a.test/v2/": auth("u") } }),
      {},
      "warning key-never-matches",
    ],
    ["a named pipe in the place of a file", () => makePipe("home/.docker/config.json"), {}, "problem broken-file"],
    [
      "a named pipe as the CLI configuration",
      () => makePipe("pipe.tfrc"),
      { TF_CLI_CONFIG_FILE: "pipe.tfrc" },
      "problem cli-configuration",
    ],
    ["DOCKER_CONFIG", () => {}, { DOCKER_CONFIG: "/somewhere" }, "note unread-variable"],
    ["REGISTRY_AUTH_FILE", () => {}, { REGISTRY_AUTH_FILE: "/somewhere" }, "note unread-variable"],
    ["DOCKER_AUTH_CONFIG", () => {}, { DOCKER_AUTH_CONFIG: "{}" }, "note unread-variable"],
    ["no OpenTofu", () => {}, {}, "note no-opentofu"],
    [
      "an OpenTofu without oci://",
      () => workspace.write("bin/tofu", '#!/bin/sh\necho \'{"terraform_version": "1.9.4"}\'\n', 0o755),
      {},
      "problem opentofu-too-old",
    ],
  ])("%s", async (_, prepare, variables, id) => {
    prepare();
    const { stdout, exitCode } = await doctor(["--json"], variables);
    const said = JSON.parse(stdout) as Document;
    expect(ids(said)).toContain(id);
    expect(exitCode).toBe(id.startsWith("problem") ? 1 : 0);
    expect(said.ok).toBe(!id.startsWith("problem"));
  });

  it("none: says so", async () => {
    workspace.write("bin/tofu", '#!/bin/sh\necho \'{"terraform_version": "1.12.6"}\'\n', 0o755);
    const { stdout, exitCode } = await doctor([]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("OpenTofu      1.12.6");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("nothing is in the way");
  });

  it("a named pipe: says what is wrong with it", async () => {
    makePipe("home/.docker/config.json");
    makePipe("pipe.tfrc");
    const { stdout } = await doctor([], { TF_CLI_CONFIG_FILE: "pipe.tfrc" });
    expect(stdout).toMatch(/config\.json makes OpenTofu drop all credentials.*: it is no regular file/);
    expect(stdout).toContain("pipe.tfrc: it is no regular file");
  });

  it("a CLI configuration of /dev/null is an empty one", async () => {
    const { stdout, exitCode } = await doctor(["--json"], { TF_CLI_CONFIG_FILE: "/dev/null" });
    expect([ids(JSON.parse(stdout) as Document), exitCode]).toEqual([["note no-opentofu"], 0]);
  });

  it("a key with a scheme: the spelling that OpenTofu compares", async () => {
    writeDocker({ auths: { "https://index.docker.io/v1/": auth("u"), "https://empty.test": {} } });
    const { stdout } = await doctor([]);
    expect(stdout).toContain("the key https://index.docker.io/v1/ in");
    expect(stdout).toContain("or write the key as registry-1.docker.io");
    expect(stdout).not.toContain("empty.test");
  });

  it("DOCKER_CONFIG that names what OpenTofu reads anyway is no trap", async () => {
    const { stdout } = await doctor(["--json"], { DOCKER_CONFIG: workspace.path("home", ".docker") });
    expect(ids(JSON.parse(stdout) as Document)).not.toContain("note unread-variable");
  });
});

it("escapes of a helper do not reach the terminal", async () => {
  helperBlock("other");
  writeHelper("other", "printf 'red \\033[31m bell \\007'; exit 1");
  const { stdout } = await doctor([module()]);
  expect(stdout).toContain("the helper other fails: red  bell");
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

it("a helper that leaves a child behind, for which OpenTofu waits", async () => {
  helperBlock("other");
  writeHelper("other", `/bin/sleep 20 & echo '{"Username":"robot","Secret":"${canary}"}'`);
  const said = await examine();
  expect(said.findings[0]).toMatchObject({
    id: "helper-fails",
    message: expect.stringContaining("keeps its output open, and OpenTofu waits for the end of that"),
  });
});

describe("the configuration of our helper", () => {
  const configure = (hosts: object) => workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts }));
  const login = () => ({
    [`SCALR_OCI_USERNAME_${suffix()}`]: "robot",
    [`SCALR_OCI_PASSWORD_${suffix()}`]: canary,
  });
  beforeEach(() => {
    helperBlock();
    writeHelper("scalr", "exit 0");
  });

  it("a rule that chooses the sources is named beside the one that answers", async () => {
    const file = configure({ [registry.host]: { sources: ["scalr", "environment"] } });
    const said = await examine(module(), login());
    expect(said.credential?.source).toBe("helper scalr: environment");
    expect(ids(said)).toEqual(["note host-rule", "note no-opentofu"]);
    expect(said.findings[0]?.message).toBe(
      `hosts["${registry.host}"] in ${file} takes the login from scalr, then environment for ${registry.host}`,
    );
    expect(said.exitCode).toBe(0);
  });

  it("a rule because of which there is none: the next step is the rule, not a login", async () => {
    const file = configure({ [registry.host]: { source: "none" } });
    const said = await examine(module(), login());
    expect(said.credential).toBeNull();
    expect(said.findings.map(({ message }) => message)).toContain(
      `hosts["${registry.host}"] in ${file} says that there is no login for ${registry.host}`,
    );
    expect(said.findings.find(({ id }) => id === "helper-has-none")?.next).toBe(
      `change hosts["${registry.host}"] in ${file}`,
    );
  });

  it("a rule for repositories: OpenTofu names none", async () => {
    configure({ [`${registry.host}/acme`]: { source: "none" } });
    const said = await examine(module(), login());
    expect([said.credential?.username, ids(said)]).toEqual(["robot", ["note repository-rule", "note no-opentofu"]]);
  });

  it("that cannot be read is the one problem, said once", async () => {
    configure({ [registry.host]: { sorce: "none" } });
    const said = await examine(module(), login());
    expect(ids(said).filter((id) => id.startsWith("problem"))).toEqual(["problem source-fails"]);
    expect(said.findings[0]?.message).toContain(
      `the configuration fails: scalr-oci/config.json: hosts["${registry.host}"].sorce`,
    );
    expect(said.next).toBe("write source");
    const { exitCode, stdout } = await doctor([]);
    expect([exitCode, stdout.includes("problem: scalr-oci/config.json: hosts")]).toEqual([1, true]);
  });

  it("a helper that a rule names and that is not there", async () => {
    configure({ "quay.io": { source: "helper", helper: "absent" } });
    const { stdout } = await doctor([]);
    expect(stdout).toContain("names the helper absent, but docker-credential-absent is not on PATH");
  });

  it("another helper by a rule: it is asked, and named", async () => {
    configure({ [registry.host]: { source: "helper", helper: "vault" } });
    writeHelper("vault", `echo '{"Username":"robot","Secret":"${canary}"}'`);
    expect((await examine()).credential?.source).toBe("helper scalr: helper vault");
    writeHelper("vault", "echo sealed; exit 1");
    const said = await examine();
    expect(said.findings[0]).toMatchObject({
      id: "source-fails",
      message: "the helper vault fails: sealed",
    });
  });
});
