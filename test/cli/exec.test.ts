// `scalr-oci exec` as its users run it: a real process, real signals, a management API that fails on demand.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { shellQuote } from "../../src/cli/shell-quote.ts";
import { type Authority, createAuthority } from "../support/authority.ts";
import { type FakeRunApi, startFakeRunApi } from "../support/fake-run-api.ts";
import { run, type RunningProcess, start } from "../support/processes.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const canary = "canary-77c1";
const main = join(root, "src", "bin", "scalr-oci.ts");

/** Private mounts are root's, and not in every container. */
const mountsAreAllowed = await run("unshare", ["--mount", "true"], { environment: process.env }).then(
  ({ exitCode }) => exitCode === 0,
  () => false,
);

let authority: Authority;
let api: FakeRunApi;
let workspace: Workspace;
/** The user's runtime directory, in memory as it is on a desktop. */
let runtime: string;
beforeAll(() => (authority = createAuthority()));
afterAll(() => authority.remove());
beforeEach(async () => {
  workspace = createWorkspace();
  runtime = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : workspace.directory, "scalr-oci-test-"));
  api = await startFakeRunApi(authority);
  api.logins["registry.test"] = `robot:${canary}`;
});
afterEach(async () => {
  await api.stop();
  rmSync(runtime, { recursive: true });
  workspace.remove();
});

function environment(variables: Record<string, string | undefined> = {}) {
  const settings = { SCALR_HOSTNAME: api.hostname, SCALR_TOKEN: api.mintToken, XDG_RUNTIME_DIR: runtime };
  return workspace.environment({ trust: authority.certificateFile, variables: { ...settings, ...variables } });
}

function exec(args: readonly string[], variables?: Record<string, string | undefined>, stdin?: string) {
  return run(process.execPath, [main, "exec", ...args], {
    environment: environment(variables),
    directory: workspace.directory,
    stdin,
  });
}

function execScript(script: string, args: readonly string[] = [], variables?: Record<string, string | undefined>) {
  return exec([...args, "--", "sh", "-c", script], variables);
}

function writeRuntime(file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(runtime, file)), { recursive: true, mode: 0o700 });
  writeFileSync(join(runtime, file), text, { mode });
}

/** What runs of this test left in its runtime directory. */
function leftovers(): string[] {
  const base = join(runtime, "scalr-oci");
  return existsSync(base) ? readdirSync(base) : [];
}

describe("the command", () => {
  it("gets the exported logins as the auth file of a private runtime directory, in memory where there is one", async () => {
    const result = await execScript(
      'echo "$XDG_RUNTIME_DIR"; stat -c %a "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR/containers" "$XDG_RUNTIME_DIR/containers/auth.json"; cat "$XDG_RUNTIME_DIR/containers/auth.json"',
    );
    const [directory = "", ...lines] = result.stdout.trim().split("\n");
    expect(result.stderr).toBe("");
    expect(dirname(directory)).toBe(join(runtime, "scalr-oci"));
    expect(lines.slice(0, 3)).toEqual(["700", "700", "600"]);
    const auth = Buffer.from(`robot:${canary}`).toString("base64");
    expect(JSON.parse(lines[3] ?? "")).toEqual({ auths: { "registry.test": { auth } } });
    expect(existsSync(directory)).toBe(false);
  });

  it("sees neither the token that may mint nor the run token, and everything else of its caller's environment", async () => {
    const result = await execScript("env", [], { MARK: "kept" });
    expect(result.stdout).toContain("MARK=kept");
    expect(result.stdout).toContain(`SCALR_HOSTNAME=${api.hostname}`);
    expect(result.stdout).not.toMatch(/^SCALR_(OCI_)?TOKEN/m);
    expect(result.stdout).not.toContain("scalroci_");
    expect(result.stdout).not.toContain(canary);
  });

  it("gives our own helper the same file, for docker and helm", async () => {
    const helper = `${process.execPath} ${join(root, "src", "bin", "docker-credential-scalr.ts")}`;
    const result = await execScript(`printf https://registry.test | ${helper} get; printf other.test | ${helper} get`);
    const [found = "", absent] = result.stdout.trim().split("\n");
    expect(JSON.parse(found)).toEqual({ ServerURL: "https://registry.test", Username: "robot", Secret: canary });
    expect(absent).toBe("credentials not found in native keychain");
  });

  it("has its caller's stdin, stdout and stderr, and its arguments as they are", async () => {
    const result = await exec(["--", "sh", "-c", 'cat; echo "$0|$1|$2" >&2', "--host", "a b", "*"], {}, "typed");
    expect([result.stdout, result.stderr]).toEqual(["typed", "--host|a b|*\n"]);
  });

  it("takes options behind its name for itself, without -- too", async () => {
    expect((await exec(["sh", "-c", "exit 4"])).exitCode).toBe(4);
  });

  it.each([
    ["exit 0", 0],
    ["exit 3", 3],
    ["exit 255", 255],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
  ])("ends it with its own exit code or signal: %s is %d", async (script, exitCode) => {
    const result = await execScript(script);
    expect([result.exitCode, result.stderr]).toEqual([exitCode, ""]);
    expect(leftovers()).toEqual([]);
    expect([...api.alive]).toEqual([]);
  });
});

describe("the user's own runtime directory", () => {
  it("is there by links, and the user's own logins stay under ours", async () => {
    writeRuntime(
      "containers/auth.json",
      JSON.stringify({
        auths: { "other.test": { auth: "bzpw" }, "registry.test": { auth: "c3RhbGU6b2xk" } },
        credHelpers: { "third.test": "pass" },
      }),
      0o600,
    );
    writeRuntime("containers/policy.json", "{}");
    writeRuntime("podman/state", "real");
    const socket = createServer((client) => client.end("hello")).listen(join(runtime, "bus"));
    const result = await execScript(
      'cd "$XDG_RUNTIME_DIR"; readlink podman bus containers/policy.json; cat podman/state; echo; test -S bus && echo socket; cat containers/auth.json',
    );
    socket.close();
    const lines = result.stdout.trim().split("\n");
    expect(lines.slice(0, 5)).toEqual([
      join(runtime, "podman"),
      join(runtime, "bus"),
      join(runtime, "containers", "policy.json"),
      "real",
      "socket",
    ]);
    expect(JSON.parse(lines[5] ?? "")).toEqual({
      auths: {
        "other.test": { auth: "bzpw" },
        "registry.test": { auth: Buffer.from(`robot:${canary}`).toString("base64") },
      },
      credHelpers: { "third.test": "pass" },
    });
    expect(readFileSync(join(runtime, "containers", "auth.json"), "utf8")).toContain("c3RhbGU6b2xk");
    expect(readFileSync(join(runtime, "podman", "state"), "utf8")).toBe("real");
  });

  it("is not needed", async () => {
    const result = await execScript('cat "$XDG_RUNTIME_DIR/containers/auth.json"', [], { XDG_RUNTIME_DIR: undefined });
    expect(JSON.parse(result.stdout)).toHaveProperty(["auths", "registry.test"]);
  });

  it("survives what the command does to the private one", async () => {
    writeRuntime("podman/state", "real");
    await execScript(
      'rm -rf "$XDG_RUNTIME_DIR"/containers; rm "$XDG_RUNTIME_DIR/podman"; mkdir "$XDG_RUNTIME_DIR/new"; echo x > "$XDG_RUNTIME_DIR/new/file"',
    );
    expect(readFileSync(join(runtime, "podman", "state"), "utf8")).toBe("real");
    expect(leftovers()).toEqual([]);
  });
});

describe("the run token", () => {
  it("is minted for the hosts that are asked for and a minute, used for one reading, and ended", async () => {
    await execScript("true", ["--host", "https://Registry.test/", "--host", "docker.io"]);
    const requests = api.server.requests.map(({ method, url }) => `${method} ${url}`);
    expect(requests.slice(0, 2)).toEqual(["POST /api/oci/v1/run-tokens", "GET /api/oci/v1/docker-config"]);
    expect(requests.at(-1)).toBe("DELETE /api/oci/v1/run-tokens/current");
    expect(JSON.parse(api.server.requests[0]?.body ?? "")).toEqual({
      data: {
        type: "run-tokens",
        attributes: { hosts: ["registry.test", "registry-1.docker.io"], "lifetime-seconds": 60 },
      },
    });
    expect([...api.alive]).toEqual([]);
  });

  it("is ended while the command runs, not after it", async () => {
    await using child = start(process.execPath, [main, "exec", "--", "sh", "-c", "echo started; exec sleep 30"], {
      environment: environment(),
    });
    await child.output(/started/);
    await until(() => api.alive.size === 0 && api.server.requests.length === 3);
    expect(existsSync(`/proc/${child.pid}`)).toBe(true);
  });

  it("is ended when the logins cannot be read; the command does not run then", async () => {
    api.intercept(/docker-config/, () => ({ status: 500 }));
    const result = await execScript("echo ran");
    expect([result.exitCode, result.stdout]).toEqual([125, ""]);
    expect(result.stderr).toContain(`management api at ${api.hostname} failed, got 500`);
    expect([...api.alive]).toEqual([]);
  });

  it("that cannot be ended is a warning after the command", async () => {
    api.intercept(/^DELETE/, () => ({ status: 500 }));
    const result = await execScript("exit 5");
    expect(result.exitCode).toBe(5);
    expect(result.stderr).toMatch(
      /^scalr-oci: warning: the run token could not be ended, it ends by itself within a minute/,
    );
  });
});

describe("what exec itself fails with", () => {
  it.each([
    [125, ["--", "true"], { SCALR_HOSTNAME: undefined }, "SCALR_HOSTNAME is not set"],
    [125, ["--", "true"], { SCALR_TOKEN: "" }, "SCALR_TOKEN is not set"],
    [125, ["--", "true"], { SCALR_TOKEN: "wrong" }, "does not know the token from SCALR_TOKEN (TOKEN_INVALID)"],
    [125, ["--", "true"], { SCALR_HOSTNAME: "localhost:1" }, "management api at localhost:1 cannot be reached"],
    [125, ["--", "true"], { SSL_CERT_FILE: undefined }, "is not trusted because of its certificate"],
    [125, ["--host", "user:pw@ghcr.io", "--", "true"], {}, "registry host carries user info"],
    [125, [], {}, "exec takes a command"],
    [125, ["--nonsense", "--", "true"], {}, "unknown option"],
    [126, ["--", "./file"], {}, "the command cannot be run, got ./file"],
    [126, ["--", "./directory-first/file"], {}, "the command cannot be run"],
    [127, ["--", "no-such-command"], {}, "the command is not there, got no-such-command"],
    [127, ["--", "./no/such/file"], {}, "the command is not there"],
    [127, ["--", "directory-first"], {}, "the command is not there"],
  ])("%d: %j with %j", async (exitCode, args, variables, words) => {
    workspace.write("file", "echo x", 0o644);
    workspace.write("directory-first/file", "echo x", 0o644);
    const result = await exec(args, variables);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ""]);
    expect(result.stderr).toContain(words);
    expect([...api.alive]).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it("a command that is not there costs no token", async () => {
    await exec(["--", "no-such-command"]);
    expect(api.server.requests).toEqual([]);
  });

  it("a silent server is given up after a while", async () => {
    api.intercept(/./, () => "hang");
    const result = await exec(["--", "true"]);
    expect(result.exitCode).toBe(125);
    expect(result.stderr).toContain("does not answer in time");
    expect(result.durationMs).toBeLessThan(20_000);
  });
});

describe("signals", () => {
  it("SIGTERM is passed on; what the command does then counts; nothing is left", async () => {
    await using child = startScript("trap 'echo caught; exit 9' TERM; echo started; while :; do sleep 0.05; done");
    await child.output(/started/);
    child.child.kill("SIGTERM");
    expect(await child.ended).toEqual({ exitCode: 9, signal: null });
    expect(child.stdout()).toContain("caught");
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["SIGHUP", 129],
    ["SIGUSR1", 138],
    ["SIGUSR2", 140],
    ["SIGALRM", 142],
    ["SIGXCPU", 152],
    ["SIGVTALRM", 154],
    ["SIGPROF", 155],
    ["SIGIO", 157],
    ["SIGABRT", 134],
  ] as const)("%s is passed on, starts no debugger and leaves nothing", async (signal, exitCode) => {
    await using child = startScript("ulimit -c 0; echo started; exec sleep 30");
    await child.output(/started/);
    child.child.kill(signal);
    expect(await child.ended).toEqual({ exitCode, signal: null });
    expect(child.stderr()).toBe("");
    expect(leftovers()).toEqual([]);
  });

  const untilSignalled =
    "trap 'echo caught' INT QUIT; echo started; for i in 1 2 3 4 5 6 7 8; do sleep 0.1; done; exit 6";

  it.each(["SIGINT", "SIGQUIT"] as const)("%s is passed on where no terminal can have sent it", async (signal) => {
    // A session of its own has no terminal, whoever runs this test.
    await using child = start("setsid", [process.execPath, main, "exec", "--", "sh", "-c", untilSignalled], {
      environment: environment(),
    });
    await child.output(/started/);
    child.child.kill(signal);
    expect(await child.ended).toEqual({ exitCode: 6, signal: null });
    expect(timesCaught(child)).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ["INT", "\u0003"],
    ["QUIT", "\u001c"],
  ])("%s of a terminal reaches the command once, by the terminal", async (_, key) => {
    await using child = startOnTerminal(untilSignalled);
    await child.output(/started/);
    child.child.stdin?.write(key);
    expect((await child.ended).exitCode).toBe(6);
    expect(timesCaught(child)).toBe(1);
    expect(leftovers()).toEqual([]);
  });

  it("SIGINT to exec alone is not passed on in the foreground of a terminal, which cannot be told from Ctrl-C", async () => {
    await using child = startOnTerminal(untilSignalled.replace("echo started", "kill -INT $PPID; echo started"));
    expect((await child.ended).exitCode).toBe(6);
    expect(child.stdout()).toContain("started");
    expect(timesCaught(child)).toBe(0);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGUSR1", 138],
    ["SIGUSR2", 140],
  ] as const)("%s before the command starts ends the run with %d, and its token", async (signal, exitCode) => {
    api.intercept(/docker-config/, () => "hang");
    await using child = startScript("echo ran");
    await until(() => api.server.requests.some(({ url }) => url.endsWith("/docker-config")));
    child.child.kill(signal);
    expect(await child.ended).toEqual({ exitCode, signal: null });
    expect(child.stdout()).toBe("");
    expect([...api.alive]).toEqual([]);
    expect(leftovers()).toEqual([]);
  });
});

it("SIGUSR1 starts no debugger in a command that holds a token and takes no signals", async () => {
  await using server = start(process.execPath, [main, "serve", "--listen", "127.0.0.1:0"], {
    environment: workspace.environment({}),
    directory: workspace.directory,
  });
  await server.output(/SCALR_HOSTNAME/);
  server.child.kill("SIGUSR1");
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.child.kill("SIGTERM");
  await server.ended;
  expect(`${server.stdout()}${server.stderr()}`).not.toMatch(/debugger/i);
});

describe("a working directory that is gone", () => {
  it.each([
    [["doctor"], 2],
    [["login", "--help"], 2],
    [["setup"], 2],
    [["exec", "--", "true"], 125],
  ] as const)("%j: one clear error", async (args, exitCode) => {
    mkdirSync(workspace.path("gone"));
    const script = 'rmdir "$PWD"; exec "$@"';
    const result = await run("sh", ["-c", script, "sh", process.execPath, main, ...args], {
      environment: environment(),
      directory: workspace.path("gone"),
    });
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ""]);
    expect(result.stderr).toBe(
      "scalr-oci: the working directory is gone, got ENOENT, expected one that is there (SYSTEM_REFUSED)\n" +
        "  cd to a directory that exists\n",
    );
  });
});

describe("what a killed run leaves behind", () => {
  /** The private directory that a command sees, in a runtime directory on which it can be looked at. */
  async function startAndKill(): Promise<string> {
    await using child = startScript('echo "at $XDG_RUNTIME_DIR"; exec sleep 30');
    const [, directory = ""] = await child.output(/at (.*)\n/);
    const sleeper = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
    child.child.kill("SIGKILL");
    // It has our pipes.
    process.kill(Number(sleeper), "SIGKILL");
    await child.ended;
    return directory;
  }

  it("is swept by the next; what a running one has is not", async () => {
    await using running = startScript('echo "at $XDG_RUNTIME_DIR"; exec sleep 30');
    const [, inUse = ""] = await running.output(/at (.*)\n/);
    const left = await startAndKill();
    expect(existsSync(join(left, "containers", "auth.json"))).toBe(true);
    await execScript("true");
    expect(existsSync(left)).toBe(false);
    expect(existsSync(join(inUse, "containers", "auth.json"))).toBe(true);
  });

  it("a directory of a process that cannot be seen from here goes when it is older than any run", async () => {
    const left = await startAndKill();
    const base = join(left, "..");
    const [young, old, foreign] = ["aaaaaaaa", "bbbbbbbb"]
      .map((random) => join(base, `1-1-1.${random}`))
      .concat(join(base, "mine"));
    for (const directory of [young, old, foreign]) mkdirSync(directory ?? "", { mode: 0o700 });
    const longAgo = new Date(Date.now() - 72 * 60 * 60 * 1000);
    utimesSync(old ?? "", longAgo, longAgo);
    utimesSync(foreign ?? "", longAgo, longAgo);
    await execScript("true");
    expect([young, old, foreign].map((directory) => existsSync(directory ?? ""))).toEqual([true, false, true]);
  });
});

describe("several runs", () => {
  it("in parallel have a directory each", async () => {
    const results = await Promise.all(
      [1, 2, 3].map(() => execScript('echo "$XDG_RUNTIME_DIR"; cat "$XDG_RUNTIME_DIR/containers/auth.json"')),
    );
    expect(new Set(results.map(({ stdout }) => stdout.split("\n")[0])).size).toBe(3);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  });

  const program = `${process.execPath} ${main}`;

  it("one inside another, without a token of its own, runs with the logins of the outer one and mints nothing", async () => {
    const inner = `${program} exec -- sh -c 'cat "$XDG_RUNTIME_DIR/containers/auth.json"; exit 7'`;
    const result = await execScript(
      `XDG_RUNTIME_DIR=/nowhere ${inner}; echo "code $?"; test -e "$SCALR_OCI_AUTH_FILE" && echo kept`,
    );
    expect(result.stdout).toMatch(/^\{"auths":\{"registry.test".*\ncode 7\nkept\n$/);
    expect([result.exitCode, result.stderr]).toEqual([0, ""]);
    expect(api.server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });

  it("--host inside another says what is missing there, and what it cannot take away", async () => {
    expect((await execScript(`${program} exec --host registry.test -- true`)).stderr).toBe("");
    const { exitCode, stderr } = await execScript(`${program} exec --host quay.io -- true`);
    expect([exitCode, stderr]).toEqual([
      0,
      "scalr-oci: warning: the run around this exec has no login for quay.io\n" +
        "scalr-oci: warning: the run around this exec has logins for others, too: registry.test\n",
    ]);
  });

  it("an auth file that is no run's, or of a run that has ended, is no run around it", async () => {
    const ended = workspace.write("1-1-1.aaaaaaaa/containers/auth.json", "{}", 0o600);
    const identity = (await execScript('basename "$XDG_RUNTIME_DIR"')).stdout.trim();
    const endedHere = workspace.write(`${identity}/containers/auth.json`, "{}", 0o600);
    const mine = workspace.write("mine/containers/auth.json", "{}", 0o600);
    rmSync(ended);
    for (const file of [ended, endedHere, mine]) {
      const result = await execScript("echo ran", [], { SCALR_TOKEN: undefined, SCALR_OCI_AUTH_FILE: file });
      expect([result.exitCode, result.stdout]).toEqual([125, ""]);
      expect(result.stderr).toContain("SCALR_TOKEN is not set");
    }
  });

  it("one inside another with a token sees the links of the outer one, and leaves nothing", async () => {
    writeRuntime("podman/state", "real");
    const inner = `SCALR_TOKEN=${api.mintToken} ${process.execPath} ${main} exec -- sh -c 'cat "$XDG_RUNTIME_DIR/podman/state" "$XDG_RUNTIME_DIR/containers/auth.json"'`;
    const result = await execScript(`${inner}; ls "$XDG_RUNTIME_DIR"`);
    expect(result.stdout).toMatch(/^real\{"auths":\{"registry.test".*\n/);
    expect([result.exitCode, result.stderr]).toEqual([0, ""]);
    expect(leftovers()).toEqual([]);
  });
});

describe("a machine that offers little", () => {
  it.each([
    ["no home", { HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_STATE_HOME: undefined, XDG_CACHE_HOME: undefined }],
    ["a home that is not there", { HOME: "/nonexistent/home", XDG_CONFIG_HOME: undefined, XDG_CACHE_HOME: undefined }],
    ["a runtime directory that is not there", { XDG_RUNTIME_DIR: "/run/user/4294967" }],
    ["a runtime directory that is a file", { XDG_RUNTIME_DIR: "/dev/null" }],
    ["no variables but the two", { HOME: undefined, XDG_RUNTIME_DIR: undefined, TMPDIR: undefined, LANG: undefined }],
  ])("%s: runs", async (_, variables) => {
    const result = await execScript('cat "$SCALR_OCI_AUTH_FILE"', [], variables);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(result.stdout)).toHaveProperty(["auths", "registry.test"]);
  });

  (mountsAreAllowed ? describe : describe.skip)(
    `a container${mountsAreAllowed ? "" : " [skipped, no private mounts: run as root]"}`,
    () => {
      const bare = { XDG_RUNTIME_DIR: undefined };
      /** Runs `exec` where these directories are read-only. */
      async function execIn(readOnly: readonly string[], script: string) {
        const mounts = readOnly.map((path) => `mount --bind ${path} ${path} && mount -o remount,ro,bind ${path}`);
        const lines = [...mounts, `exec "$@"`].join(" && ");
        const command = [process.execPath, main, "exec", "--", "sh", "-c", script];
        return await run("unshare", ["--mount", "sh", "-c", lines, "sh", ...command], {
          environment: environment(bare),
          directory: workspace.directory,
        });
      }

      it("with a read-only home and no shared memory to write to: runs, its files below TMPDIR", async () => {
        const result = await execIn([workspace.path("home"), "/dev/shm"], 'echo "$XDG_RUNTIME_DIR"; touch "$HOME/x"');
        expect(result.stdout).toMatch(new RegExp(`^${workspace.path("tmp")}/scalr-oci-\\d+/`));
        expect(result.stderr).toMatch(/^touch: .*Read-only file system/);
        const [base = ""] = readdirSync(workspace.path("tmp"));
        expect(readdirSync(workspace.path("tmp", base))).toEqual([]);
      });

      it("with nothing to write to: fails, and says what to give it", async () => {
        const result = await execIn([workspace.directory, "/dev/shm"], "echo ran");
        expect([result.exitCode, result.stdout]).toEqual([125, ""]);
        expect(result.stderr).toContain("there is no place for the files of a run, got EROFS");
        expect(result.stderr).toContain("set TMPDIR");
        expect([...api.alive]).toEqual([]);
      });
    },
  );
});

describe("what stands in the way is named", () => {
  it.each([
    [
      "an oci_credentials block for the host",
      "tofu.tfrc",
      'oci_credentials "registry.test" {\n  username = "u"\n  password = "p"\n}\n',
      'oci_credentials "registry.test" in',
    ],
    [
      "an oci_credentials block for a path",
      "tofu.tfrc",
      'oci_credentials "registry.test/acme" {\n  username = "u"\n  password = "p"\n}\n',
      'oci_credentials "registry.test/acme" in',
    ],
    [
      "discovery switched off",
      "tofu.tfrc",
      "oci_default_credentials {\n  discover_ambient_credentials = false\n}\n",
      "discover_ambient_credentials = false in",
    ],
    [
      "other files",
      "tofu.tfrc",
      'oci_default_credentials {\n  docker_style_config_files = ["x.json"]\n}\n',
      "docker_style_config_files in",
    ],
    [
      "an entry with a path",
      "home/.docker/config.json",
      '{"auths":{"registry.test/acme":{"auth":"dTpw"}}}',
      "the entry registry.test/acme in",
    ],
    [
      "an entry with a path in the runtime directory's own file",
      "run/containers/auth.json",
      '{"auths":{"registry.test/acme":{"auth":"dTpw"}}}',
      "the entry registry.test/acme in",
    ],
    ["a broken file", "home/.docker/config.json", "{", "makes OpenTofu drop all logins"],
    [
      "an entry without a colon",
      "home/.docker/config.json",
      '{"auths":{"registry.test":{"auth":"dXNlcg=="}}}',
      "has no user name and password",
    ],
  ])("%s", async (_, file, text, words) => {
    if (file.startsWith("run/")) writeRuntime(file.slice("run/".length), text);
    else workspace.write(file, text);
    const result = await execScript("exit 0");
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/^scalr-oci: warning: /);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toContain(canary);
  });

  it.each([
    [
      "a stale login of the host",
      "home/.docker/config.json",
      '{"auths":{"registry.test":{"auth":"dTpw"}},"credsStore":"pass"}',
    ],
    ["a helper for the host", "home/.docker/config.json", '{"credHelpers":{"registry.test":"pass"}}'],
    [
      "a block for another host",
      "tofu.tfrc",
      'oci_credentials "other.test" {\n  docker_credentials_helper = "pass"\n}\n',
    ],
    ["a helper for all hosts", "tofu.tfrc", 'oci_default_credentials {\n  docker_credentials_helper = "pass"\n}\n'],
    ["a broken auth file of the user's own, which is replaced", "run/containers/auth.json", "{"],
  ])("%s loses to the run's login, so nothing is said", async (_, file, text) => {
    if (file.startsWith("run/")) writeRuntime(file.slice("run/".length), text);
    else workspace.write(file, text);
    expect((await execScript("true")).stderr).toBe("");
  });

  it("a host without an exported login, and nothing exported at all", async () => {
    expect((await execScript("true", ["--host", "quay.io"])).stderr).toBe(
      "scalr-oci: warning: there is no exported login for quay.io\n",
    );
    delete api.logins["registry.test"];
    expect((await execScript("true")).stderr).toBe("scalr-oci: warning: there are no exported logins\n");
  });

  it("a login that its registry refuses, in the server's words", async () => {
    const detail = "quay.io refuses the login of the integration 'main'\nset a new password in it";
    api.intercept(/credentials\/quay.io/, () => ({
      status: 409,
      body: { errors: [{ code: "CREDENTIAL_REFUSED", detail }] },
    }));
    const { stderr, exitCode } = await execScript("true", ["--host", "quay.io"]);
    expect(stderr).toContain("quay.io refuses the login of the integration 'main'");
    expect(exitCode).toBe(0);
  });
});

function startScript(script: string): RunningProcess {
  return start(process.execPath, [main, "exec", "--", "sh", "-c", script], {
    environment: environment(),
    directory: workspace.directory,
  });
}

/** In the foreground of a terminal of its own, whose keys are its stdin. */
function startOnTerminal(script: string): RunningProcess {
  const command = [process.execPath, main, "exec", "--", "sh", "-c", script].map(shellQuote).join(" ");
  return start("script", ["--quiet", "--return", "--command", `exec ${command}`, "/dev/null"], {
    environment: environment({ SHELL: "/bin/sh" }),
    directory: workspace.directory,
    keepStdinOpen: true,
  });
}

function timesCaught(child: RunningProcess): number {
  return child.stdout().match(/caught/g)?.length ?? 0;
}

async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
