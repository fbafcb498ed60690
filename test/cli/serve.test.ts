// `scalr-oci serve` as a program: starts without an option, says where everything is, ends when asked.
import { existsSync, readFileSync, statSync } from "node:fs";
import { runOk, type RunningProcess, start } from "../support/processes.ts";
import { createAuthority } from "../support/authority.ts";
import { runScalrOci } from "../support/cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const executable = new URL("../../src/bin/scalr-oci.ts", import.meta.url).pathname;
const started = /export SCALR_HOSTNAME=(\S+)/;

describe("scalr-oci serve", () => {
  let workspace: Workspace;
  const running: RunningProcess[] = [];
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    workspace.remove();
  });
  const serve = (args: readonly string[] = [], variables: Record<string, string> = {}) => {
    const server = start(process.execPath, [executable, "serve", ...args], {
      environment: workspace.environment({ variables }),
      directory: workspace.directory,
    });
    running.push(server);
    return server;
  };
  const fail = (args: readonly string[], variables: Record<string, string> = {}) =>
    runScalrOci(["serve", ...args], {
      environment: workspace.environment({ variables }),
      directory: workspace.directory,
    });

  it("needs no option but a free port, and keeps data, key and certificate where they belong", async () => {
    const server = serve(["--listen", "0"]);
    await server.output(started, 30_000);
    const data = workspace.path("home", ".local", "share", "scalr-oci");
    const key = workspace.path("home", ".config", "scalr-oci", "server-key");
    for (const path of [data, key]) expect(statSync(path).mode & 0o077).toBe(0);
    for (const file of ["admin-token", "cert.pem", "trust.pem", "scalr-oci.db"])
      expect(existsSync(`${data}/${file}`)).toBe(true);
    expect(server.stderr()).toContain(`first start: the admin token is in ${data}/admin-token`);
    expect(server.stderr()).toMatch(
      /a new key \(key-[0-9a-f]{16}\) is in \S+server-key; keep a copy of it apart from the data/,
    );
    const token = readFileSync(`${data}/admin-token`, "utf8").trim();
    expect(server.stdout() + server.stderr()).not.toContain(token);
    expect(server.stdout() + server.stderr()).not.toContain(readFileSync(key, "utf8").trim());
  });

  it("prints lines that a shell takes, with which the command line works at once", async () => {
    const server = serve(["--data", workspace.path("with space"), "--listen", "127.0.0.1:0"]);
    await server.output(started, 30_000);
    const lines = workspace.write("lines.sh", server.stdout());
    const script = `. '${lines}'; exec ${process.execPath} ${executable} token list --json`;
    const listed = await runOk("sh", ["-c", script], { environment: workspace.environment() });
    expect(JSON.parse(listed)).toEqual([expect.objectContaining({ role: "admin", name: "first admin token" })]);
    expect(server.stdout()).toContain("scalr-oci exec -- tofu init");
  });

  it("says nothing twice: a second start has nothing new", async () => {
    const first = serve(["--listen", "0"]);
    await first.output(started, 30_000);
    await first.stop();
    const second = serve(["--listen", "0"]);
    await second.output(started, 30_000);
    expect(second.stderr()).toMatch(/^management API on \S+, data in \S+\n$/);
  });

  it("says when clients need its new certificate", async () => {
    const first = serve(["--listen", "0"]);
    await first.output(started, 30_000);
    await first.stop();
    const second = serve(["--listen", "0", "--tls-name", "api.example"]);
    await second.output(started, 30_000);
    expect(first.stderr()).not.toContain("certificate");
    expect(second.stderr()).toContain("a new certificate is in");
  });

  it("tells a script the same as one JSON object", async () => {
    const server = serve(["--json", "--data", "data", "--listen", "0"], {});
    const [line] = await server.output(/^\{.*\}$/m, 30_000);
    const report = JSON.parse(line) as Record<string, string>;
    expect(report).toEqual({
      url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      hostname: report["url"]?.slice("https://".length),
      dataDirectory: expect.stringMatching(/\/data$/),
      adminTokenFile: `${report["dataDirectory"]}/admin-token`,
      trustFile: `${report["dataDirectory"]}/trust.pem`,
      certificateFile: `${report["dataDirectory"]}/cert.pem`,
      keyFingerprint: expect.stringMatching(/^key-/),
      keyFile: expect.stringMatching(/server-key$/),
    });
    expect(server.stdout()).toBe(`${line}\n`);
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "ends on %s with exit code 0 and a database that is whole",
    async (signal) => {
      const data = workspace.path("data");
      const server = serve(["--listen", "0", "--data", data]);
      await server.output(started, 30_000);
      server.child.kill(signal);
      expect(await server.ended).toEqual({ exitCode: 0, signal: null });
      expect(server.stderr()).toContain("stopping");
      expect(existsSync(`${data}/scalr-oci.db-wal`)).toBe(false);
    },
  );

  it("warns of a key that others may read", async () => {
    const keyFile = workspace.write("key", "ab".repeat(32), 0o644);
    const server = serve(["--listen", "0", "--key-file", keyFile]);
    await server.output(started, 30_000);
    expect(server.stderr()).toContain(`warning: others may read the key; run chmod 600 ${keyFile}`);
    expect(existsSync(workspace.path("home", ".config", "scalr-oci"))).toBe(false);
  });

  it("logs requests when asked, without what they hold", async () => {
    const server = serve(["--listen", "0", "--log-level", "info"]);
    const [, hostname] = await server.output(started, 30_000);
    const curl = ["-s", "--cacert", workspace.path("home", ".local", "share", "scalr-oci", "cert.pem")];
    const url = `https://${hostname}/api/iacp/v3/integrations/docker?secret=hunter2`;
    await runOk("curl", [...curl, "-H", "Authorization: Bearer hunter3", url], {
      environment: workspace.environment(),
    });
    await server.output(/"route":"\/api\/iacp\/v3\/integrations\/docker"/);
    expect(server.stderr()).toMatch(/"method":"GET","route":"\S+","status":401/);
    expect(server.stderr()).not.toMatch(/hunter/);
  });

  it("uses a certificate that it is given, and prints no trust line then", async () => {
    using authority = createAuthority();
    const { certificateFile, privateKeyFile } = authority.issue(["localhost", "127.0.0.1"]);
    const server = serve(["--listen", "localhost:0", "--tls-cert", certificateFile, "--tls-key", privateKeyFile]);
    const [, hostname] = await server.output(started, 30_000);
    expect(server.stdout()).not.toContain("SSL_CERT_FILE");
    const curl = ["-s", "--cacert", authority.certificateFile, `https://${hostname}/.well-known/terraform.json`];
    expect(JSON.parse(await runOk("curl", curl, { environment: workspace.environment() }))).toEqual({
      "iacp.v3": "/api/iacp/v3/",
    });
  });

  it.each([
    [["--listen", "nonsense"], "listen address is not valid, got nonsense, expected HOST:PORT"],
    [["--tls", "off", "--listen", "0.0.0.0:0"], "without TLS the server listens on loopback only"],
    [["--tls", "maybe"], "--tls is not valid, expected self or off"],
    [["--tls-cert", "x.pem"], "expected both --tls-cert and --tls-key"],
    [["--tls-cert", "x.pem", "--tls-key", "y.pem"], "file of --tls-cert cannot be read"],
    [["--tls", "self", "--tls-cert", "x.pem", "--tls-key", "y.pem"], "--tls is given beside a certificate"],
    [["--key-file", "none.key"], "key file cannot be read"],
    [["--allow-registry-cidr", "10.0.0.0"], "network is not valid, got 10.0.0.0, expected ADDRESS/BITS"],
    [["--log-level", "loud"], "log level is not valid"],
    [["--data", "/dev/null/data"], "data directory cannot be used, got ENOTDIR, expected one that may be written to"],
  ])("refuses %j with exit code 2", async (args, message) => {
    const result = await fail(["--listen", "0", ...args]);
    expect({ code: result.exitCode, stdout: result.stdout }).toEqual({ code: 2, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  it("names the key that is needed when it has another, or none", async () => {
    const first = serve(["--listen", "0"], { SCALR_OCI_KEY: "ab".repeat(32) });
    await first.output(started, 30_000);
    await first.stop();
    const wrong = await fail(["--listen", "0"], { SCALR_OCI_KEY: "cd".repeat(32) });
    const missing = await fail(["--listen", "0"]);
    expect([wrong.exitCode, missing.exitCode]).toEqual([2, 2]);
    const fingerprint = /expected (key-[0-9a-f]{16})/.exec(wrong.stderr)?.[1] ?? "none";
    expect(wrong.stderr).toContain(`give the key with the fingerprint ${fingerprint} by --key-file or SCALR_OCI_KEY`);
    expect(missing.stderr).toContain(`expected the one with the fingerprint ${fingerprint}`);
  });
});
