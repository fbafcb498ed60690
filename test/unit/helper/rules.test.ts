// The helper where a configuration chooses sources by host: what clients see of it, call by call.
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { main } from "../../../src/helper/main.ts";
import { writeHelperProgram } from "../../support/helper-program.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const canary = "canary-9f02";
const notFound = { exitCode: 1, stdout: "credentials not found in native keychain\n" };

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

async function call(action: string, input: string, variables: Record<string, string> = {}, deadlineMs?: number) {
  const stdout = new PassThrough().setEncoding("utf8");
  const environment = workspace.environment({ path: [workspace.path("helpers")], variables });
  const stdin = Readable.from([Buffer.from(input)]);
  const exitCode = await main([action], { environment, stdin, stdout, deadlineMs });
  stdout.end();
  return { exitCode, stdout: (stdout.read() as string | null) ?? "" };
}

const configure = (hosts: object) => workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts }));
const store = (url: string, secret = canary) =>
  call("store", JSON.stringify({ ServerURL: url, Username: "robot", Secret: secret }));
const userOf = async (url: string, variables?: Record<string, string>) => {
  const { exitCode, stdout } = await call("get", url, variables);
  return exitCode === 0 ? (JSON.parse(stdout) as { Username: string }).Username : stdout.split("\n", 1)[0];
};
const variables = { SCALR_OCI_USERNAME_ghcr_io: "variable", SCALR_OCI_PASSWORD_ghcr_io: "pass" };

describe("get", () => {
  it("a change of the configuration counts at once, whatever was answered before", async () => {
    await store("ghcr.io");
    expect(await userOf("ghcr.io")).toBe("robot");
    configure({ "ghcr.io": { source: "none" } });
    expect(await call("get", "https://ghcr.io")).toEqual(notFound);
    configure({ "ghcr.io": { source: "store" } });
    expect(await userOf("https://ghcr.io")).toBe("robot");
    configure({ "ghcr.io": { sorce: "store" } });
    expect(await userOf("ghcr.io")).toContain('scalr-oci/config.json: hosts["ghcr.io"].sorce is not known');
    rmSync(workspace.path("home/.config/scalr-oci"), { recursive: true });
    expect(await userOf("ghcr.io")).toBe("robot");
  });

  it("repositories of one host are told apart where the client says them, and kept apart", async () => {
    await store("ghcr.io");
    configure({ "ghcr.io": { source: "environment" }, "ghcr.io/acme": { source: "store" } });
    for (let round = 0; round < 2; round++) {
      expect(await userOf("https://ghcr.io", variables)).toBe("variable");
      expect(await userOf("ghcr.io/acme/vpc", variables)).toBe("robot");
      expect(await userOf("https://ghcr.io/acmeevil/vpc", variables)).toBe("variable");
      expect(await userOf("https://ghcr.io/v2/", variables)).toBe("variable");
      expect(await userOf("ghcr.io:444/acme/vpc", variables)).toBe(notFound.stdout.trim());
    }
  });

  it("that variables answer is kept for the launcher, their login is not", async () => {
    const entry = () => readFileSync(workspace.path("run/scalr-oci/cache/ghcr.io"), "utf8").split("\n").slice(2);
    configure({ "ghcr.io": { sources: ["store", "environment"] } });
    expect(await userOf("ghcr.io", variables)).toBe("variable");
    expect(entry().slice(-2)).toEqual(["answer 2", ""]);
    expect(entry().join()).not.toMatch(/SCALR_OCI_USERNAME|SCALR_OCI_PASSWORD/);
    expect(await userOf("ghcr.io", { ...variables, SCALR_OCI_USERNAME_ghcr_io: "changed" })).toBe("changed");
    expect(await userOf("ghcr.io")).toBe(notFound.stdout.trim());
    expect(entry().slice(-3)).toEqual(["answer 1", notFound.stdout.trim(), ""]);
    expect(await userOf("ghcr.io", variables)).toBe("variable");
    await store("ghcr.io");
    expect(await userOf("ghcr.io", variables)).toBe("robot");
  });

  it("without a configuration the launcher needs no such entry", async () => {
    expect(await userOf("ghcr.io", variables)).toBe("variable");
    expect(existsSync(workspace.path("run/scalr-oci/cache/ghcr.io"))).toBe(false);
  });

  it("a helper of a rule is asked anew each time: what its answer depends on is not known", async () => {
    const fake = writeHelperProgram(workspace, "vault");
    configure({ "registry.test": { source: "helper", helper: "vault" } });
    await store("registry.test");
    expect([await userOf("registry.test"), await userOf("https://registry.test")]).toEqual(["robot", "robot"]);
    fake.logins();
    writeHelperProgram(workspace, "vault", `echo '{"Username":"changed","Secret":"s"}'; exit 0`);
    expect(await userOf("registry.test")).toBe("changed");
  });

  it("a helper that hangs is waited for once, not once for each of twenty repositories", async () => {
    writeHelperProgram(workspace, "vault", "exec sleep 60");
    configure({ "*.test": { source: "helper", helper: "vault" } });
    const startedAt = performance.now();
    for (let call_ = 0; call_ < 20; call_++) {
      const said = await call("get", `https://r${call_}.test`, {}, 700);
      expect(said.exitCode).toBe(1);
      expect(said.stdout).toMatch(
        /^the helper vault fails: it does not answer in time \(HELPER_LATE\)\n {2}run docker-/,
      );
    }
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it("its failure is the client's own message, and no secret is in it", async () => {
    writeHelperProgram(workspace, "vault", "echo 'the vault is sealed'; exit 1");
    configure({ "registry.test": { source: "helper", helper: "vault" } });
    expect(await call("get", "registry.test")).toEqual({
      exitCode: 1,
      stdout:
        "the helper vault fails: the vault is sealed (HELPER_FAILED)\n  run docker-credential-vault by hand to see why\n",
    });
    const { exitCode, stdout } = await store("registry.test");
    expect([exitCode, stdout.includes(canary)]).toEqual([1, false]);
  });
});

describe("store, erase and list", () => {
  it("of a host that a rule gives to nobody succeed in silence, and keep nothing", async () => {
    configure({ "quay.io": { source: "none" } });
    expect(await store("quay.io")).toEqual({ exitCode: 0, stdout: "" });
    expect(await call("list", "unused")).toEqual({ exitCode: 0, stdout: "{}\n" });
    expect(await call("erase", "quay.io")).toEqual({ exitCode: 0, stdout: "" });
    rmSync(workspace.path("home/.config/scalr-oci"), { recursive: true });
    expect(await call("get", "quay.io")).toEqual(notFound);
  });

  it.each([
    ["that refuses", "exit 1"],
    ["that hangs", "exec sleep 60"],
    ["that is not there", undefined],
  ])(
    "erase succeeds with a helper %s",
    async (_name, behaviour) => {
      if (behaviour !== undefined) writeHelperProgram(workspace, "vault", `[ "$1" != erase ] || ${behaviour}`);
      configure({ "registry.test": { source: "helper", helper: "vault" } });
      expect(await call("erase", "registry.test")).toEqual({ exitCode: 0, stdout: "" });
    },
    20_000,
  );

  it("erase succeeds with a configuration that cannot be read, and takes away what is here", async () => {
    await store("ghcr.io");
    configure({ "ghcr.io": {} });
    expect(await call("erase", "ghcr.io")).toEqual({ exitCode: 0, stdout: "" });
    rmSync(workspace.path("home/.config/scalr-oci"), { recursive: true });
    expect(await call("get", "ghcr.io")).toEqual(notFound);
  });

  it.each([
    ["that is wrong", () => void configure({ "ghcr.io": {} }), "RULES_INVALID"],
    ["that is no JSON", () => void workspace.write("home/.config/scalr-oci/config.json", "{"), "RULES_INVALID"],
    ["that others may write", () => chmodSync(configure({ "ghcr.io": { source: "store" } }), 0o666), "RULES_UNSAFE"],
  ])("store succeeds with a configuration %s: the login is there when that is mended", async (_name, spoil, code) => {
    spoil();
    expect(await store("ghcr.io")).toEqual({ exitCode: 0, stdout: "" });
    expect((await call("get", "ghcr.io")).stdout).toContain(`(${code})`);
    rmSync(workspace.path("home/.config/scalr-oci"), { recursive: true });
    expect(await userOf("ghcr.io")).toBe("robot");
  });

  it("list asks no helper and no keychain", async () => {
    const [vault, keychain] = [writeHelperProgram(workspace, "vault"), writeHelperProgram(workspace, "pass")];
    configure({ "registry.test": { source: "helper", helper: "vault" } });
    await store("ghcr.io");
    expect((await call("list", "", { SCALR_OCI_KEYCHAIN: "pass" })).stdout).toBe('{"ghcr.io":"robot"}\n');
    expect([vault.calls(), keychain.calls()]).toEqual([[], []]);
  });

  it("with a keychain: store, get, erase, and Docker's extra logins too", async () => {
    const keychain = writeHelperProgram(workspace, "pass");
    const on = { SCALR_OCI_KEYCHAIN: "pass" };
    for (const url of ["https://index.docker.io/v1/", "https://index.docker.io/v1/access-token"]) {
      const login = JSON.stringify({ ServerURL: url, Username: "robot", Secret: canary });
      expect(await call("store", login, on)).toEqual({ exitCode: 0, stdout: "" });
      expect((await call("get", url, on)).stdout).toContain(canary);
    }
    expect(Object.keys(keychain.logins())).toHaveLength(2);
    for (const url of ["docker.io", "https://index.docker.io/v1/access-token"]) await call("erase", url, on);
    expect(keychain.logins()).toEqual({});
    expect(await call("get", "docker.io", on)).toEqual(notFound);
  });
});
