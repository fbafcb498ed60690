// The management client against our own server: what client and server say to each other is the same.
import { createManagementClient, type ManagementClient } from "../../../src/api/client.ts";
import { Secret } from "../../../src/base/secret.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import {
  registryLogin,
  startTestManagementServer,
  type TestManagementServer,
} from "../../support/management-server.ts";
import { rejectionOf } from "../../support/thrown.ts";

describe("client and server", () => {
  let server: TestManagementServer;
  let admin: ManagementClient;
  let host: string;
  const clients: ManagementClient[] = [];

  beforeAll(async () => {
    server = await startTestManagementServer();
    host = await server.startRegistry();
    admin = clientWith(server.adminToken);
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await server.close();
  });
  afterEach(async () => {
    for (const { id } of await admin.integrations.list()) await admin.integrations.delete(id);
  });

  function clientWith(token: Secret, tokenSource?: string): ManagementClient {
    const environment = { SSL_CERT_FILE: server.trustFile };
    const client = createManagementClient({ hostname: server.hostname, token, environment, tokenSource });
    clients.push(client);
    return client;
  }

  const login = { username: registryLogin.username, password: new Secret(registryLogin.password) };
  const wanted = (more: object = {}) => ({
    name: "modules",
    registryUrl: host,
    ...login,
    exportCredentials: true,
    ...more,
  });
  const runClient = async (hosts?: readonly string[]) =>
    clientWith((await admin.runTokens.create({ hosts })).token, "SCALR_OCI_TOKEN");

  it("agree on an integration's life", async () => {
    const created = await admin.integrations.create(wanted());
    expect(created).toMatchObject({
      name: "modules",
      registryUrl: `https://${host}`,
      status: "active",
      errorMessage: null,
    });
    expect(await admin.integrations.find({ host: parseRegistryHost(host) })).toEqual(created);
    expect(await admin.integrations.update(created.id, { exportCredentials: false })).toMatchObject({
      ...created,
      exportCredentials: false,
    });
    await admin.integrations.delete(created.id);
    expect(await admin.integrations.find({ name: "modules" })).toBeUndefined();
  });

  it("agree on what is refused, where, and what to do", async () => {
    const first = await admin.integrations.create(wanted());
    expect(await rejectionOf(admin.integrations.create(wanted({ name: "second" })))).toMatchObject({
      kind: "conflict",
      code: "HOST_TAKEN",
      hint: `change or import ${first.id} instead of adding another`,
    });
    const registryUrl = await server.startRegistry();
    expect(await rejectionOf(admin.integrations.create(wanted({ registryUrl })))).toMatchObject({ code: "NAME_TAKEN" });
    const refused = admin.integrations.update(first.id, { ...login, password: new Secret("wrong") });
    expect(await rejectionOf(refused)).toMatchObject({
      kind: "input",
      code: "REGISTRY_LOGIN_REFUSED",
      path: "/data/attributes/password",
    });
    expect(await rejectionOf(admin.integrations.update(first.id, { registryUrl }))).toMatchObject({
      code: "PASSWORD_NEEDED",
    });
    expect(await rejectionOf(admin.integrations.create(wanted({ name: "x".repeat(129) })))).toMatchObject({
      code: "INVALID_ATTRIBUTE",
      path: "/data/attributes/name",
    });
  });

  it("agree on a run: its token reads what is exported, of its hosts, until it is revoked", async () => {
    await admin.integrations.create(wanted());
    const run = await runClient();
    const { auths } = await run.dockerConfig();
    expect(Object.keys(auths)).toEqual([host]);
    expect(Buffer.from(auths[host]?.auth ?? "", "base64").toString()).toBe("bot:c0rrect horse");
    const credential = await run.credential(parseRegistryHost(host));
    expect([credential.username, credential.password.reveal()]).toEqual(["bot", "c0rrect horse"]);
    expect((await rejectionOf(run.credential(parseRegistryHost("ghcr.io")))).code).toBe("CREDENTIAL_NOT_FOUND");
    expect((await rejectionOf(run.runTokens.create())).code).toBe("RIGHT_MISSING");
    await run.runTokens.revokeCurrent();
    await run.runTokens.revokeCurrent();
    const error = await rejectionOf(run.dockerConfig());
    expect([error.code, error.message]).toEqual(["TOKEN_REVOKED", expect.stringContaining("SCALR_OCI_TOKEN")]);
  });

  it("agree on hosts and lifetime of a run token", async () => {
    await admin.integrations.create(wanted());
    const other = await runClient(["ghcr.io"]);
    expect(await other.dockerConfig()).toEqual({ auths: {} });
    const minted = await admin.runTokens.create({ hosts: ["https://GHCR.io/"], lifetimeSeconds: 60 });
    expect(minted.hosts).toEqual(["ghcr.io"]);
    expect(Math.abs(minted.expiresAtMs - Date.now() - 60_000)).toBeLessThan(10_000);
    expect(await rejectionOf(admin.runTokens.create({ lifetimeSeconds: 86_401 }))).toMatchObject({
      kind: "input",
      path: "/data/attributes/lifetime-seconds",
    });
  });

  it("agree on access tokens", async () => {
    const made = await admin.accessTokens.create({ role: "mint", name: "ci", expiresAt: "2090-01-01T00:00:00Z" });
    expect(made).toMatchObject({ role: "mint", name: "ci", expiresAt: "2090-01-01T00:00:00.000Z", lastUsedAt: null });
    const minter = clientWith(made.token);
    await minter.runTokens.create();
    expect((await rejectionOf(minter.integrations.list())).code).toBe("RIGHT_MISSING");
    const listed = await admin.accessTokens.list();
    expect(listed.map(({ role }) => role).toSorted()).toEqual(["admin", "mint"]);
    expect(JSON.stringify(listed)).not.toContain(made.token.reveal());
    await admin.accessTokens.revoke(made.id);
    expect((await rejectionOf(minter.runTokens.create())).code).toBe("TOKEN_REVOKED");
    expect((await rejectionOf(admin.accessTokens.revoke(made.id))).code).toBe("TOKEN_NOT_FOUND");
    const [last] = await admin.accessTokens.list();
    expect((await rejectionOf(admin.accessTokens.revoke(last?.id ?? ""))).code).toBe("LAST_ADMIN_TOKEN");
  });

  it("say whose token is wrong", async () => {
    const error = await rejectionOf(clientWith(new Secret("stranger"), "the provider block").integrations.list());
    expect(error).toMatchObject({ kind: "auth", code: "TOKEN_INVALID", source: "the provider block" });
    expect(error.message).toContain("the provider block");
  });
});
