// The shell part of the helper against the program's own cache, in every shell that is on PATH: same answers from the same entries,
// and nothing but built-in words while it has a secret in hand.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Secret } from "../../../src/base/secret.ts";
import { AnswerCache } from "../../../src/credentials/cache/answer-cache.ts";
import type { CachedAnswer } from "../../../src/credentials/cache/cache-entry.ts";
import { hasConfiguration } from "../../../src/credentials/configuration/configuration-place.ts";
import { type Condition, fileNow, secretNow, variableNow } from "../../../src/credentials/condition.ts";
import { formatReply, formatReplyTail } from "../../../src/helper/protocol.ts";
import { findExecutable } from "../../../tools/tofu/ensure-tofu.ts";
import { run } from "../../support/processes.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const launcher = join(root, "src", "helper", "launcher.sh");
const canary = "canary-31aa";
const runToken = `scalroci_rt_${"R".repeat(43)}abcdef`;

/** dash is Debian's sh, bash is that of many others and of macOS, busybox is Alpine's. */
const candidates = [["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"], ["ksh"], ["yash"]];
const shells = await findShells(candidates);
/** Its printf is a program. */
const [mksh] = await findShells([["mksh"]]);

let workspace: Workspace;
let runtime: string;
beforeEach(() => {
  workspace = createWorkspace();
  runtime = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : workspace.directory, "scalr-oci-test-"));
  // In place of Node: says that it was asked, and what.
  workspace.write("node", '#!/bin/sh\nshift\nprintf "miss %s: " "$*"\ncat\n', 0o755);
});
afterEach(() => {
  rmSync(runtime, { recursive: true });
  workspace.remove();
});

function environment(variables: Record<string, string | undefined> = {}): Record<string, string> {
  const settings = { XDG_RUNTIME_DIR: runtime, SCALR_OCI_NODE: workspace.path("node") };
  return workspace.environment({ variables: { ...settings, ...variables } });
}

async function launch(
  shell: readonly string[],
  url: string,
  variables?: Record<string, string | undefined>,
  args = ["get"],
  directory?: string,
) {
  const [command = "sh", ...options] = shell;
  const { stdout, stderr, exitCode } = await run(command, [...options, launcher, ...args], {
    environment: environment(variables),
    stdin: url,
    ...(directory !== undefined && { directory }),
  });
  return { stdout, stderr, exitCode };
}

const login: CachedAnswer = {
  kind: "login",
  replyTail: formatReplyTail({ username: "robot", password: new Secret(canary) }),
};
const miss = (url: string) => ({ stdout: `miss get: ${url}\n`, stderr: "", exitCode: 0 });
const hit = (url: string) => ({
  stdout: `${formatReply(url, login.kind === "login" ? login.replyTail : "")}\n`,
  stderr: "",
  exitCode: 0,
});

function keep(
  options: {
    key?: string;
    answer?: CachedAnswer;
    conditions?: readonly Condition[];
    variables?: Record<string, string>;
  } = {},
): void {
  const { key = "ghcr.io", answer = login, conditions = [], variables = {} } = options;
  const validity = { repeatableForMs: 60_000, conditions };
  new AnswerCache(environment(variables)).keep(key, { answer, validity, sinceMs: Date.now() });
}

function entryFile(key = "ghcr.io"): string {
  return join(runtime, "scalr-oci", "cache", key);
}

describe.each(shells.filter((words) => words.length > 0).map((words) => [words.join(" "), words] as const))(
  "%s",
  (_, shell) => {
    describe("a kept login", () => {
      it.each([
        "ghcr.io",
        "https://ghcr.io",
        "https://ghcr.io/",
        "ghcr.io:443",
        "https://ghcr.io:443",
        "ghcr.io/acme/vpc",
        "https://ghcr.io/v2/",
      ])("answers %s", async (url) => {
        keep();
        expect(await launch(shell, url)).toEqual(hit(url));
      });

      it.each(["docker.io", "https://index.docker.io/v1/", "https://registry-1.docker.io"])(
        "of Docker Hub answers %s",
        async (url) => {
          keep({ key: "registry-1.docker.io" });
          expect(await launch(shell, url)).toEqual(hit(url));
        },
      );

      it("of a port answers that port alone", async () => {
        keep({ key: "localhost:5000" });
        expect(await launch(shell, "https://localhost:5000")).toEqual(hit("https://localhost:5000"));
        expect(await launch(shell, "localhost:5001")).toEqual(miss("localhost:5001"));
        expect(await launch(shell, "localhost")).toEqual(miss("localhost"));
      });

      // The program knows the rest: other spellings, what is no host, what belongs to somebody else.
      it.each([
        ["GHCR.io"],
        ["http://ghcr.io"],
        ["ghcr.io."],
        ["ghcr.io.evil.test"],
        ["evilghcr.io"],
        ["ghcr.io:444"],
        ["[::1]:5000"],
        ["https://ghcr.io/v1/access-token"],
        ["https://ghcr.io/v1/refresh-token"],
        ["ghcr.io?x"],
        ["robot:pw@ghcr.io"],
        ["$(touch pwned)"],
        ["`touch pwned`"],
        ["../ghcr.io"],
        ["..%2fghcr.io"],
        ["*"],
        ["-n"],
        ["."],
        [""],
      ])("leaves %j to the program", async (url) => {
        keep();
        expect(await launch(shell, url)).toEqual(miss(url));
        expect(existsSync("pwned")).toBe(false);
      });

      it.each([
        ["\nghcr.io\n", "ghcr.io"],
        ["ghcr\n.io", "ghcr.io"],
        ["ghcr.io\n", "ghcr.io"],
        ["\n\n\nghcr.io", "ghcr.io"],
      ])("answers %j: lines are joined", async (input, url) => {
        keep();
        expect(await launch(shell, input)).toEqual(hit(url));
      });

      it("is not given to two addresses on two lines", async () => {
        keep();
        expect(await launch(shell, "ghcr.io\nevil.test\n")).toEqual(miss("ghcr.ioevil.test"));
      });

      it.each([
        ["one line", "a".repeat(262_144)],
        ["one line with its end", `${"a".repeat(262_144)}\n`],
        ["slashes", "/".repeat(262_144)],
        ["many lines", "a\n".repeat(131_072)],
        ["empty lines", "\n".repeat(262_144)],
      ])("leaves 256 KiB to the program at once: %s", async (_name, input) => {
        workspace.write("node", "#!/bin/sh\nwc -c\n", 0o755);
        const startedAt = performance.now();
        const { exitCode, stderr } = await launch(shell, input);
        expect([exitCode, stderr]).toEqual([0, ""]);
        expect(performance.now() - startedAt).toBeLessThan(5_000);
      });

      it("is printed as it is: quotes, backslashes, dollars, percents, other scripts", async () => {
        const password = 'q"u\\o\\\\te $x `y` %s %d \\n \\" ü 🙂 \u0007\n\ttab';
        const replyTail = formatReplyTail({ username: "ro bot*", password: new Secret(password) });
        keep({ answer: { kind: "login", replyTail } });
        const { stdout } = await launch(shell, "ghcr.io");
        expect(stdout).toBe(`${formatReply("ghcr.io", replyTail)}\n`);
        expect(JSON.parse(stdout)).toEqual({ ServerURL: "ghcr.io", Username: "ro bot*", Secret: password });
      });

      it("of 3 KB is printed whole", async () => {
        const replyTail = formatReplyTail({
          username: "_json_key",
          password: new Secret(JSON.stringify({ k: "x".repeat(3_000) })),
        });
        keep({ answer: { kind: "login", replyTail } });
        expect((await launch(shell, "ghcr.io")).stdout).toBe(`${formatReply("ghcr.io", replyTail)}\n`);
      });
    });

    it("a kept refusal is printed line by line, and ends with 1", async () => {
      keep({ answer: { kind: "text", text: "the cause (CODE) %s \\n\n  the remedy" } });
      expect(await launch(shell, "ghcr.io")).toEqual({
        stdout: "the cause (CODE) %s \\n\n  the remedy\n",
        stderr: "",
        exitCode: 1,
      });
    });

    describe("conditions", () => {
      const file = () => workspace.path("file");
      const set = { X: "a b", SCALR_OCI_TOKEN: runToken };
      it.each([
        ["a variable as it was", () => variableNow(set, "X"), set, true],
        ["a variable changed", () => variableNow(set, "X"), { ...set, X: "a" }, false],
        ["a variable changed by a blank", () => variableNow(set, "X"), { ...set, X: "a b " }, false],
        ["a variable unset since", () => variableNow(set, "X"), { ...set, X: undefined }, false],
        ["a variable still unset", () => variableNow({}, "X"), { X: undefined }, true],
        ["a variable empty", () => variableNow({}, "X"), { X: "" }, true],
        ["a variable set since", () => variableNow({}, "X"), { X: "1" }, false],
        ["the same secret", () => secretNow(set, "SCALR_OCI_TOKEN"), set, true],
        ["another secret", () => secretNow(set, "SCALR_OCI_TOKEN"), { SCALR_OCI_TOKEN: `${runToken}x` }, false],
        ["no secret", () => secretNow(set, "SCALR_OCI_TOKEN"), { SCALR_OCI_TOKEN: undefined }, false],
        ["a file as it was", () => fileNow(launcher), {}, true],
        ["a file that is gone", () => ({ kind: "file", path: file(), isThere: true }) as const, {}, false],
        ["a file still missing", () => fileNow(file()), {}, true],
        ["a file that is there now", () => ({ kind: "file", path: launcher, isThere: false }) as const, {}, false],
      ])("%s", async (_name, condition, variables, isHit) => {
        keep({ conditions: [condition() as Condition] });
        expect(await launch(shell, "ghcr.io", variables)).toEqual(isHit ? hit("ghcr.io") : miss("ghcr.io"));
        expect(new AnswerCache(environment(variables)).find("ghcr.io") !== undefined).toBe(isHit);
      });

      it("a file written since the answer was looked for", async () => {
        writeFileSync(file(), "old");
        const past = new Date(Date.now() - 5_000);
        utimesSync(file(), past, past);
        keep({ conditions: [fileNow(file())] });
        expect(await launch(shell, "ghcr.io")).toEqual(hit("ghcr.io"));
        const later = new Date(Date.now() + 2_000);
        utimesSync(file(), later, later);
        expect(await launch(shell, "ghcr.io")).toEqual(miss("ghcr.io"));
        expect(new AnswerCache(environment()).find("ghcr.io")).toBeUndefined();
      });

      it("the entry does not hold the secret", () => {
        keep({ conditions: [secretNow(set, "SCALR_OCI_TOKEN") as Condition] });
        expect(readFileSync(entryFile(), "utf8")).not.toContain(runToken.slice(0, -12));
      });
    });

    describe("time", () => {
      /** Rewrites the entry's second line. */
      function retime(change: (clock: string, from: number, until: number) => string): void {
        const lines = readFileSync(entryFile(), "utf8").split("\n");
        const [clock = "", from, until] = (lines[1] ?? "").split(" ");
        lines[1] = change(clock, Number(from), Number(until));
        writeFileSync(entryFile(), lines.join("\n"));
      }

      it.each([
        ["over", (clock: string, from: number) => `${clock} ${from - 100} ${from}`],
        [
          "not yet begun: the clock went back",
          (clock: string, _from: number, until: number) => `${clock} ${until + 1000} ${until + 2000}`,
        ],
        [
          "of another boot",
          (_clock: string, from: number, until: number) => `00000000-0000-0000-0000-000000000000 ${from} ${until}`,
        ],
        ["of the time of day, long over", () => "epoch 100 200"],
        ["no numbers", (clock: string) => `${clock} a b`],
        ["a formula", (clock: string) => `${clock} 0 x[$(touch pwned)]`],
        ["missing", () => ""],
      ])("that is %s: the program answers", async (_name, change) => {
        keep();
        retime(change);
        expect(await launch(shell, "ghcr.io")).toEqual(miss("ghcr.io"));
        expect(new AnswerCache(environment()).find("ghcr.io")).toBeUndefined();
      });

      it("of the time of day counts where there is no better clock", async () => {
        keep();
        const now = Math.floor(Date.now() / 1000);
        retime(() => `epoch ${now - 10} ${now + 60}`);
        expect(await launch(shell, "ghcr.io")).toEqual(hit("ghcr.io"));
      });
    });

    describe("hostile cache", () => {
      it.each([
        ["empty", ""],
        ["of another version", "scalr-oci 1\n"],
        ["cut off", readCut()],
        ["with an unknown word", 'scalr-oci 2 ghcr.io\nCLOCK 0 99999999999\nrun touch pwned\nanswer 0 "\n'],
        ["with a formula for a name", 'scalr-oci 2 ghcr.io\nCLOCK 0 99999999999\nunset X}$(touch pwned)\nanswer 0 "\n'],
        ["with a blank name", 'scalr-oci 2 ghcr.io\nCLOCK 0 99999999999\nequal  x\nanswer 0 "\n'],
      ])("an entry %s is none", async (_name, text) => {
        keep();
        const clock = readFileSync(entryFile(), "utf8").split("\n")[1]?.split(" ")[0] ?? "";
        writeFileSync(entryFile(), text.replace("CLOCK", clock));
        expect(await launch(shell, "ghcr.io")).toEqual(miss("ghcr.io"));
        expect(new AnswerCache(environment()).find("ghcr.io")).toBeUndefined();
        expect(existsSync("pwned")).toBe(false);
      });

      it("an entry of another host is none, in a directory that others may write to", async () => {
        keep();
        chmodSync(dirname(entryFile()), 0o777);
        renameSync(entryFile(), entryFile("evil.test"));
        expect(await launch(shell, "evil.test")).toEqual(miss("evil.test"));
      });

      it("an entry of another host is none for the program", () => {
        keep();
        renameSync(entryFile(), entryFile("evil.test"));
        expect(new AnswerCache(environment()).find("evil.test")).toBeUndefined();
        renameSync(entryFile("evil.test"), entryFile());
        expect(new AnswerCache(environment()).find("ghcr.io")).toEqual(login);
      });

      it.each([0o770, 0o707, 0o722])("the program reads nothing in a directory of mode %o", (mode) => {
        keep();
        chmodSync(dirname(entryFile()), mode);
        expect(new AnswerCache(environment()).find("ghcr.io")).toBeUndefined();
        chmodSync(dirname(entryFile()), 0o700);
        expect(new AnswerCache(environment()).find("ghcr.io")).toEqual(login);
      });

      it("a link in an entry's place is none", async () => {
        keep();
        writeFileSync(workspace.path("elsewhere"), readFileSync(entryFile()), { mode: 0o600 });
        rmSync(entryFile());
        symlinkSync(workspace.path("elsewhere"), entryFile());
        expect(await launch(shell, "ghcr.io")).toEqual(miss("ghcr.io"));
        expect(new AnswerCache(environment()).find("ghcr.io")).toBeUndefined();
      });

      it("a link in the directory's place is none", async () => {
        keep();
        const directory = dirname(entryFile());
        const elsewhere = workspace.path("elsewhere");
        mkdirSync(elsewhere, { mode: 0o700 });
        writeFileSync(join(elsewhere, "ghcr.io"), readFileSync(entryFile()), { mode: 0o600 });
        rmSync(directory, { recursive: true });
        symlinkSync(elsewhere, directory);
        expect(await launch(shell, "ghcr.io")).toEqual(miss("ghcr.io"));
        expect(new AnswerCache(environment()).find("ghcr.io")).toBeUndefined();
      });

      it("a runtime directory that is not there is none", async () => {
        expect(await launch(shell, "ghcr.io", { XDG_RUNTIME_DIR: "/nonexistent" })).toEqual(miss("ghcr.io"));
        expect(await launch(shell, "ghcr.io", { XDG_RUNTIME_DIR: "relative" })).toEqual(miss("ghcr.io"));
      });

      it.each(["XDG_RUNTIME_DIR", "HOME", "TMPDIR"])("a relative %s is no place for it", async (name) => {
        keep();
        // As a checkout may have it; launched inside the runtime directory.
        const variables = { XDG_RUNTIME_DIR: undefined, HOME: undefined, TMPDIR: undefined, [name]: "." };
        expect(await launch(shell, "ghcr.io", variables, ["get"], runtime)).toEqual(miss("ghcr.io"));
      });
    });

    it("without a runtime directory, both look in the same place", async () => {
      const variables = { XDG_RUNTIME_DIR: undefined };
      const cache = new AnswerCache(environment(variables));
      cache.keep("ghcr.io", {
        answer: login,
        validity: { repeatableForMs: 60_000, conditions: [] },
        sinceMs: Date.now(),
      });
      const isKept = cache.find("ghcr.io") !== undefined;
      expect(isKept).toBe(existsSync("/dev/shm"));
      expect(await launch(shell, "ghcr.io", variables)).toEqual(isKept ? hit("ghcr.io") : miss("ghcr.io"));
      rmSync(`/dev/shm/scalr-oci-cache${workspace.path("home").replaceAll("/", "-")}`, {
        recursive: true,
        force: true,
      });
    });

    it("can be told not to look", async () => {
      keep();
      expect(await launch(shell, "ghcr.io", { SCALR_OCI_NO_CACHE: "1" })).toEqual(miss("ghcr.io"));
    });

    describe("a login in variables", () => {
      const pair = (suffix: string, username = "robot", password = canary) => ({
        [`SCALR_OCI_USERNAME_${suffix}`]: username,
        [`SCALR_OCI_PASSWORD_${suffix}`]: password,
      });

      it.each([
        ["https://ghcr.io", "ghcr_io"],
        ["registry.acme-corp.com:5000/x", "registry_acme__corp_com_5000"],
        ["127.0.0.1:5000", "127_0_0_1_5000"],
        ["a--b.test", "a____b_test"],
      ])("answers %s", async (url, suffix) => {
        expect(await launch(shell, url, pair(suffix))).toEqual(hit(url));
      });

      it("wins over a kept answer", async () => {
        keep();
        const { stdout } = await launch(shell, "ghcr.io", pair("ghcr_io", "other", "word"));
        expect(JSON.parse(stdout)).toEqual({ ServerURL: "ghcr.io", Username: "other", Secret: "word" });
      });

      it("may hold what a shell or printf makes something of", async () => {
        const password = "$x`y`%s%d*?~!#&|;<>(){}[]'=^@,.:/-+_";
        expect(JSON.parse((await launch(shell, "ghcr.io", pair("ghcr_io", "ro'b$ot", password))).stdout)).toEqual({
          ServerURL: "ghcr.io",
          Username: "ro'b$ot",
          Secret: password,
        });
      });

      it.each([
        ["half of it", { SCALR_OCI_PASSWORD_ghcr_io: canary }],
        ["the other half", { SCALR_OCI_USERNAME_ghcr_io: "robot" }],
        ["a quote", pair("ghcr_io", "robot", 'a"b')],
        ["a backslash", pair("ghcr_io", "robot", "a\\b")],
        ["a blank", pair("ghcr_io", "robot", "a b")],
        ["a line's end", pair("ghcr_io", "robot", "a\nb")],
        ["another script", pair("ghcr_io", "robot", "ü")],
        ["a quote in the user name", pair("ghcr_io", 'ro"bot')],
        ["an identity token", pair("ghcr_io", "<token>")],
        ["an auth file beside it", { ...pair("ghcr_io"), SCALR_OCI_AUTH_FILE: "/nonexistent" }],
      ])("with %s is left to the program", async (_name, variables) => {
        expect(await launch(shell, "ghcr.io", variables)).toEqual(miss("ghcr.io"));
      });

      it.each([
        ["a:b", "a_b"],
        ["a:", "a_"],
        ["a:0", "a_0"],
        ["a:080", "a_080"],
        ["a:65536", "a_65536"],
        ["a..b", "a__b"],
        ["a-.b", "a___b"],
        ["a.", "a_"],
        ["a.:5000", "a__5000"],
      ])("of what is no plain host, %s, is left to the program", async (url, suffix) => {
        expect(await launch(shell, url, pair(suffix))).toEqual(miss(url));
      });

      it("of another host is not looked at", async () => {
        expect(await launch(shell, "quay.io", pair("ghcr_io"))).toEqual(miss("quay.io"));
        expect(await launch(shell, "ghcr.io:444", pair("ghcr_io"))).toEqual(miss("ghcr.io:444"));
      });
    });

    describe("where there is a configuration", () => {
      const pair = { SCALR_OCI_USERNAME_ghcr_io: "robot", SCALR_OCI_PASSWORD_ghcr_io: canary };
      const places: readonly (readonly [string, Record<string, string | undefined>])[] = [
        ["home/.config/scalr-oci/config.json", {}],
        ["home/.config/scalr-oci/config.toml", {}],
        ["home/.config/scalr-oci/config.json", { XDG_CONFIG_HOME: undefined }],
        ["home/.config/scalr-oci/config.json", { XDG_CONFIG_HOME: "relative" }],
        ["elsewhere/scalr-oci/config.json", { XDG_CONFIG_HOME: "ELSEWHERE" }],
      ];
      const at = (variables: Record<string, string | undefined>) =>
        variables["XDG_CONFIG_HOME"] === "ELSEWHERE" ? { XDG_CONFIG_HOME: workspace.path("elsewhere") } : variables;

      it.each(places)(
        "at %s (%j), the program says what it makes of variables and repositories",
        async (file, more) => {
          const variables = at(more);
          keep({ key: "quay.io" });
          expect(await launch(shell, "ghcr.io", { ...pair, ...variables })).toEqual(hit("ghcr.io"));
          expect(await launch(shell, "quay.io/acme/vpc", variables)).toEqual(hit("quay.io/acme/vpc"));
          workspace.write(file, "{}");
          expect(hasConfiguration(environment(variables))).toBe(true);
          for (const url of ["ghcr.io", "https://ghcr.io"])
            expect(await launch(shell, url, { ...pair, ...variables })).toEqual(miss(url));
          for (const url of ["quay.io/acme/vpc", "https://quay.io/vpc", "quay.io/acme/v1", "quay.io/v1/x"])
            expect(await launch(shell, url, variables)).toEqual(miss(url));
          for (const url of ["quay.io", "https://quay.io/", "https://quay.io/v2/", "quay.io/v1"])
            expect(await launch(shell, url, variables)).toEqual(hit(url));
        },
      );

      it("an entry that says so lets the variables answer, for as long as its conditions hold, and holds no secret", async () => {
        const config = workspace.write("home/.config/scalr-oci/config.json", "{}");
        const past = new Date(Date.now() - 5_000);
        utimesSync(config, past, past);
        keep({ answer: { kind: "variables" }, conditions: [fileNow(config), variableNow({}, "SCALR_OCI_TOKEN")] });
        expect(readFileSync(entryFile(), "utf8")).not.toContain(canary);
        expect(await launch(shell, "https://ghcr.io", pair)).toEqual(hit("https://ghcr.io"));
        const changed = { ...pair, SCALR_OCI_PASSWORD_ghcr_io: "changed" };
        expect(JSON.parse((await launch(shell, "ghcr.io", changed)).stdout)).toMatchObject({ Secret: "changed" });
        expect(await launch(shell, "ghcr.io")).toEqual(miss("ghcr.io"));
        expect(await launch(shell, "ghcr.io", { ...pair, SCALR_OCI_AUTH_FILE: "/x" })).toEqual(miss("ghcr.io"));
        expect(await launch(shell, "ghcr.io", { ...pair, SCALR_OCI_TOKEN: "t" })).toEqual(miss("ghcr.io"));
        const odd = { ...pair, SCALR_OCI_PASSWORD_ghcr_io: 'a"b' };
        expect(await launch(shell, "ghcr.io", odd)).toEqual(miss("ghcr.io"));
        const later = new Date(Date.now() + 2_000);
        utimesSync(config, later, later);
        expect(await launch(shell, "ghcr.io", pair)).toEqual(miss("ghcr.io"));
      });

      it("that a variable names, whether it is there or not", async () => {
        const variables = { ...pair, SCALR_OCI_CONFIG: "/nonexistent.json" };
        expect(await launch(shell, "ghcr.io", variables)).toEqual(miss("ghcr.io"));
        expect(hasConfiguration(environment(variables))).toBe(true);
      });
    });

    describe("the program", () => {
      it.each([[["store"]], [["erase"]], [["list"]], [["version"]], [[]], [["get", "more"]], [["get "]]])(
        "gets %j with its input",
        async (args) => {
          const { stdout, stderr } = await launch(shell, "the input", {}, args);
          expect([stdout, stderr]).toEqual([`miss ${args.join(" ")}: the input`, ""]);
        },
      );

      it("sees no options that load code, no certificate file that costs time, and its caller's own language and path", async () => {
        const show =
          '#!/bin/sh\nprintf "%s|%s|%s|%s|%s|%s" "${NODE_OPTIONS-unset}" "${NODE_EXTRA_CA_CERTS-unset}" "$SCALR_OCI_NODE_CA" "${LC_ALL-unset}" "$PATH" "$(ulimit -c)"\n';
        workspace.write("node", show, 0o755);
        const variables = {
          NODE_OPTIONS: "--require /nonexistent.js",
          NODE_EXTRA_CA_CERTS: "/ca.pem",
          LC_ALL: undefined,
        };
        const { stdout } = await launch(shell, "ghcr.io", variables);
        expect(stdout).toBe(`unset|unset|/ca.pem|unset|${environment()["PATH"]}|0`);
        const german = await launch(shell, "ghcr.io", { LC_ALL: "de_DE.UTF-8" });
        expect(german.stdout.split("|")[3]).toBe("de_DE.UTF-8");
      });

      it("is found on PATH; where there is none, it is said what is missing", async () => {
        chmodSync(workspace.path("node"), 0o755);
        const onPath = {
          SCALR_OCI_NODE: undefined,
          PATH: `${workspace.directory}:${dirname((await findExecutable(shell[0] ?? "", process.env)) ?? "")}:/usr/bin:/bin`,
        };
        expect((await launch(shell, "ghcr.io", onPath)).stdout).toBe("miss get: ghcr.io\n");
      });

      it.each([[["get"]], [["store"]], [["version"]]])(
        "is not the one that SCALR_OCI_NODE names and that is not there: %j says so",
        async (args) => {
          const text = "SCALR_OCI_NODE names no program that can be run\n  correct or unset SCALR_OCI_NODE\n";
          for (const program of ["/nonexistent/node", "no-such-node"])
            expect(await launch(shell, "ghcr.io", { SCALR_OCI_NODE: program }, args)).toEqual({
              stdout: text,
              stderr: "",
              exitCode: 1,
            });
        },
      );

      it("is the binary of an archive, where it lies beside the launcher, also through a link; not when Node is named", async () => {
        workspace.write("archive/docker-credential-scalr", readFileSync(launcher), 0o755);
        const show = '#!/bin/sh\nprintf "%s|%s|%s|" "$*" "${BUN_OPTIONS-unset}" "${BUN_BE_BUN-unset}"\ncat\n';
        workspace.write("archive/docker-credential-scalr-standalone", show, 0o755);
        mkdirSync(workspace.path("bin"));
        symlinkSync(workspace.path("archive", "docker-credential-scalr"), workspace.path("bin", "helper"));
        const variables = { SCALR_OCI_NODE: undefined, BUN_OPTIONS: "--preload x", BUN_BE_BUN: "1" };
        const [command = "sh", ...options] = shell;
        for (const file of ["archive/docker-credential-scalr", "bin/helper"]) {
          const ask = (words: readonly string[], extra: Record<string, string | undefined>) =>
            run(command, [...options, workspace.path(file), ...words], {
              environment: environment(extra),
              stdin: "ghcr.io",
            });
          expect((await ask(["get"], variables)).stdout).toBe("get|unset|unset|ghcr.io\n");
          expect((await ask(["list"], variables)).stdout).toBe("list|unset|unset|ghcr.io");
          expect((await ask(["get"], {})).stdout).toBe("miss get: ghcr.io\n");
        }
      });
    });
  },
);

(mksh === undefined ? describe.skip : describe)("a shell whose printf is a program", () => {
  it("leaves it to Node: a program would show the secret in its arguments", async () => {
    keep();
    expect(await launch(mksh ?? [], "ghcr.io")).toEqual(miss("ghcr.io"));
    const variables = { SCALR_OCI_USERNAME_ghcr_io: "robot", SCALR_OCI_PASSWORD_ghcr_io: canary };
    expect(await launch(mksh ?? [], "ghcr.io", variables)).toEqual(miss("ghcr.io"));
  });
});

/** Those on PATH, each program once. */
async function findShells(all: readonly (readonly string[])[]): Promise<(readonly string[])[]> {
  const found = new Map<string, readonly string[]>();
  for (const words of all) {
    const path = await findExecutable(words[0] ?? "", process.env);
    const program = path === undefined ? undefined : [realpathSync(path), ...words.slice(1)].join(" ");
    if (program !== undefined && !found.has(program)) found.set(program, words);
  }
  return [...found.values()];
}

/** An entry whose answer got lost. */
function readCut(): string {
  return "scalr-oci 2 ghcr.io\nCLOCK 0 99999999999\nunset NOTHING_THAT_IS_SET\n";
}
