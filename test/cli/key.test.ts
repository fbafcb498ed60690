// `scalr-oci key rotate`: another key opens the data from now on, the old one no longer, and a running server goes on.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createManagementClient } from "../../src/api/client.ts";
import { Secret } from "../../src/base/secret.ts";
import { type ManagementServer, startManagementServer } from "../../src/server/management-server.ts";
import { runScalrOci } from "../support/cli.ts";
import { rejectionOf } from "../support/thrown.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const oldKey = "ab".repeat(32);

describe("scalr-oci key rotate", () => {
  let workspace: Workspace;
  let data: string;
  let oldFile: string;
  let newFile: string;
  let server: ManagementServer | undefined;
  beforeEach(() => {
    workspace = createWorkspace();
    data = workspace.path("data");
    oldFile = workspace.write("old.key", `${oldKey}\n`, 0o600);
    newFile = workspace.path("keys", "new.key");
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    workspace.remove();
  });
  const startWith = async (keyFile: string) => {
    const environment = workspace.environment();
    server = await startManagementServer({
      dataDirectory: data,
      keyFile,
      environment,
      allowedRegistryCidrs: ["127.0.0.0/8"],
    });
    return server;
  };
  const stop = async () => {
    await server?.close();
    server = undefined;
  };
  const rotate = (...args: string[]) =>
    runScalrOci(["key", "rotate", "--data", data, "--key-file", oldFile, "--new-key-file", newFile, ...args], {
      environment: workspace.environment(),
      directory: workspace.directory,
    });
  const createIntegration = async ({ hostname, adminToken, certificatePem }: ManagementServer, registryUrl: string) => {
    const environment = { SSL_CERT_FILE: workspace.write("trust.pem", certificatePem) };
    await using client = createManagementClient({ hostname, token: adminToken, environment });
    return await client.integrations.create({
      name: registryUrl.replace(/\W/g, "-"),
      registryUrl,
      username: "bot",
      password: new Secret("c0rrect horse"),
      exportCredentials: true,
    });
  };
  const readPasswords = async ({ hostname, adminToken, certificatePem }: ManagementServer) => {
    const environment = { SSL_CERT_FILE: workspace.write("trust.pem", certificatePem) };
    await using admin = createManagementClient({ hostname, token: adminToken, environment });
    const { token } = await admin.runTokens.create();
    await using run = createManagementClient({ hostname, token, environment });
    const { auths } = await run.dockerConfig();
    return Object.values(auths).map(({ auth }) => Buffer.from(auth, "base64").toString());
  };

  it("makes the new key, and a server that runs meanwhile goes on until its next start", async () => {
    const running = await startWith(oldFile);
    await createIntegration(running, "https://127.0.0.1:1");
    const { exitCode, stdout, stderr } = await rotate("--json");
    expect(exitCode).toBe(0);
    const { from, to, keyFile } = JSON.parse(stdout) as Record<string, string>;
    expect([from, to]).toEqual([expect.stringMatching(/^key-/), expect.stringMatching(/^key-/)]);
    expect(to).not.toBe(from);
    expect(keyFile).toBe(newFile);
    expect(stderr).toContain(`--key-file ${newFile}`);
    expect(stdout + stderr).not.toContain(readFileSync(newFile, "utf8").trim());
    expect(statSync(newFile).mode & 0o077).toBe(0);

    await createIntegration(running, "https://127.0.0.1:2");
    expect(new Set(await readPasswords(running))).toEqual(new Set(["bot:c0rrect horse"]));
    await stop();

    expect(await rejectionOf(startWith(oldFile))).toMatchObject({ code: "KEY_WRONG" });
    expect(await readPasswords(await startWith(newFile))).toHaveLength(2);
  });

  it("done twice changes nothing the second time", async () => {
    await startWith(oldFile);
    await stop();
    await rotate();
    const again = await rotate();
    expect(again).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("is in use already: nothing was changed"),
    });
  });

  it("refuses with the wrong key, and leaves the data as it is", async () => {
    await startWith(oldFile);
    await stop();
    const other = workspace.write("other.key", "cd".repeat(32), 0o600);
    expect(await rotate("--key-file", other)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("KEY_WRONG"),
    });
    await startWith(oldFile);
  });

  it("refuses a new key in the data directory", async () => {
    await startWith(oldFile);
    await stop();
    const inside = workspace.path("data", "new.key");
    expect(await rotate("--new-key-file", inside)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("KEY_BESIDE_DATA"),
    });
    expect(existsSync(inside)).toBe(false);
  });

  it("refuses a directory that no server has used, and makes nothing there", async () => {
    expect(await rotate()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("has no database") });
    expect([existsSync(data), existsSync(newFile)]).toEqual([false, false]);
  });

  it("warns when others may read the new key", async () => {
    await startWith(oldFile);
    await stop();
    const open = workspace.write("open.key", "cd".repeat(32), 0o644);
    expect((await rotate("--new-key-file", open)).stderr).toContain(`chmod 600 ${open}`);
  });
});
