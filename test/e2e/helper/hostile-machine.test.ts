// A machine that is against it: a cache that others may have prepared, a full disk, no home, a clock that went back, a server that hangs.
// The answer still comes, or one clear line says why not, soon.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { run, runOk } from "../../support/processes.ts";
import { type HelperMachine, notFound, startHelperMachine, type Variables } from "./support/helper-machine.ts";

const host = "registry.test";
const url = `https://${host}`;
/** Only root can give a file away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;
/** The helper's own 10 seconds, and its start on a busy machine. */
const hungMs = 12_000;

let machine: HelperMachine;
beforeEach(async () => {
  machine = await startHelperMachine();
  machine.api.logins[host] = "robot:right";
});
afterEach(async () => machine[Symbol.asyncDispose]());

const secret = (variables: Variables = {}) => machine.secretOf(url, { ...machine.inRun, ...variables });
const asked = () => machine.api.server.requests.length;
const directory = () => dirname(machine.entryFile(host));

/** An entry that gives another password, as somebody may have left it. */
function forge(): string {
  const entry = readFileSync(machine.entryFile(host), "utf8");
  expect(entry).toContain("right");
  return entry.replace("right", "forged");
}

describe("a cache that others may have prepared", () => {
  beforeEach(async () => expect(await secret()).toBe("right"));

  it.each<[string, (forged: string) => void]>([
    [
      "a link in the entry's place",
      (forged) => {
        rmSync(machine.entryFile(host));
        symlinkSync(machine.workspace.write("elsewhere", forged, 0o600), machine.entryFile(host));
      },
    ],
    [
      "a link in the directory's place",
      (forged) => {
        writeFileSync(machine.entryFile(host), forged);
        renameSync(directory(), `${machine.runtime}/moved`);
        symlinkSync(`${machine.runtime}/moved`, directory());
      },
    ],
    [
      "a directory in the entry's place",
      () => {
        rmSync(machine.entryFile(host));
        mkdirSync(machine.entryFile(host));
      },
    ],
    [
      "a file in the directory's place",
      () => {
        rmSync(directory(), { recursive: true });
        writeFileSync(directory(), "in the way");
      },
    ],
  ])("%s is not followed; the answer comes from its source", async (_name, prepare) => {
    prepare(forge());
    const before = asked();
    expect(await secret()).toBe("right");
    expect(asked()).toBe(before + 1);
  });

  it("a named pipe in the entry's place holds nobody up", async () => {
    rmSync(machine.entryFile(host));
    await runOk("mkfifo", [machine.entryFile(host)], { environment: machine.environment() });
    expect(await secret()).toBe("right");
  });

  it("a lock that nobody holds any more is broken", async () => {
    rmSync(machine.entryFile(host));
    writeFileSync(`${machine.entryFile(host)}.lock`, "zzzzz-1-1", { mode: 0o600 });
    // Of a process that cannot be seen from here: it is given up when it is older than any answer takes.
    const past = new Date(Date.now() - 60_000);
    utimesSync(`${machine.entryFile(host)}.lock`, past, past);
    expect(await secret()).toBe("right");
  });

  asRoot("an entry of another user is not read", async () => {
    writeFileSync(machine.entryFile(host), forge());
    chownSync(machine.entryFile(host), 12_345, 12_345);
    expect(await secret()).toBe("right");
  });

  asRoot("a directory of another user is neither read nor written to", async () => {
    writeFileSync(machine.entryFile(host), forge());
    const [forged, before] = [readFileSync(machine.entryFile(host), "utf8"), asked()];
    chownSync(directory(), 12_345, 12_345);
    expect(await secret()).toBe("right");
    expect(asked()).toBe(before + 1);
    expect(readFileSync(machine.entryFile(host), "utf8")).toBe(forged);
  });

  it("a directory that others may write to gets no more answers", async () => {
    rmSync(machine.entryFile(host));
    chmodSync(directory(), 0o777);
    expect(await secret()).toBe("right");
    expect(existsSync(machine.entryFile(host))).toBe(false);
  });

  it.each([
    // The launcher answers the first spelling, the program the second.
    ["https://evil.test", "evil.test"],
    ["https://Evil.Test", "evil.test"],
  ])("an answer that was moved in such a directory is not given to %s", async (asker, other) => {
    chmodSync(directory(), 0o777);
    renameSync(machine.entryFile(host), machine.entryFile(other));
    expect(await secret()).toBe("right");
    const { exitCode, stdout } = await machine.call("get", asker, machine.inRun);
    expect([exitCode, stdout]).toEqual([1, notFound]);
  });
});

describe("no room", () => {
  it("no file can be written: the answer comes all the same", async () => {
    const limited = 'trap "" XFSZ; ulimit -f 0; exec "$@"';
    const options = { environment: machine.environment(machine.inRun), stdin: url };
    const { stdout, stderr, exitCode } = await run("sh", ["-c", limited, "sh", machine.helper, "get"], options);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ Secret: "right" });
    expect(machine.kept()).toEqual([]);
  });

  it("a login that cannot be stored is an error, and the old one stays", async () => {
    await machine.store(url, "old");
    const limited = 'trap "" XFSZ; ulimit -f 0; exec "$@"';
    const stdin = JSON.stringify({ ServerURL: url, Username: "me", Secret: "new" });
    const options = { environment: machine.environment(), stdin };
    const { stdout, stderr, exitCode } = await run("sh", ["-c", limited, "sh", machine.helper, "store"], options);
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^\S.* \([A-Z_]+\)\n {2}\S.*\n$/);
    expect(stdout).not.toContain("new");
    expect(await machine.secretOf(url)).toBe("old");
  });
});

describe("no place", () => {
  it.each<[string, Variables]>([
    ["no home", { HOME: undefined }],
    [
      "no home and nothing else",
      { HOME: undefined, XDG_RUNTIME_DIR: undefined, XDG_STATE_HOME: undefined, TMPDIR: undefined },
    ],
    ["a home that is not there", { HOME: "/nonexistent/home", XDG_STATE_HOME: undefined }],
    // Not even root may write there.
    ["a home that is read-only", { HOME: "/proc/1", XDG_STATE_HOME: undefined }],
    ["a runtime directory that is read-only", { XDG_RUNTIME_DIR: "/proc/1" }],
    ["a runtime directory that is not there", { XDG_RUNTIME_DIR: "/nonexistent/run" }],
  ])("%s: the answer comes all the same", async (_name, variables) => {
    expect(await secret(variables)).toBe("right");
    expect(await secret(variables)).toBe("right");
  });

  it("a read-only home keeps no login, and it is said", async () => {
    const stdin = JSON.stringify({ ServerURL: url, Username: "me", Secret: "canary-71" });
    const { stdout, exitCode } = await machine.call("store", stdin, { HOME: "/proc/1", XDG_STATE_HOME: undefined });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^\S.* \([A-Z_]+\)\n {2}\S.*\n$/);
    expect(stdout).not.toContain("canary-71");
  });
});

describe("time", () => {
  /** As if it had been kept this much later, or earlier. */
  function shift(seconds: number): void {
    const lines = readFileSync(machine.entryFile(host), "utf8").split("\n");
    const [clock, from, until] = (lines[1] ?? "").split(" ");
    lines[1] = `${clock} ${Number(from) + seconds} ${Number(until) + seconds}`;
    writeFileSync(machine.entryFile(host), lines.join("\n"));
  }

  it.each([
    ["went back behind the answer", 3_600],
    ["went on past its end", -61],
  ])("a clock that %s: it is asked again", async (_name, seconds) => {
    await secret();
    shift(seconds);
    const before = asked();
    expect(await secret()).toBe("right");
    expect(asked()).toBe(before + 1);
  });
});

describe("a server that hangs", () => {
  it.each<[string, string, Variables]>([
    ["get", url, {}],
    ["get", url, { SCALR_OCI_NO_CACHE: "1" }],
  ])("%s of %s with %j ends within 10 seconds with one clear line and what to do", async (action, input, variables) => {
    machine.api.intercept(/./, () => "hang");
    const result = await machine.call(action, input, { ...machine.inRun, ...variables });
    expect(result.durationMs).toBeLessThan(hungMs);
    expect([result.exitCode, result.stderr]).toEqual([1, ""]);
    const [cause, remedy, ...rest] = result.stdout.split("\n");
    expect(cause).toBe(
      `management api at ${machine.api.hostname} cannot be reached, it does not answer in time (API_UNREACHABLE)`,
    );
    expect(remedy).toMatch(/^ {2}\S/);
    expect(rest).toEqual([""]);
  });
});
