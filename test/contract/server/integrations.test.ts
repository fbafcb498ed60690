// Creating and changing integrations: what is tested, what is refused and where the error points, what stays as it was.
import { sql } from "kysely";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { basicRegistry, registryHeaders, type RegistryDouble, startRegistryDouble } from "./support/registry-double.ts";
import { integrationsUrl, openTestApp, type Reply, tablesOf, type TestApp } from "./support/test-app.ts";

const password = "c0rrect horse";
const pointers = { url: "/data/attributes/registry-url", password: "/data/attributes/password" };

function expectRefusal(reply: Reply, code: string, pointer: string, ...texts: string[]): void {
  expect(reply.json.errors).toHaveLength(1);
  expect(reply.json.errors[0]).toMatchObject({ status: "422", code, source: { pointer } });
  for (const text of texts) expect(reply.json.errors[0].detail).toContain(text);
}

describe("integrations", () => {
  let authority: Authority;
  let registry: RegistryDouble;
  let app: TestApp;
  let host: string;
  beforeEach(async () => {
    authority = createAuthority();
    registry = await startRegistryDouble(authority.issue(), basicRegistry("bot", password));
    app = await openTestApp({ trust: authority.certificateFile });
    host = `localhost:${registry.port}`;
  });
  afterEach(async () => {
    await app.close();
    await registry.close();
    authority.remove();
  });

  const create = (attributes: Record<string, unknown> = {}) =>
    app.create({ "registry-url": host, password, ...attributes });
  const list = async () => (await app.call("GET", integrationsUrl)).json.data as unknown[];

  describe("created", () => {
    it("are active when the registry takes the login", async () => {
      const reply = await create();
      expect(reply.status).toBe(201);
      expect(reply.json.data.attributes).toMatchObject({ status: "active", "error-message": null, password: null });
    });

    it("have their URL in Scalr's normal form", async () => {
      const reply = await create({ "registry-url": `HTTPS://LocalHost:${registry.port}/some/path?x=1#y` });
      expect(reply.json.data.attributes["registry-url"]).toBe(`https://${host}`);
    });

    it.each([301, 302, 307, 308])("are refused for a URL that answers %d, naming where it points", async (status) => {
      registry.answerWith(() => ({ status, headers: { location: "https://registry.example.com/v2/" } }));
      const reply = await create();
      expectRefusal(
        reply,
        "REGISTRY_REDIRECTED",
        pointers.url,
        `got https://${host}`,
        "use https://registry.example.com",
      );
      expect(registry.requests).toEqual([{ path: "/v2/", authorization: undefined }]);
      expect(await list()).toEqual([]);
    });

    it("are refused for a redirect on the same host, or one that cannot be read", async () => {
      for (const location of ["/login", `https://${host}/v2`, "https://[", ""]) {
        registry.answerWith(() => ({ status: 302, headers: { location } }));
        expectRefusal(
          await create(),
          "REGISTRY_REDIRECTED",
          pointers.url,
          "give the address that the redirect ends at",
        );
      }
    });

    it("are refused for docker.io without asking anybody, with the right URL", async () => {
      for (const url of ["https://docker.io", "docker.io/library", "https://www.docker.io/", "hub.docker.com"]) {
        const reply = await create({ "registry-url": url });
        expectRefusal(reply, "REGISTRY_REDIRECTED", pointers.url, "use https://registry-1.docker.io");
      }
    });

    it.each([
      ["http", "http://localhost:5000", "scheme http, expected https", "use https://localhost:5000"],
      ["another scheme", "ftp://localhost", "scheme ftp", ""],
      ["user info", "https://bot:hunter2@localhost", "user info", ""],
      ["no host", "https://", "registry host", ""],
      ["a port that is none", "localhost:99999", "port", ""],
    ])("are refused for a URL with %s", async (_what, url, message, hint) => {
      const reply = await create({ "registry-url": url });
      expectRefusal(reply, "INVALID_REGISTRY_HOST", pointers.url, message, hint);
      expect(reply.text).not.toContain("hunter2");
    });

    it.each([
      ["a website", { status: 200, headers: { "content-type": "text/html" }, body: "<html>welcome</html>" }],
      ["an empty 200", { status: 200 }],
      ["a JSON array", { status: 200, body: "[]" }],
      ["a 404", { status: 404, headers: registryHeaders, body: "{}" }],
      ["a 401 without a challenge", { status: 401 }],
      ["a challenge that is none", { status: 401, headers: { "www-authenticate": 'Basic realm="' } }],
      ["an endless body", { status: 200, body: `{"a":"${"x".repeat(200_000)}"}` }],
    ])("are refused for %s, which is no registry", async (_what, answer) => {
      registry.answerWith(() => answer);
      expectRefusal(await create(), "REGISTRY_NOT_FOUND", pointers.url, "does not answer as a registry");
      expect(registry.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
    });

    it("are refused for a wrong password, and nothing is stored", async () => {
      const reply = await create({ password: "wr0ng" });
      expectRefusal(reply, "REGISTRY_LOGIN_REFUSED", pointers.password, `${host} refuses the user name or password`);
      expect(reply.text).not.toContain("wr0ng");
      expect(await list()).toEqual([]);
    });

    it("are refused for a wrong password on a registry that anybody may read", async () => {
      registry.answerWith(({ authorization }) =>
        authorization === undefined ? { status: 200, headers: registryHeaders, body: "{}" } : { status: 401 },
      );
      expectRefusal(await create(), "REGISTRY_LOGIN_REFUSED", pointers.password);
    });

    it.each([
      ["answers 500", { status: 500 }, "an error of its own"],
      ["answers 429", { status: 429 }, "an error of its own"],
      ["answers 403 before any login", { status: 403, body: "<html>" }, "an error of its own"],
      [
        "offers no way to log in that is known",
        { status: 401, headers: { "www-authenticate": "Negotiate" } },
        "other than Basic and Bearer",
      ],
    ])("are stored as failed when the registry %s", async (_what, answer, message) => {
      registry.answerWith(() => answer);
      const reply = await create();
      expect(reply.status).toBe(201);
      expect(reply.json.data.attributes).toMatchObject({
        status: "failed",
        "error-message": expect.stringContaining(message),
      });
    });

    it.each([
      ["is down", "https://127.0.0.1:9", "the registry cannot be reached"],
      ["has no address", "https://registry.invalid", "host name cannot be resolved"],
    ])("are stored as failed when the registry %s", async (_what, url, message) => {
      const reply = await create({ "registry-url": url });
      expect(reply.json.data.attributes).toMatchObject({
        status: "failed",
        "error-message": expect.stringContaining(message),
      });
    });

    it("can be disabled from the start, but not given another status", async () => {
      expect((await create({ status: "disabled" })).json.data.attributes.status).toBe("disabled");
      expectRefusal(await create({ status: "pending", name: "other" }), "INVALID_ATTRIBUTE", "/data/attributes/status");
    });
  });

  describe("with attributes that nobody can use", () => {
    it.each([
      ["name", "", "name is empty"],
      ["name", "  ", "name is empty"],
      ["name", "x".repeat(129), "129 characters, expected at most 128"],
      ["name", "a\nb", "line break"],
      ["name", 5, "name is not a text"],
      ["username", "", "user name is empty"],
      ["username", "a:b", "colon"],
      ["username", "a\u0000", "control character"],
      ["password", "", "password is empty"],
      ["password", "secret\n", "line break"],
      ["password", "x".repeat(8193), "8193 characters, expected at most 8192"],
      ["password", null, "password is not a text"],
      ["registry-url", "x".repeat(513), "513 characters, expected at most 512"],
      ["export-credentials", "yes", "not true or false"],
      ["status", "on", "status is none of"],
    ])("are refused: %s = %j", async (attribute, value, message) => {
      const reply = await create({ [attribute]: value });
      expectRefusal(reply, "INVALID_ATTRIBUTE", `/data/attributes/${attribute}`, message);
      expect(reply.text).not.toContain("secret\\n");
      expect(registry.requests).toEqual([]);
    });

    it("report all that is missing at once", async () => {
      const reply = await app.call("POST", integrationsUrl, {
        body: { data: { type: "docker-integrations", attributes: {} } },
      });
      const found = (reply.json.errors as { source: { pointer: string } }[]).map(({ source }) => source.pointer);
      expect(found.toSorted()).toEqual(
        ["name", "password", "registry-url", "username"].map((name) => `/data/attributes/${name}`),
      );
    });
  });

  it.each(["quo\"te's", "${not} $(a) `b`", "back\\slash", "ünïcödé €", "p".repeat(3000), " lead and trail "])(
    "keep the password %j to the letter",
    async (odd) => {
      registry.answerWith(basicRegistry("bot", odd));
      expect((await create({ password: odd, "export-credentials": true })).json.data.attributes.status).toBe("active");
      const reply = await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: await app.mint() });
      expect(reply.json.data.attributes).toEqual({ username: "bot", password: odd });
    },
  );

  describe("on one host", () => {
    it("are refused at the URL, naming the first one, whatever the spelling", async () => {
      const first = await create({ name: "the first" });
      for (const spelling of [host, host.toUpperCase(), `https://${host}/`, `https://localhost.:${registry.port}`]) {
        const reply = await create({ name: "second", "registry-url": spelling });
        expectRefusal(
          reply,
          "HOST_TAKEN",
          pointers.url,
          "already has the integration 'the first'",
          first.json.data.id as string,
        );
      }
    });

    it("are tested no second time", async () => {
      await create();
      const before = registry.requests.length;
      await create({ name: "second" });
      expect(registry.requests).toHaveLength(before);
    });

    it("fold Docker Hub's spellings into one", async () => {
      await using other = await openTestApp({
        lookup: (_name, _options, callback) =>
          callback(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), "", 0),
      });
      expect((await other.create({ name: "hub", "registry-url": "https://registry-1.docker.io" })).status).toBe(201);
      const reply = await other.create({ name: "hub 2", "registry-url": "https://index.docker.io" });
      expectRefusal(reply, "HOST_TAKEN", pointers.url, "'hub'");
    });

    it("let exactly one of 50 creates at once win", async () => {
      const replies = await Promise.all(Array.from({ length: 50 }, (_, index) => create({ name: `racer ${index}` })));
      const winners = replies.filter(({ status }) => status === 201);
      expect(winners).toHaveLength(1);
      const winner = winners[0]?.json.data.attributes.name as string;
      for (const loser of replies.filter((reply) => !winners.includes(reply))) {
        expectRefusal(loser, "HOST_TAKEN", pointers.url, `'${winner}'`);
      }
      expect(await list()).toHaveLength(1);
    });
  });

  it("have names of their own", async () => {
    await create({ name: "taken" });
    const reply = await create({ name: "taken", "registry-url": "https://127.0.0.1:9" });
    expectRefusal(reply, "NAME_TAKEN", "/data/attributes/name", "name has already been taken");
  });

  describe("changed", () => {
    it("by a rename are not tested again", async () => {
      const { id } = (await create()).json.data;
      const before = registry.requests.length;
      const reply = await app.update(id as string, { name: "renamed" });
      expect(reply.json.data.attributes).toMatchObject({ name: "renamed", status: "active" });
      await app.update(id as string, { "export-credentials": true });
      await app.update(id as string, { "registry-url": `https://${host}` });
      await app.update(id as string, {});
      expect(registry.requests).toHaveLength(before);
    });

    it("to a wrong password are refused and stay as they were", async () => {
      const created = await create({ "export-credentials": true });
      const { id } = created.json.data;
      const reply = await app.update(id as string, { name: "other", password: "wr0ng", username: "bot" });
      expectRefusal(reply, "REGISTRY_LOGIN_REFUSED", pointers.password);
      expect((await app.call("GET", `${integrationsUrl}/${id}`)).json).toEqual(created.json);
      const credential = await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: await app.mint() });
      expect(credential.json.data.attributes.password).toBe(password);
    });

    it("to a new password are tested with it and deliver it", async () => {
      const { id } = (await create({ "export-credentials": true })).json.data;
      registry.answerWith(basicRegistry("bot", "rotated"));
      expect((await app.update(id as string, { password: "rotated" })).json.data.attributes.status).toBe("active");
      const credential = await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: await app.mint() });
      expect(credential.json.data.attributes).toEqual({ username: "bot", password: "rotated" });
    });

    it("with an unchanged user name and password are taken", async () => {
      const { id } = (await create()).json.data;
      expect((await app.update(id as string, { username: "bot", password })).status).toBe(200);
    });

    it("by a user name alone keep the password", async () => {
      const { id } = (await create({ "export-credentials": true })).json.data;
      registry.answerWith(basicRegistry("robot", password));
      expect((await app.update(id as string, { username: "robot" })).json.data.attributes.username).toBe("robot");
      const credential = await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: await app.mint() });
      expect(credential.json.data.attributes).toEqual({ username: "robot", password });
    });

    it("to another host need the password again: a stored one never goes there", async () => {
      await using other = await startRegistryDouble(authority.issue(), basicRegistry("bot", password));
      const created = await create();
      const { id } = created.json.data;
      const moved = { "registry-url": `https://localhost:${other.port}` };
      expectRefusal(
        await app.update(id as string, moved),
        "PASSWORD_NEEDED",
        pointers.password,
        "moves to another host",
      );
      expectRefusal(await app.update(id as string, { ...moved, username: "x" }), "PASSWORD_NEEDED", pointers.password);
      expect(other.requests).toEqual([]);
      const reply = await app.update(id as string, { ...moved, password });
      expect(reply.json.data.attributes).toMatchObject({ status: "active", "registry-url": moved["registry-url"] });
    });

    it("to a host or name that is taken are refused", async () => {
      await create({ name: "first" });
      const second = await create({ name: "second", "registry-url": "https://127.0.0.1:9" });
      const id = second.json.data.id as string;
      expectRefusal(await app.update(id, { "registry-url": host, password }), "HOST_TAKEN", pointers.url, "'first'");
      expectRefusal(await app.update(id, { name: "first" }), "NAME_TAKEN", "/data/attributes/name");
    });

    it("to nothing keep user name and password", async () => {
      const { id } = (await create()).json.data;
      expectRefusal(
        await app.update(id as string, { username: null }),
        "INVALID_ATTRIBUTE",
        "/data/attributes/username",
      );
      expectRefusal(await app.update(id as string, { password: null }), "INVALID_ATTRIBUTE", pointers.password);
    });

    it("to disabled are neither exported nor tested, and tested when woken up", async () => {
      const { id } = (await create({ "export-credentials": true })).json.data;
      const before = registry.requests.length;
      expect((await app.update(id as string, { status: "disabled" })).json.data.attributes.status).toBe("disabled");
      expect(registry.requests).toHaveLength(before);
      const hidden = await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: await app.mint() });
      expect(hidden.json.errors[0].code).toBe("CREDENTIAL_NOT_FOUND");
      expect((await app.update(id as string, { name: "still" })).json.data.attributes.status).toBe("disabled");
      expect((await app.update(id as string, { status: "active" })).json.data.attributes.status).toBe("active");
      expect(registry.requests.length).toBeGreaterThan(before);
    });

    it("by many at once all count", async () => {
      const { id } = (await create()).json.data;
      const changes = [{ name: "n" }, { "export-credentials": true }, { name: "m" }, {}];
      const replies = await Promise.all(changes.map((change) => app.update(id as string, change)));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const { attributes } = (await app.call("GET", `${integrationsUrl}/${id}`)).json.data;
      expect(attributes["export-credentials"]).toBe(true);
      expect(["n", "m"]).toContain(attributes.name);
    });
  });

  it("are gone when deleted, and free their host", async () => {
    const { id } = (await create()).json.data;
    const url = `${integrationsUrl}/${id}`;
    expect(await app.call("DELETE", url)).toMatchObject({ status: 204, text: "" });
    expect((await app.call("DELETE", url)).status).toBe(404);
    expect((await create()).status).toBe(201);
  });
});

describe("a create that is repeated after a lost reply", () => {
  let authority: Authority;
  let registry: RegistryDouble;
  beforeEach(async () => {
    authority = createAuthority();
    registry = await startRegistryDouble(authority.issue(), basicRegistry("bot", password));
  });
  afterEach(async () => {
    await registry.close();
    authority.remove();
  });

  const open = async () => {
    const clock = fakeClock();
    const app = await openTestApp({ trust: authority.certificateFile, clock });
    const body = { "registry-url": `localhost:${registry.port}`, password };
    return { app, clock, body };
  };

  it("answers with the object it made, untested", async () => {
    const { app, clock, body } = await open();
    const first = await app.create(body);
    const asked = registry.requests.length;
    clock.advance(119_000);
    const second = await app.create(body);
    expect(second).toMatchObject({ status: 201, json: first.json });
    expect(registry.requests).toHaveLength(asked);
    await app.close();
  });

  it("answers all of many at once with one object", async () => {
    const { app, body } = await open();
    const replies = await Promise.all(Array.from({ length: 20 }, () => app.create(body)));
    expect(new Set(replies.map(({ json }) => json.data.id as string)).size).toBe(1);
    await app.close();
  });

  it("is a second create after two minutes, by another token, or with another body", async () => {
    const { app, clock, body } = await open();
    await app.create(body);
    const other = await app.makeToken("manage");
    expect((await app.create(body, other.token)).json.errors[0].code).toBe("HOST_TAKEN");
    expect((await app.create({ ...body, password: "another" })).json.errors[0].code).toBe("HOST_TAKEN");
    expect((await app.create({ ...body, "export-credentials": true })).json.errors[0].code).toBe("HOST_TAKEN");
    clock.advance(120_001);
    expect((await app.create(body)).json.errors[0].code).toBe("HOST_TAKEN");
    await app.close();
  });

  it("makes a new object when the first is deleted", async () => {
    const { app, body } = await open();
    const first = await app.create(body);
    await app.call("DELETE", first.json.data.links.self as string);
    const second = await app.create(body);
    expect(second.status).toBe(201);
    expect(second.json.data.id).not.toBe(first.json.data.id);
    await app.close();
  });
});

describe("a disk that is full", () => {
  it("refuses writes with 503, serves reads, and recovers", async () => {
    await using app = await openTestApp();
    const body = (name: string, port: number) => ({
      name,
      "registry-url": `https://127.0.0.1:${port}`,
      password: "p".repeat(3000),
    });
    const first = await app.create(body("first", 1));
    const pages = await sql<{ page_count: number }>`pragma page_count`.execute(tablesOf(app));
    await sql`pragma max_page_count = ${sql.lit(pages.rows[0]?.page_count ?? 0)}`.execute(tablesOf(app));
    const replies: Reply[] = [];
    for (let port = 2; port < 12; port += 1) replies.push(await app.create(body(`n${port}`, port)));
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThan(0);
    for (const reply of refused) {
      expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
      expect(reply.json.errors[0]).toMatchObject({ status: "503", code: "SYSTEM_EXHAUSTED" });
    }
    expect((await app.call("GET", first.json.data.links.self as string)).status).toBe(200);
    await sql`pragma max_page_count = 1000000`.execute(tablesOf(app));
    expect((await app.create(body("later", 99))).status).toBe(201);
  });
});
