import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Secret } from "../../../src/base/secret.ts";
import { createHelperSource, eraseFromHelper, storeInHelper } from "../../../src/credentials/helper-source.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { writeHelperProgram } from "../../support/helper-program.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const canary = "canary-77c1";
const notFound = "credentials not found in native keychain";
const soon = () => AbortSignal.timeout(5_000);

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

const environment = (variables: Record<string, string> = {}) =>
  workspace.environment({ path: [workspace.path("helpers")], variables });
const find = (host: string, variables: Record<string, string> = {}, name = "vault", signal = soon()) =>
  createHelperSource(name, environment(variables)).find(parseRegistryHost(host), signal);
const answers = (script: string) => void writeHelperProgram(workspace, "vault", script);
const login = (serverUrl: string) => ({ serverUrl, username: "robot", password: new Secret(canary) });

describe("another credential helper", () => {
  it.each([
    ["registry.test:5000", "registry.test:5000", ["registry.test:5000"]],
    ["registry.test", "https://registry.test", ["registry.test", "https://registry.test"]],
    ["docker.io", "https://index.docker.io/v1/", ["https://index.docker.io/v1/"]],
    ["registry-1.docker.io", "docker.io", ["https://index.docker.io/v1/", "docker.io"]],
    ["http://registry.test", "registry.test:80", ["registry.test:80"]],
  ])("asked for %s, finds what is kept as %s", async (host, kept, asked) => {
    const fake = writeHelperProgram(workspace, "vault");
    // As its own user would: with the text of another client.
    execFileSync(`${fake.directory}/docker-credential-vault`, ["store"], {
      input: `{"ServerURL":"${kept}","Username":"robot","Secret":"${canary}"}`,
    });
    const answer = await find(host);
    expect([answer?.username, answer?.password.reveal()]).toEqual(["robot", canary]);
    expect(
      fake
        .calls()
        .slice(1)
        .map((call) => call.split("|")[0]),
    ).toEqual(asked.map((url) => `get ${url}`));
  });

  it("is never asked for another host, whatever it keeps", async () => {
    const fake = writeHelperProgram(workspace, "vault");
    await storeInHelper("vault", parseRegistryHost("ghcr.io"), login("ghcr.io"), {
      environment: environment(),
      signal: soon(),
    });
    expect(fake.logins()).toEqual({ "ghcr.io": `robot:${canary}` });
    for (const host of ["ghcr.io.evil.test", "evilghcr.io", "ghcr.io:444", "http://ghcr.io"])
      expect([host, await find(host)]).toEqual([host, undefined]);
  });

  it.each([
    ["that says so", `echo '${notFound}'; exit 1`],
    ["with a blank line", `printf '\\n${notFound}\\n\\n'; exit 1`],
    ["in an empty answer", `echo '{"ServerURL":"x","Username":"","Secret":""}'; exit 0`],
    ["in an object without fields", "echo '{}'; exit 0"],
  ])("has none, %s", async (_name, script) => {
    answers(script);
    expect(await find("registry.test")).toBeUndefined();
  });

  it.each([
    ["lower-case keys, others beside them", `{"username":"u","secret":"s","x":1}`],
    ["another server URL", `{"ServerURL":"other","Username":"u","Secret":"s"}`],
    ["a line's end", `\\n {"Username":"u","Secret":"s"}\\n\\n`],
  ])("may answer with %s", async (_name, text) => {
    answers(`printf '${text}'; exit 0`);
    expect(await find("registry.test")).toMatchObject({ username: "u" });
  });

  it("may make noise on stderr, ignore its input, and leave a child that holds stdout", async () => {
    answers(`echo noise >&2; sleep 30 & echo '{"Username":"u","Secret":"s"}'; exit 0`);
    const startedAt = performance.now();
    expect(await find("registry.test")).toMatchObject({ username: "u" });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it.each([
    ["text before the document", "echo hello; echo '{}'; exit 0", "its answer is no JSON object"],
    ["text behind it", `echo '{"Username":"u","Secret":"s"} bye'; exit 0`, "its answer is no JSON object"],
    ["nothing", "exit 0", "its answer is no JSON object"],
    ["a list", "echo '[]'; exit 0", "its answer is no JSON object"],
    ["numbers", `echo '{"Username":1,"Secret":2}'; exit 0`, "its answer is no JSON object"],
    [
      "its own words",
      "echo 'the vault is sealed.'; echo 'more'; exit 3",
      "the helper vault fails: the vault is sealed",
    ],
    ["the words and one more", `echo '${notFound}: no such host'; exit 1`, `fails: ${notFound}: no such host`],
    ["the words with exit code 0", `echo '${notFound}'; exit 0`, "its answer is no JSON object"],
    ["only stderr", "echo 'sealed' >&2; exit 3", "fails: exit code 3"],
    ["terminal escapes", "printf '\\033[31mred\\033[0m\\n'; exit 1", "fails: red"],
    ["a signal", "kill -9 $$", "fails: signal SIGKILL"],
    ["more than a megabyte", "head -c 2000000 /dev/zero; exit 0", "it does not stop printing"],
  ])("that answers with %s fails", async (_name, script, message) => {
    answers(script);
    const error = await rejectionOf(find("registry.test"));
    expect(error).toMatchObject({ code: "HELPER_FAILED", message: expect.stringContaining(message) });
    expect(error.message).not.toContain("\u001b");
  });

  it("that hangs is killed when the time is over, and that is a failure for a while", async () => {
    answers("exec sleep 60");
    const startedAt = performance.now();
    const error = await rejectionOf(find("registry.test", {}, "vault", AbortSignal.timeout(300)));
    expect(error).toMatchObject({ code: "HELPER_LATE", kind: "transient" });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    const source = createHelperSource("vault", environment());
    expect(source.failureValidity?.(parseRegistryHost("registry.test")).repeatableForMs).toBe(10_000);
  });

  it("an answer of it is never repeated: what it depends on is not known", () => {
    answers("");
    expect(
      createHelperSource("vault", environment()).validity(parseRegistryHost("registry.test")).repeatableForMs,
    ).toBe(0);
  });

  it("that is not there is named, with the next step", async () => {
    expect(await rejectionOf(find("registry.test", {}, "absent"))).toMatchObject({
      code: "HELPER_NOT_RUNNABLE",
      message: "docker-credential-absent is not on PATH",
      hint: expect.stringContaining("install docker-credential-absent"),
    });
  });

  it("without an interpreter, or found through a relative entry of PATH, is not run", async () => {
    workspace.write("helpers/docker-credential-broken", "#!/nonexistent/sh\n", 0o755);
    expect((await rejectionOf(find("registry.test", {}, "broken"))).message).toContain("/nonexistent/sh");
    const relative = createHelperSource("broken", { PATH: "." }).find(parseRegistryHost("registry.test"), soon());
    expect((await rejectionOf(relative)).code).toBe("HELPER_NOT_RUNNABLE");
  });

  it("that waits for this very answer is not asked again", async () => {
    const fake = writeHelperProgram(workspace, "vault");
    expect(await rejectionOf(find("registry.test", { SCALR_OCI_DELEGATED: "other vault" }))).toMatchObject({
      code: "HELPER_ASKS_ITSELF",
    });
    expect(fake.calls()).toEqual([]);
    await find("registry.test:5000", { SCALR_OCI_DELEGATED: "other" });
    expect(fake.calls()[0]).toBe("get registry.test:5000|other vault|");
  });

  it("an identity token of Azure goes out under the null user name, any other as what it is", async () => {
    answers(`echo '{"Username":"<token>","Secret":"refresh"}'; exit 0`);
    expect((await find("acme.azurecr.io"))?.username).toBe("00000000-0000-0000-0000-000000000000");
    expect((await find("acme.azurecr.io.evil.test"))?.username).toBe("<token>");
  });

  it("keeps and forgets: under the spelling that is asked for first, and under all of them", async () => {
    const fake = writeHelperProgram(workspace, "vault");
    const circumstances = { environment: environment(), signal: soon() };
    const hub = parseRegistryHost("docker.io");
    await storeInHelper("vault", hub, login("docker.io"), circumstances);
    expect(Object.keys(fake.logins())).toEqual(["https://index.docker.io/v1/"]);
    await eraseFromHelper("vault", hub, circumstances);
    await eraseFromHelper("vault", hub, circumstances);
    expect(fake.logins()).toEqual({});
  });

  it("that does not keep a login says why, and the password is not repeated", async () => {
    answers("echo 'no space'; exit 1");
    const stored = storeInHelper("vault", parseRegistryHost("ghcr.io"), login("ghcr.io"), {
      environment: environment(),
      signal: soon(),
    });
    const error = await rejectionOf(stored);
    expect(error).toMatchObject({ code: "HELPER_FAILED", message: "the helper vault fails: no space" });
    expect(JSON.stringify(error)).not.toContain(canary);
  });

  it("gets no secret in its arguments", async () => {
    const seen = workspace.path("arguments");
    answers(`tr '\\0' ' ' </proc/$$/cmdline >>${seen}`);
    await storeInHelper("vault", parseRegistryHost("ghcr.io"), login("ghcr.io"), {
      environment: environment(),
      signal: soon(),
    });
    if (process.platform !== "linux") return;
    expect(readFileSync(seen, "utf8")).toContain("docker-credential-vault store");
    expect(readFileSync(seen, "utf8")).not.toContain(canary);
  });
});
