// What a data directory holds and needs, from one start to the next.
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { createManagementClient } from "../../../src/api/client.ts";
import { Secret } from "../../../src/base/secret.ts";
import { type ManagementServer, startManagementServer } from "../../../src/server/management-server.ts";
import type { ServerOptions } from "../../../src/server/server-options.ts";
import { startServer } from "../../../src/server/start.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const key = "ab".repeat(32);

describe("a data directory", () => {
  let workspace: Workspace;
  let data: string;
  beforeEach(() => {
    workspace = createWorkspace();
    data = workspace.path("data");
  });
  afterEach(() => workspace.remove());

  const home = () => ({ HOME: workspace.path("home") });
  const start = (options: Partial<ServerOptions> = {}) =>
    startManagementServer({ dataDirectory: data, environment: home(), ...options });
  const clientOf = ({ hostname, certificatePem }: ManagementServer, token: Secret) => {
    const trust = workspace.write("trust.pem", certificatePem);
    return createManagementClient({ hostname, token, environment: { SSL_CERT_FILE: trust } });
  };

  it("is made for its owner only, with an admin token that works", async () => {
    const server = await start();
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(statSync(workspace.path("data", "admin-token")).mode & 0o777).toBe(0o600);
    expect(readFileSync(workspace.path("data", "admin-token"), "utf8")).toBe(`${server.adminToken.reveal()}\n`);
    expect(readFileSync(workspace.path("data", "cert.pem"), "utf8")).toBe(server.certificatePem);
    await using client = clientOf(server, server.adminToken);
    expect(await client.integrations.list()).toEqual([]);
    await server.close();
  });

  it("serves what it held, with the tokens it had, after a restart", async () => {
    const first = await start();
    await using firstClient = clientOf(first, first.adminToken);
    const made = await firstClient.integrations.create({
      name: "a",
      registryUrl: "https://registry.invalid",
      username: "u",
      password: new Secret("p"),
    });
    await first.close();
    const second = await start();
    expect(second.adminToken.reveal()).toBe(first.adminToken.reveal());
    expect(second.certificatePem).toBe(first.certificatePem);
    await using client = clientOf(second, second.adminToken);
    expect((await client.integrations.list()).map(({ id }) => id)).toEqual([made.id]);
    await second.close();
  });

  it("does not bring back an admin token that was taken away", async () => {
    await (await start()).close();
    rmSync(workspace.path("data", "admin-token"));
    const again = await startServer({ dataDirectory: data, environment: home() });
    expect(existsSync(workspace.path("data", "admin-token"))).toBe(false);
    expect(again.opened.firstStart.madeAdminToken).toBeUndefined();
    await again.close();
    expect(await rejectionOf(start())).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("opens nothing without its key: a copy asks for it by name", async () => {
    const server = await start();
    await server.close();
    const fingerprint = wrappingKeyOf(workspace.path("data", "scalr-oci.db"));
    cpSync(data, workspace.path("stolen"), { recursive: true });
    const thief = { dataDirectory: workspace.path("stolen"), environment: { HOME: workspace.path("elsewhere") } };
    const missing = await rejectionOf(start(thief));
    expect(missing).toMatchObject({ code: "KEY_MISSING" });
    expect(missing.message).toContain(fingerprint);
    const wrong = await rejectionOf(start({ ...thief, environment: { SCALR_OCI_KEY: key } }));
    expect(wrong).toMatchObject({ code: "KEY_WRONG" });
    expect(wrong.message).toContain(`expected ${fingerprint}`);
    expect(existsSync(workspace.path("elsewhere"))).toBe(false);
  });

  it("holds no key", async () => {
    const server = await start();
    await server.close();
    const made = readFileSync(workspace.path("home", ".config", "scalr-oci", "server-key"), "utf8").trim();
    const keyBytes = Buffer.from(made, "base64");
    for (const file of ["scalr-oci.db", "admin-token", "cert.pem", "cert-key.pem"]) {
      const bytes = readFileSync(workspace.path("data", file));
      expect([made, keyBytes, keyBytes.toString("hex")].filter((form) => bytes.includes(form))).toEqual([]);
    }
  });

  it("is left as it was by a start with a wrong key", async () => {
    await (await start({ environment: { SCALR_OCI_KEY: key } })).close();
    const before = readFileSync(workspace.path("data", "scalr-oci.db"));
    expect(await rejectionOf(start({ environment: { SCALR_OCI_KEY: "cd".repeat(32) } }))).toMatchObject({
      code: "KEY_WRONG",
    });
    expect(await rejectionOf(start({ environment: { SCALR_OCI_KEY: "too short" } }))).toMatchObject({
      code: "KEY_INVALID",
    });
    expect(readFileSync(workspace.path("data", "scalr-oci.db")).equals(before)).toBe(true);
    await (await start({ environment: { SCALR_OCI_KEY: key } })).close();
  });

  it("takes its key from a file, but not from within", async () => {
    const keyFile = workspace.write("key", key, 0o600);
    await (await start({ keyFile })).close();
    writeFileSync(workspace.path("data", "key"), key, { mode: 0o600 });
    expect(await rejectionOf(start({ keyFile: workspace.path("data", "key") }))).toMatchObject({
      code: "KEY_BESIDE_DATA",
    });
  });

  it("gets a new admin token when the first start died before it counted", async () => {
    workspace.write("data/admin-token", "scalroci_at_of_a_start_that_died\n", 0o600);
    const server = await start();
    await using client = clientOf(server, server.adminToken);
    expect(await client.integrations.list()).toEqual([]);
    await server.close();
  });

  it("is not needed: without one everything is in memory", async () => {
    const server = await startManagementServer({ environment: {} });
    await using client = clientOf(server, server.adminToken);
    expect(await client.integrations.list()).toEqual([]);
    await server.close();
  });

  it("is not touched for options that are wrong", async () => {
    expect(await rejectionOf(start({ allowedRegistryCidrs: ["nonsense"] }))).toMatchObject({
      path: "--allow-registry-cidr",
    });
    const environment = { ...home(), SSL_CERT_FILE: workspace.path("none.pem") };
    expect(await rejectionOf(start({ environment }))).toMatchObject({ path: "SSL_CERT_FILE" });
    expect(existsSync(data)).toBe(false);
  });
});

function wrappingKeyOf(path: string): string {
  const database = new DatabaseSync(path);
  const row = database.prepare("select wrapping_key_id as id from data_keys").get();
  database.close();
  return String(row?.["id"]);
}
