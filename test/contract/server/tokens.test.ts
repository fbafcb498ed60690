// Tokens: who may do what, how long, and what a run reads with its own.
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { testDue } from "../../../src/server/integrations/background-tests.ts";
import { basicRegistry, type RegistryDouble, startRegistryDouble } from "./support/registry-double.ts";
import {
  deadRegistryUrl,
  integrationsUrl,
  openTestApp,
  type Reply,
  tablesOf,
  type TestApp,
} from "./support/test-app.ts";

const runTokens = "/api/oci/v1/run-tokens";
const accessTokens = "/api/oci/v1/access-tokens";
const dockerConfig = "/api/oci/v1/docker-config";
const credential = (host: string) => `/api/oci/v1/credentials/${host}`;
const runTokenBody = (attributes: Record<string, unknown>) => ({ data: { type: "run-tokens", attributes } });

const codeOf = (reply: Reply) => (reply.json?.errors?.[0]?.code as string | undefined) ?? reply.status;

async function auditOf(app: TestApp) {
  return tablesOf(app).selectFrom("audit_events").selectAll().orderBy("id").execute();
}

describe("tokens", () => {
  let clock: FakeClock;
  let app: TestApp;
  beforeEach(async () => {
    clock = fakeClock();
    app = await openTestApp({ clock });
  });
  afterEach(() => app.close());

  describe("grant what their role says", () => {
    const body = runTokenBody({});
    const accessBody = { data: { type: "access-tokens", attributes: { role: "mint" } } };
    const requests = [
      ["list integrations", "GET", integrationsUrl, {}],
      ["read an integration", "GET", `${integrationsUrl}/in-none`, {}],
      ["mint a run token", "POST", runTokens, { body }],
      ["list access tokens", "GET", accessTokens, {}],
      ["make an access token", "POST", accessTokens, { body: accessBody }],
      ["revoke an access token", "DELETE", `${accessTokens}/at-none`, {}],
      ["read the docker config", "GET", dockerConfig, {}],
      ["read a credential", "GET", credential("ghcr.io"), {}],
    ] as const;
    const none = "INTEGRATION_NOT_FOUND";
    it.each([
      ["admin", [200, none, 201, 200, 201, "TOKEN_NOT_FOUND", "RIGHT_MISSING", "RIGHT_MISSING"]],
      [
        "manage",
        [
          200,
          none,
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
        ],
      ],
      [
        "mint",
        [
          "RIGHT_MISSING",
          none,
          201,
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
        ],
      ],
      [
        "run",
        [
          "RIGHT_MISSING",
          none,
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          "RIGHT_MISSING",
          200,
          "CREDENTIAL_NOT_FOUND",
        ],
      ],
    ] as const)("%s", async (role, expected) => {
      const token = role === "run" ? await app.mint() : (await app.makeToken(role)).token;
      const replies: (string | number)[] = [];
      for (const [, method, url, options] of requests)
        replies.push(codeOf(await app.call(method, url, { ...options, token })));
      expect(replies).toEqual(expected);
    });

    it("and name the role that is needed", async () => {
      const { token } = await app.makeToken("manage");
      const reply = await app.call("POST", runTokens, { body, token });
      expect(reply).toMatchObject({ status: 403 });
      expect(reply.json.errors[0].detail).toMatch(
        /role manage, expected the permission run-tokens:create\nuse a token with the role admin or mint/,
      );
    });

    it("and say that credentials take a run token", async () => {
      const { token } = await app.makeToken("manage");
      const reply = await app.call("GET", dockerConfig, { token });
      expect(reply.json.errors[0].detail).toMatch(/credentials are read with a run token/);
    });

    it("and hide an integration that is there from a token that may not see it", async () => {
      const { id } = (await app.create({ "registry-url": deadRegistryUrl })).json.data;
      const { token } = await app.makeToken("mint");
      for (const method of ["GET", "DELETE"] as const) {
        expect(codeOf(await app.call(method, `${integrationsUrl}/${id}`, { token }))).toBe("INTEGRATION_NOT_FOUND");
      }
    });
  });

  describe("are refused", () => {
    it.each([
      ["missing", null, "TOKEN_INVALID"],
      ["of another kind", "hello", "TOKEN_INVALID"],
      ["with a typing error", "scalroci_at_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000", "TOKEN_INVALID"],
      ["empty", "", "TOKEN_INVALID"],
    ])("when %s", async (_what, token, code) => {
      const reply = await app.call("GET", integrationsUrl, { token });
      expect(reply).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
      expect(codeOf(reply)).toBe(code);
    });

    it.each(["Basic abc", "Bearer", "Bearer a b", "bearer  "])("in the header %j", async (authorization) => {
      const reply = await app.call("GET", integrationsUrl, { token: null, headers: { authorization } });
      expect(codeOf(reply)).toBe("TOKEN_INVALID");
    });

    it("when they have ended, saying when", async () => {
      const { token } = await app.makeToken("manage", new Date(clock.now() + 60_000).toISOString());
      expect((await app.call("GET", integrationsUrl, { token })).status).toBe(200);
      clock.advance(60_000);
      const reply = await app.call("GET", integrationsUrl, { token });
      expect(codeOf(reply)).toBe("TOKEN_EXPIRED");
      expect(reply.json.errors[0].detail).toContain("token ended at 2030-01-01T00:01:00.000Z");
    });

    it("when they are revoked, and with them the run tokens they minted", async () => {
      const minter = await app.makeToken("mint");
      const minted = await app.call("POST", runTokens, { body: runTokenBody({}), token: minter.token });
      const run = minted.json.data.attributes.token as string;
      expect((await app.call("GET", dockerConfig, { token: run })).status).toBe(200);
      expect((await app.call("DELETE", `${accessTokens}/${minter.id}`)).status).toBe(204);
      expect(codeOf(await app.call("POST", runTokens, { body: runTokenBody({}), token: minter.token }))).toBe(
        "TOKEN_REVOKED",
      );
      expect(codeOf(await app.call("GET", dockerConfig, { token: run }))).toBe("TOKEN_REVOKED");
    });
  });

  describe("for access", () => {
    it("are shown once and listed without themselves", async () => {
      const made = await app.makeToken("manage", "2031-01-01T00:00:00Z");
      const reply = await app.call("GET", accessTokens);
      expect(reply.text).not.toContain(made.token);
      expect(reply.json.data.find(({ id }: { id: string }) => id === made.id)).toEqual({
        type: "access-tokens",
        id: made.id,
        attributes: {
          role: "manage",
          name: null,
          "created-at": "2030-01-01T00:00:00.000Z",
          "expires-at": "2031-01-01T00:00:00.000Z",
          "last-used-at": null,
        },
      });
    });

    it("cannot begin when they are over", async () => {
      const body = {
        data: { type: "access-tokens", attributes: { role: "mint", "expires-at": "2029-01-01T00:00:00Z" } },
      };
      const reply = await app.call("POST", accessTokens, { body });
      expect(reply.json.errors[0]).toMatchObject({ status: "422", source: { pointer: "/data/attributes/expires-at" } });
    });

    it("have one of three roles", async () => {
      const body = { data: { type: "access-tokens", attributes: { role: "root" } } };
      const reply = await app.call("POST", accessTokens, { body });
      expect(reply.json.errors[0]).toMatchObject({ status: "422", source: { pointer: "/data/attributes/role" } });
      expect(reply.json.errors[0].detail).toContain("admin, manage, mint");
    });

    it("cannot lose the last admin", async () => {
      const [first] = (await app.call("GET", accessTokens)).json.data as { id: string }[];
      expect(codeOf(await app.call("DELETE", `${accessTokens}/${first?.id ?? ""}`))).toBe("LAST_ADMIN_TOKEN");
      await app.makeToken("admin");
      expect((await app.call("DELETE", `${accessTokens}/${first?.id ?? ""}`)).status).toBe(204);
    });

    it("cannot be revoked twice, nor can a run token by its id", async () => {
      const { id } = await app.makeToken("mint");
      const minted = await app.call("POST", runTokens, { body: runTokenBody({}) });
      await app.call("DELETE", `${accessTokens}/${id}`);
      expect(codeOf(await app.call("DELETE", `${accessTokens}/${id}`))).toBe("TOKEN_NOT_FOUND");
      expect(codeOf(await app.call("DELETE", `${accessTokens}/${minted.json.data.id}`))).toBe("TOKEN_NOT_FOUND");
    });

    it("remember their last use, to the minute", async () => {
      const { id, token } = await app.makeToken("manage");
      const lastUsed = async () => {
        const { data } = (await app.call("GET", accessTokens)).json;
        return data.find((entry: { id: string }) => entry.id === id).attributes["last-used-at"] as string;
      };
      await app.call("GET", integrationsUrl, { token });
      clock.advance(59_000);
      await app.call("GET", integrationsUrl, { token });
      expect(await lastUsed()).toBe("2030-01-01T00:00:00.000Z");
      clock.advance(1_000);
      await app.call("GET", integrationsUrl, { token });
      expect(await lastUsed()).toBe("2030-01-01T00:01:00.000Z");
    });
  });

  describe("for runs", () => {
    it.each([
      [{}, 3600],
      [{ "lifetime-seconds": 60 }, 60],
      [{ "lifetime-seconds": 86_400 }, 86_400],
    ])("with %j last %d seconds", async (attributes, seconds) => {
      const reply = await app.call("POST", runTokens, { body: runTokenBody(attributes) });
      expect(reply.status).toBe(201);
      const ends = Date.parse(reply.json.data.attributes["expires-at"] as string);
      expect(ends - clock.now()).toBe(seconds * 1000);
      clock.advance(seconds * 1000);
      expect(codeOf(await app.call("GET", dockerConfig, { token: reply.json.data.attributes.token as string }))).toBe(
        "TOKEN_EXPIRED",
      );
    });

    it.each([
      [{ "lifetime-seconds": 86_401 }, "/data/attributes/lifetime-seconds"],
      [{ "lifetime-seconds": 0 }, "/data/attributes/lifetime-seconds"],
      [{ "lifetime-seconds": 1.5 }, "/data/attributes/lifetime-seconds"],
      [{ hosts: [] }, "/data/attributes/hosts"],
      [{ hosts: ["ghcr.io", "a b"] }, "/data/attributes/hosts/1"],
      [{ hosts: ["u:p@ghcr.io"] }, "/data/attributes/hosts/0"],
    ])("with %j are refused", async (attributes, pointer) => {
      const reply = await app.call("POST", runTokens, { body: runTokenBody(attributes) });
      expect(reply.json.errors[0]).toMatchObject({ status: "422", source: { pointer } });
    });

    it("end themselves", async () => {
      const token = await app.mint();
      expect(await app.call("DELETE", `${runTokens}/current`, { token })).toMatchObject({ status: 204, text: "" });
      expect(codeOf(await app.call("GET", dockerConfig, { token }))).toBe("TOKEN_REVOKED");
      expect(codeOf(await app.call("DELETE", `${runTokens}/current`, { token }))).toBe("TOKEN_REVOKED");
    });
  });
});

describe("a run reads", () => {
  const password = "c0rrect horse";
  let authority: Authority;
  let one: RegistryDouble;
  let other: RegistryDouble;
  let clock: FakeClock;
  let app: TestApp;
  let hosts: [string, string];
  beforeEach(async () => {
    authority = createAuthority();
    one = await startRegistryDouble(authority.issue(), basicRegistry("bot", password));
    other = await startRegistryDouble(authority.issue(), basicRegistry("robot", password));
    clock = fakeClock();
    app = await openTestApp({ trust: authority.certificateFile, clock });
    hosts = [`localhost:${one.port}`, `localhost:${other.port}`];
    await app.create({ name: "one", "registry-url": hosts[0], password, "export-credentials": true });
    await app.create({
      name: "other",
      "registry-url": hosts[1],
      username: "robot",
      password,
      "export-credentials": true,
    });
  });
  afterEach(async () => {
    await app.close();
    await one.close();
    await other.close();
    authority.remove();
  });
  const auth = (username: string) => Buffer.from(`${username}:${password}`).toString("base64");

  it("the Docker auth configuration of all that is exported, as plain JSON", async () => {
    const reply = await app.call("GET", dockerConfig, { token: await app.mint() });
    expect(reply).toMatchObject({ status: 200, contentType: "application/json" });
    expect(reply.json).toEqual({ auths: { [hosts[0]]: { auth: auth("bot") }, [hosts[1]]: { auth: auth("robot") } } });
  });

  it("one credential by any spelling of its host", async () => {
    const token = await app.mint();
    for (const spelling of [hosts[0], hosts[0].toUpperCase(), encodeURIComponent(`https://${hosts[0]}/v2/`)]) {
      const reply = await app.call("GET", credential(spelling), { token });
      expect(reply.json).toEqual({
        data: { type: "registry-credentials", id: hosts[0], attributes: { username: "bot", password } },
      });
    }
  });

  it("only those of its hosts", async () => {
    const token = await app.mint({ hosts: [hosts[1].toUpperCase()] });
    expect((await app.call("GET", dockerConfig, { token })).json).toEqual({
      auths: { [hosts[1]]: { auth: auth("robot") } },
    });
    expect(codeOf(await app.call("GET", credential(hosts[0]), { token }))).toBe("CREDENTIAL_NOT_FOUND");
    expect((await app.call("GET", credential(hosts[1]), { token })).status).toBe(200);
  });

  it("nothing that is not exported", async () => {
    const { data } = (await app.call("GET", `${integrationsUrl}?filter[name]=one`)).json;
    await app.update(data[0].id as string, { "export-credentials": false });
    const token = await app.mint();
    expect(Object.keys((await app.call("GET", dockerConfig, { token })).json.auths)).toEqual([hosts[1]]);
    expect(codeOf(await app.call("GET", credential(hosts[0]), { token }))).toBe("CREDENTIAL_NOT_FOUND");
  });

  it.each(["ghcr.io", "localhost", "localhost:1"])("nothing for %s, which has no integration", async (host) => {
    const reply = await app.call("GET", credential(host), { token: await app.mint() });
    expect(reply).toMatchObject({ status: 404 });
    expect(reply.json.errors[0]).toMatchObject({ code: "CREDENTIAL_NOT_FOUND", detail: expect.stringContaining(host) });
  });

  it("that a host cannot be read, when it cannot", async () => {
    const reply = await app.call("GET", credential("a%20b"), { token: await app.mint() });
    expect(codeOf(reply)).toBe("INVALID_REGISTRY_HOST");
  });

  it("what an unreachable registry had, but not what a registry refuses", async () => {
    one.answerWith(() => ({ status: 500 }));
    const { data } = (await app.call("GET", `${integrationsUrl}?filter[name]=one`)).json;
    await app.update(data[0].id as string, { password });
    const token = await app.mint();
    expect((await app.call("GET", credential(hosts[0]), { token })).json.data.attributes.password).toBe(password);

    one.answerWith(basicRegistry("bot", "rotated elsewhere"));
    clock.advance(60_000);
    expect(await testDue(app.parts)).toBe(1);
    const refused = await app.call("GET", credential(hosts[0]), { token });
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.json.errors[0]).toMatchObject({
      code: "CREDENTIAL_REFUSED",
      detail: expect.stringContaining("refuses the login of the integration 'one'"),
    });
    expect(Object.keys((await app.call("GET", dockerConfig, { token })).json.auths)).toEqual([hosts[1]]);
    expect((await app.call("GET", `${integrationsUrl}/${data[0].id}`)).json.data.attributes).toMatchObject({
      status: "failed",
      "error-message": "the registry refuses the user name or password",
    });
  });

  it("and leaves an audit row for each, without any secret", async () => {
    const token = await app.mint();
    await app.call("GET", dockerConfig, { token });
    await app.call("GET", credential(hosts[0]), { token });
    await app.call("GET", credential("ghcr.io"), { token });
    const rows = await auditOf(app);
    const reads = rows.filter(({ action }) => action === "credential.read").map(({ host, outcome }) => [host, outcome]);
    expect(reads).toEqual([
      // The order of hosts, as texts; their ports are whatever was free.
      ...hosts.toSorted().map((host) => [host, "delivered"]),
      [hosts[0], "delivered"],
      ["ghcr.io", "not-found"],
    ]);
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["integration.create", "run-token.create"]),
    );
    expect(JSON.stringify(rows)).not.toContain(password);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("nothing when the audit row cannot be written", async () => {
    const token = await app.mint();
    await tablesOf(app).schema.dropTable("audit_events").execute();
    for (const url of [dockerConfig, credential(hosts[0])]) {
      const reply = await app.call("GET", url, { token });
      expect(reply.status).toBe(500);
      expect(reply.text).not.toContain(auth("bot"));
      expect(reply.text).not.toContain(password);
    }
  });
});
