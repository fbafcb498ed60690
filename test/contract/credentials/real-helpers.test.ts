// Docker's own credential helpers as they come from Debian: docker-credential-pass with a real password store as a rule's helper,
// docker-credential-secretservice with a real session bus and keyring as the keychain.
import { mkdirSync, readFileSync } from "node:fs";
import { Secret } from "../../../src/base/secret.ts";
import { createCredentialChain } from "../../../src/credentials/chain.ts";
import { forgetLogin, keepLogin } from "../../../src/credentials/keep-login.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { type RunningProcess, run, runOk, start } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const canary = 'canary-41b9 "odd" \\ ü';
type Variables = Record<string, string | undefined>;

const vault = await realParts("docker-pass", "pass", "gpg");
const desktop = await realParts("docker-secretservice", "gnome-keyring", "dbus-daemon");

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

const keyOf = (text: string) => {
  const host = parseRegistryHost(text);
  return { key: host.credentialKey, host };
};
const keep = (text: string, variables: Variables, password = canary) =>
  keepLogin(keyOf(text), { serverUrl: text, username: "robot", password: new Secret(password) }, variables);
const passwordOf = async (text: string, environment: Variables) =>
  (await createCredentialChain({ environment }).find(parseRegistryHost(text)))?.password.reveal();

vault.describe("docker-credential-pass by a rule", () => {
  let environment: Record<string, string>;
  beforeEach(async () => {
    environment = workspace.environment({ variables: { GNUPGHOME: workspace.path("gpg") } });
    mkdirSync(workspace.path("gpg"), { mode: 0o700 });
    const key = ["--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "test@example.com", "default", "default"];
    await runOk(vault.paths.gpg, [...key, "never"], { environment });
    await runOk(vault.paths.pass, ["init", "test@example.com"], { environment });
    const hosts = { "registry.example.com:5000": { source: "helper", helper: "pass" } };
    workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts }));
  });
  // The agent serves the directory until it is told not to.
  afterEach(async () => void (await run("gpgconf", ["--kill", "gpg-agent"], { environment })));

  it("keeps, finds and forgets a login; for another host it is not asked, and it has none of its own", async () => {
    const host = "registry.example.com:5000";
    expect(await passwordOf(host, environment)).toBeUndefined();
    expect(await keep(host, environment)).toEqual({ kind: "helper", name: "pass" });
    expect(await passwordOf(host, environment)).toBe(canary);
    expect(await passwordOf(`https://${host}/v2/`, environment)).toBe(canary);
    for (const other of ["registry.example.com", "registry.example.com:5001", `x${host}`])
      expect([other, await passwordOf(other, environment)]).toEqual([other, undefined]);
    await forgetLogin(keyOf(host), environment);
    expect(await passwordOf(host, environment)).toBeUndefined();
  });

  it("finds what another client has stored as a URL", async () => {
    const login = { ServerURL: "https://registry.example.com:5000", Username: "robot", Secret: canary };
    await runOk(vault.paths["docker-pass"], ["store"], { environment, stdin: JSON.stringify(login) });
    expect(await passwordOf("registry.example.com:5000", environment)).toBe(canary);
  });
});

desktop.describe("docker-credential-secretservice as the keychain", () => {
  let bus: RunningProcess;
  let environment: Variables;
  beforeEach(async () => {
    const base = workspace.environment({ variables: { SCALR_OCI_KEYCHAIN: undefined } });
    const busOptions = ["--session", "--nofork", "--print-address=1"];
    bus = start(desktop.paths["dbus-daemon"], busOptions, { environment: base });
    const [address] = await bus.output(/^unix:\S+/m);
    environment = { ...base, DBUS_SESSION_BUS_ADDRESS: address };
  });
  afterEach(async () => await bus.stop());

  it("keeps, finds and forgets; the file has no password, and Docker's own login of the host is another", async () => {
    await using keyring = start(desktop.paths["gnome-keyring"], ["--unlock", "--components=secrets", "--foreground"], {
      environment,
      stdin: "the keyring's password",
    });
    expect(keyring.pid).toBeGreaterThan(0);
    const program = desktop.paths["docker-secretservice"];
    const docker = { ServerURL: "ghcr.io", Username: "docker", Secret: "docker's own" };
    await untilItWorks(() => runOk(program, ["store"], { environment, stdin: JSON.stringify(docker) }));
    expect(await passwordOf("ghcr.io", environment)).toBeUndefined();

    expect(await keep("ghcr.io", environment)).toEqual({ kind: "keychain", name: "secretservice" });
    expect(await keep("ghcr.io:5000", environment, "other")).toEqual({ kind: "keychain", name: "secretservice" });
    expect(readFileSync(workspace.path("home/.local/state/scalr-oci/logins/ghcr.io.json"), "utf8")).toBe(
      '{"serverUrl":"ghcr.io","username":"robot","keychain":"secretservice"}\n',
    );
    expect(await passwordOf("ghcr.io", environment)).toBe(canary);
    expect(await passwordOf("ghcr.io:5000", environment)).toBe("other");

    expect(await forgetLogin(keyOf("ghcr.io"), environment)).toMatchObject({ wasThere: true, remains: undefined });
    expect(await passwordOf("ghcr.io", environment)).toBeUndefined();
    const own = await runOk(program, ["get"], { environment, stdin: "ghcr.io" });
    expect(JSON.parse(own)).toMatchObject({ Username: "docker", Secret: "docker's own" });
  });

  it("on a bus without a keyring, or on none, gives way to the file at once", async () => {
    for (const variables of [
      environment,
      { ...environment, DBUS_SESSION_BUS_ADDRESS: undefined, DISPLAY: undefined },
    ]) {
      const startedAt = performance.now();
      expect(await keep("quay.io", { ...variables, XDG_DATA_DIRS: workspace.path("none") })).toMatchObject({
        kind: "file",
      });
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      expect(await passwordOf("quay.io", variables)).toBe(canary);
    }
  });
});

/** A keyring takes a moment to be on the bus. */
async function untilItWorks(action: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      await action();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
