// Scalr's own Go client, unchanged, against our server: what the official provider is built on.
import { type RunningProcess, start } from "../../support/processes.ts";
import {
  registryLogin,
  startTestManagementServer,
  type TestManagementServer,
} from "../../support/management-server.ts";
import { realPart } from "../../support/real-parts.ts";

const sdk = await realPart("scalr-sdk");

interface Integration {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: { readonly account: { readonly id: string; readonly type: string } | null };
}

interface Reply {
  readonly integrations?: readonly Integration[];
  readonly error?: string;
  readonly errorType?: string;
}

sdk.describe("Scalr's Go client", () => {
  let server: TestManagementServer;
  let client: RunningProcess;
  let host: string;

  beforeAll(async () => {
    server = await startTestManagementServer();
    host = await server.startRegistry();
  });
  afterAll(async () => server.close());
  beforeEach(() => {
    client = startClient(server.adminToken.reveal());
  });
  afterEach(async () => {
    await client.stop();
    for (const { id } of (await askOnce({ operation: "list" })).integrations ?? [])
      await askOnce({ operation: "delete", id });
  });

  function startClient(token: string): RunningProcess {
    const environment = { SCALR_HOSTNAME: server.hostname, SCALR_TOKEN: token, SSL_CERT_FILE: server.trustFile };
    return start(sdk.path, [], { environment, keepStdinOpen: true });
  }

  async function ask(request: object, from: RunningProcess = client): Promise<Reply> {
    const before = from.stdout().length;
    from.child.stdin?.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const text = from.stdout().slice(before);
      if (text.includes("\n")) return JSON.parse(text) as Reply;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async function askOnce(request: object): Promise<Reply> {
    await using one = startClient(server.adminToken.reveal());
    return await ask(request, one);
  }

  const attributes = (more: object = {}) => ({
    name: "modules",
    "registry-url": host,
    ...registryLogin,
    "export-credentials": false,
    ...more,
  });
  const create = async (more: object = {}) => ask({ operation: "create", attributes: attributes(more) });

  it("creates, reads, lists, changes and deletes", async () => {
    const created = await create();
    const [integration] = created.integrations ?? [];
    expect(created.error).toBeUndefined();
    expect(integration).toMatchObject({
      id: expect.stringMatching(/^[a-z]+(-[a-z]+)*-[a-zA-Z0-9]+$/),
      type: "docker-integrations",
      attributes: {
        name: "modules",
        "registry-url": `https://${host}`,
        username: registryLogin.username,
        password: null,
        "export-credentials": false,
        status: "active",
        "error-message": null,
      },
      relationships: { account: { type: "accounts", id: expect.stringMatching(/^acc-/) } },
    });
    const id = integration?.id ?? "";
    expect((await ask({ operation: "read", id })).integrations).toEqual([integration]);
    expect((await ask({ operation: "list" })).integrations).toEqual([integration]);
    const renamed = await ask({ operation: "update", id, attributes: { name: "other" } });
    expect(renamed.integrations?.[0]?.attributes).toMatchObject({ name: "other", status: "active" });
    expect(await ask({ operation: "delete", id })).toEqual({});
    expect(await ask({ operation: "read", id })).toMatchObject({ errorType: "not found" });
    expect(await ask({ operation: "delete", id })).toMatchObject({ errorType: "not found" });
  });

  it("reads all pages, one of each", async () => {
    const hosts = await Promise.all(Array.from({ length: 5 }, () => server.startRegistry()));
    for (const [index, url] of hosts.entries()) await create({ name: `n${index}`, "registry-url": url });
    const listed = await ask({ operation: "list", pageSize: 2, sort: ["-name"] });
    expect(listed.integrations?.map((one) => one.attributes["name"])).toEqual(["n4", "n3", "n2", "n1", "n0"]);
    const [found, ...rest] = (await ask({ operation: "list", name: "n3" })).integrations ?? [];
    expect([found?.attributes["name"], rest]).toEqual(["n3", []]);
    expect((await ask({ operation: "list", name: "n" })).integrations ?? []).toEqual([]);
  });

  it.each([
    ["nothing", {}],
    ["the same user name and password", registryLogin],
    ["its own name", { name: "modules" }],
  ])("may change %s", async (_, change) => {
    const [integration] = (await create()).integrations ?? [];
    const changed = await ask({ operation: "update", id: integration?.id, attributes: change });
    expect(changed.error).toBeUndefined();
    expect(changed.integrations).toEqual([integration]);
  });

  it("sees a refusal as one line that names the attribute", async () => {
    await create();
    const other = await create({ name: "other" });
    expect(other.errorType).toBe("unprocessable entity");
    expect(other.error).toContain("'modules'");
    expect(other.error).toContain("/data/attributes/registry-url");
    const wrong = await create({ name: "wrong", "registry-url": await server.startRegistry(), password: "no" });
    expect(wrong.errorType).toBe("unprocessable entity");
    expect(wrong.error).toContain("/data/attributes/password");
  });

  it.each(["username", "password"])("cannot take the %s away, and is told which it is", async (name) => {
    const [integration] = (await create()).integrations ?? [];
    const refused = await ask({ operation: "update", id: integration?.id, attributes: { [name]: null } });
    expect(refused.errorType).toBe("unprocessable entity");
    expect(refused.error).toContain(`(/data/attributes/${name})`);
  });

  it("keeps an integration as it was when a change is refused", async () => {
    const [integration] = (await create()).integrations ?? [];
    const change = { username: registryLogin.username, password: "wrong" };
    const refused = await ask({ operation: "update", id: integration?.id, attributes: change });
    expect(refused.errorType).toBe("unprocessable entity");
    expect((await ask({ operation: "read", id: integration?.id })).integrations).toEqual([integration]);
  });

  it("takes any text for an id", async () => {
    for (const id of ["int-nonexistent", "in-../x", "in x?y#z", "ü"]) {
      expect(await ask({ operation: "read", id })).toMatchObject({
        errorType: "not found",
        error: expect.stringContaining("not found or user unauthorized."),
      });
    }
  });

  it("is told that its token is wrong before anything else", async () => {
    await using stranger = startClient("wrong");
    expect(await ask({ operation: "create", attributes: {} }, stranger)).toMatchObject({ errorType: "unauthorized" });
  });
});
