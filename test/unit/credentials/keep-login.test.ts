import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { Secret } from "../../../src/base/secret.ts";
import { createCredentialChain } from "../../../src/credentials/chain.ts";
import { forgetLogin, keepLogin } from "../../../src/credentials/keep-login.ts";
import { findKeychain } from "../../../src/credentials/keychain.ts";
import { createLocalStore } from "../../../src/credentials/local-store.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { type HelperProgramFake, writeHelperProgram } from "../../support/helper-program.ts";
import { rejectionOf, thrownBy } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const canary = "canary-5d0e";
const bus = "unix:path=/nonexistent/bus";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

const environment = (variables: Record<string, string | undefined> = {}) =>
  workspace.environment({
    path: [workspace.path("helpers")],
    variables: { SCALR_OCI_KEYCHAIN: undefined, ...variables },
  });
/** With a keychain of this machine's kind, whatever that is: the variable names it. */
const withKeychain = (variables: Record<string, string | undefined> = {}) =>
  environment({ SCALR_OCI_KEYCHAIN: "secretservice", DBUS_SESSION_BUS_ADDRESS: bus, ...variables });
const keychain = (behaviour = "") => writeHelperProgram(workspace, "secretservice", behaviour);
const keyOf = (text: string) => {
  const host = parseRegistryHost(text);
  return { key: host.credentialKey, host };
};
const keep = (text: string, variables = withKeychain(), password = canary) =>
  keepLogin(keyOf(text), { serverUrl: text, username: "robot", password: new Secret(password) }, variables);
const passwordOf = async (text: string, variables = withKeychain()) =>
  (await createCredentialChain({ environment: variables }).find(parseRegistryHost(text)))?.password.reveal();
const stored = () => {
  const directory = workspace.path("home/.local/state/scalr-oci/logins");
  return readdirSync(directory)
    .map((file) => readFileSync(`${directory}/${file}`, "utf8"))
    .join("");
};
const configure = (hosts: object) => workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts }));

describe("the keychain of the desktop", () => {
  it("has the password when it opens; the file says so, and does not hold it", async () => {
    const fake = keychain();
    expect(await keep("ghcr.io")).toEqual({ kind: "keychain", name: "secretservice" });
    expect(stored()).toBe('{"serverUrl":"ghcr.io","username":"robot","keychain":"secretservice"}\n');
    expect(fake.logins()).toEqual({ "https://scalr-oci.invalid/ghcr.io": `robot:${canary}` });
    expect(await passwordOf("https://ghcr.io")).toBe(canary);
    expect(createLocalStore(environment()).list()).toMatchObject([{ serverUrl: "ghcr.io", username: "robot" }]);
  });

  it("keeps ours apart from Docker's own, and hosts apart from each other", async () => {
    const fake = keychain();
    await keep("ghcr.io");
    await keep("ghcr.io:5000", withKeychain(), "other");
    expect(Object.keys(fake.logins()).sort()).toEqual([
      "https://scalr-oci.invalid/ghcr.io",
      "https://scalr-oci.invalid/ghcr.io%3A5000",
    ]);
    expect([
      await passwordOf("ghcr.io:5000"),
      await passwordOf("ghcr.io:444"),
      await passwordOf("evilghcr.io"),
    ]).toEqual(["other", undefined, undefined]);
  });

  it("is asked for nothing that it was not given", async () => {
    const fake = keychain();
    expect(await passwordOf("ghcr.io")).toBeUndefined();
    await keep("quay.io", environment({ SCALR_OCI_KEYCHAIN: "off" }));
    expect(await passwordOf("quay.io")).toBe(canary);
    expect(fake.calls()).toEqual([]);
  });

  it("a login in a file is found as before, and goes into the keychain at the next login", async () => {
    const fake = keychain();
    await keep("ghcr.io", environment({ SCALR_OCI_KEYCHAIN: "off" }), "old");
    expect(await passwordOf("ghcr.io")).toBe("old");
    await keep("ghcr.io");
    expect(stored()).not.toContain("old");
    expect([await passwordOf("ghcr.io"), Object.keys(fake.logins()).length]).toEqual([canary, 1]);
  });

  it.each([
    ["hangs", "exec sleep 60", "it does not open within 1 s"],
    ["refuses", "echo 'Cannot autolaunch D-Bus without X11 $DISPLAY'; exit 1", "Cannot autolaunch D-Bus"],
    ["ends without a word", "exit 2", "exit code 2"],
  ])("that %s is done without: the login goes into a file for its owner alone", async (_name, behaviour, reason) => {
    keychain(behaviour);
    const startedAt = performance.now();
    const kept = await keep("ghcr.io");
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(kept).toMatchObject({ kind: "file", reason: expect.stringContaining(reason) });
    const file = workspace.path("home/.local/state/scalr-oci/logins/ghcr.io.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await passwordOf("ghcr.io")).toBe(canary);
  });

  it.each<[string, Record<string, string | undefined>, NodeJS.Platform, string | undefined]>([
    ["Linux with a session bus", { DBUS_SESSION_BUS_ADDRESS: bus }, "linux", "secretservice"],
    ["Linux without one", {}, "linux", undefined],
    ["a bus that would have to be started", { DBUS_SESSION_BUS_ADDRESS: "autolaunch:" }, "linux", undefined],
    ["switched off", { DBUS_SESSION_BUS_ADDRESS: bus, SCALR_OCI_KEYCHAIN: "off" }, "linux", undefined],
    ["another one is wanted", { SCALR_OCI_KEYCHAIN: "pass" }, "linux", "pass"],
    ["one without a program", { SCALR_OCI_KEYCHAIN: "wincred" }, "linux", undefined],
    ["macOS", {}, "darwin", "osxkeychain"],
    ["a system without", {}, "aix", undefined],
  ])("on %s", (_name, variables, platform, expected) => {
    for (const name of ["secretservice", "pass", "osxkeychain"]) writeHelperProgram(workspace, name);
    expect(findKeychain(environment(variables), platform)).toBe(expected);
  });

  it("the socket in the runtime directory is a session bus, and its address is given to the program", async () => {
    const fake = keychain();
    const socket = workspace.path("run/bus");
    const server = createServer().listen(socket);
    await new Promise((done) => server.once("listening", done));
    const variables = environment();
    expect(findKeychain(variables, "linux")).toBe("secretservice");
    await keep("ghcr.io", { ...variables, SCALR_OCI_KEYCHAIN: "secretservice" });
    server.close();
    expect(fake.calls()[0]?.split("|").at(-1)).toBe(`unix:path=${socket}`);
  });

  it("a value that names none is refused", () => {
    expect(thrownBy(() => findKeychain(environment({ SCALR_OCI_KEYCHAIN: "../x" })))).toMatchObject({
      code: "INVALID_ARGUMENT",
      path: "SCALR_OCI_KEYCHAIN",
    });
  });

  it.each<[string, string, Record<string, string | undefined>, string, string]>([
    ["refuses", "echo locked; exit 1", {}, "KEYCHAIN_FAILED", "the keychain (secretservice) does not open: locked"],
    [
      "has lost it",
      "echo 'credentials not found in native keychain'; exit 1",
      {},
      "STORED_LOGIN_INVALID",
      "not got the login",
    ],
    [
      "is switched off",
      "",
      { SCALR_OCI_KEYCHAIN: "off" },
      "KEYCHAIN_UNAVAILABLE",
      "SCALR_OCI_KEYCHAIN switches it off",
    ],
    ["has no bus any more", "", { DBUS_SESSION_BUS_ADDRESS: undefined }, "KEYCHAIN_UNAVAILABLE", "no session bus"],
    ["has no program any more", "", { PATH: "/nonexistent" }, "KEYCHAIN_UNAVAILABLE", "is not on PATH"],
  ])("that %s when it is asked: the cause, never not found", async (_name, behaviour, variables, code, message) => {
    keychain();
    await keep("ghcr.io");
    keychain(behaviour);
    const error = await rejectionOf(passwordOf("ghcr.io", withKeychain(variables)));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("an answer out of it is repeated for a minute, and not when it is switched off", async () => {
    keychain();
    await keep("ghcr.io");
    const [ghcr, quay] = ["ghcr.io", "quay.io"].map((text) => parseRegistryHost(text));
    const { validity, isRemote } = createLocalStore(withKeychain());
    if (ghcr === undefined || quay === undefined) throw new Error("two hosts");
    expect(validity(ghcr)).toMatchObject({
      repeatableForMs: 60_000,
      conditions: expect.arrayContaining([{ kind: "variable", name: "SCALR_OCI_KEYCHAIN", value: "secretservice" }]),
    });
    expect([isRemote(ghcr), isRemote(quay)]).toEqual([true, false]);
    expect(validity(quay).repeatableForMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("an older password does not stay in it unsaid when the new one goes into a file", async () => {
    const fake = keychain();
    await keep("ghcr.io");
    keychain('[ "$1" != store ] || exit 1');
    expect(await keep("ghcr.io", withKeychain(), "new")).toMatchObject({
      kind: "file",
      reason: "the keychain (secretservice) was not used: exit code 1",
    });
    expect([fake.logins(), await passwordOf("ghcr.io")]).toEqual([{}, "new"]);
    keychain();
    await keep("ghcr.io");
    expect(await keep("ghcr.io", withKeychain({ SCALR_OCI_KEYCHAIN: "off" }), "newer")).toEqual({
      kind: "file",
      reason: "an older password is still in the keychain (secretservice)",
    });
    expect(await passwordOf("ghcr.io")).toBe("newer");
  });

  it("forgets with the file; one that does not open is named", async () => {
    const fake = keychain();
    await keep("ghcr.io");
    expect(await forgetLogin(keyOf("ghcr.io"), withKeychain())).toEqual({ wasThere: true, remains: undefined });
    expect([fake.logins(), await passwordOf("ghcr.io")]).toEqual([{}, undefined]);
    await keep("ghcr.io");
    keychain("exit 1");
    expect(await forgetLogin(keyOf("ghcr.io"), withKeychain())).toEqual({
      wasThere: true,
      remains: expect.stringContaining("the password is still in it"),
    });
    expect(await passwordOf("ghcr.io")).toBeUndefined();
  });

  it("a file that names a program of its own is no login", async () => {
    const path = workspace.path("home/.local/state/scalr-oci/logins/ghcr.io.json");
    workspace.write(
      path.slice(workspace.directory.length + 1),
      '{"serverUrl":"x","username":"u","keychain":"../evil"}',
      0o600,
    );
    expect(await rejectionOf(passwordOf("ghcr.io"))).toMatchObject({ code: "STORED_LOGIN_INVALID" });
  });
});

describe("a rule", () => {
  let vault: HelperProgramFake;
  beforeEach(() => (vault = writeHelperProgram(workspace, "vault")));

  it("that names a helper has logins kept there, and forgotten there", async () => {
    configure({ "registry.test": { source: "helper", helper: "vault" } });
    expect(await keep("registry.test", environment())).toEqual({ kind: "helper", name: "vault" });
    expect(vault.logins()).toEqual({ "registry.test": `robot:${canary}` });
    expect(createLocalStore(environment()).list()).toEqual([]);
    expect(await passwordOf("registry.test", environment())).toBe(canary);
    expect(await forgetLogin(keyOf("registry.test"), environment())).toEqual({
      wasThere: false,
      helper: "vault",
      remains: undefined,
    });
    expect(vault.logins()).toEqual({});
  });

  it("for one host leaves the logins of others where they are", async () => {
    configure({ "registry.test": { source: "helper", helper: "vault" } });
    for (const host of ["registry.test:5000", "registry.test.evil.test", "xregistry.test"])
      expect(await keep(host, environment())).toMatchObject({ kind: "file" });
    expect(vault.calls()).toEqual([]);
  });

  it.each([
    [{ source: "none" }, "nowhere"],
    [{ sources: ["environment", "scalr"] }, "nowhere"],
    [{ sources: ["helper", "store"], helper: "vault" }, "helper"],
    [{ sources: ["store", "helper"], helper: "vault" }, "file"],
    [{ source: "store" }, "file"],
  ])("%j: a login is kept in the first that keeps any: %s", async (rule, kind) => {
    configure({ "registry.test": rule });
    expect(await keep("registry.test", environment())).toMatchObject({ kind });
    expect(JSON.stringify([createLocalStore(environment()).list(), vault.logins()]).includes("robot")).toBe(
      kind !== "nowhere",
    );
  });

  it("that cannot be read stops a login, which would be in the wrong place, and no logout", async () => {
    await keep("registry.test", environment());
    workspace.write("home/.config/scalr-oci/config.json", "{");
    expect(await rejectionOf(keep("registry.test", environment()))).toMatchObject({ code: "RULES_INVALID" });
    expect(await forgetLogin(keyOf("registry.test"), environment())).toMatchObject({
      wasThere: true,
      remains: expect.stringContaining("holds no JSON"),
    });
  });

  it("says nothing about what only Docker itself understands", async () => {
    configure({ "docker.io": { source: "none" } });
    const key = "https://registry-1.docker.io/v1/access-token";
    const login = { serverUrl: key, username: "<token>", password: new Secret(canary) };
    expect(await keepLogin({ key, host: undefined }, login, environment())).toMatchObject({ kind: "file" });
  });
});
