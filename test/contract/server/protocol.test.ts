// What Scalr's clients need of the protocol, line by line, over inject().
import { createAuthority } from "../../support/authority.ts";
import { deadRegistryUrl, integrationBody, integrationsUrl, openTestApp, type TestApp } from "./support/test-app.ts";

const jsonApi = "application/vnd.api+json";

describe("the protocol of the management API", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());

  it("serves discovery without a token, as plain JSON", async () => {
    const reply = await app.call("GET", "/.well-known/terraform.json", { token: null });
    expect(reply).toMatchObject({ status: 200, contentType: "application/json", json: { "iacp.v3": "/api/iacp/v3/" } });
  });

  describe("answers every error as JSON:API, without a charset, with the status as text", () => {
    const tooLarge = JSON.stringify(integrationBody({ name: "x".repeat(10_000_000) }));
    it.each([
      ["an unknown route", "GET", "/nope", {}, 404],
      ["a method that a route lacks", "PUT", integrationsUrl, { body: "{}" }, 404],
      ["no token", "GET", integrationsUrl, { token: null }, 401],
      ["malformed JSON", "POST", integrationsUrl, { body: '{"data":' }, 400],
      ["JSON that would change a prototype", "POST", integrationsUrl, { body: '{"__proto__":{}}' }, 400],
      ["no body", "POST", integrationsUrl, {}, 400],
      ["a body of 10 MB", "POST", integrationsUrl, { body: tooLarge }, 413],
      ["another media type", "POST", integrationsUrl, { body: "a=b", headers: { "content-type": "text/plain" } }, 415],
      [
        "no media type that can be read",
        "POST",
        integrationsUrl,
        { body: "{}", headers: { "content-type": "x" } },
        415,
      ],
      ["a URL that is none", "GET", `${integrationsUrl}/%zz`, {}, 400],
      ["a very long id", "GET", `${integrationsUrl}/${"x".repeat(2000)}`, {}, 404],
      ["a type that is another", "POST", integrationsUrl, { body: { data: { type: "x", attributes: {} } } }, 422],
      ["an unknown id", "GET", `${integrationsUrl}/in-none`, {}, 404],
      ["a page that is no number", "GET", `${integrationsUrl}?page[number]=x`, {}, 400],
    ] as const)("%s", async (_what, method, url, options, status) => {
      const reply = await app.call(method, url, options);
      expect(reply).toMatchObject({ status, contentType: jsonApi });
      const [first] = reply.json.errors as Record<string, unknown>[];
      expect(first).toEqual(
        expect.objectContaining({
          status: String(status),
          code: expect.stringMatching(/^[A-Z_]+$/),
          title: expect.any(String),
          detail: expect.any(String),
        }),
      );
    });
  });

  it("sets the four headers and a request id on every reply", async () => {
    for (const url of ["/nope", integrationsUrl, "/.well-known/terraform.json", "/%zz"]) {
      const { headers } = await app.call("GET", url);
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-request-id": expect.stringMatching(/^req-/),
      });
    }
  });

  it.each(["GET", "DELETE"] as const)("takes %s with a Content-Type and no body", async (method) => {
    const created = await app.create({ name: `with ${method}`, "registry-url": `https://127.0.0.1:${method.length}` });
    const reply = await app.call(method, created.json.data.links.self as string);
    expect(reply.status).toBe(method === "GET" ? 200 : 204);
  });

  it("answers 401 before it looks at anything else", async () => {
    const wrong = { token: "scalroci_at_wrong" };
    const replies = await Promise.all([
      app.call("POST", integrationsUrl, { ...wrong, body: "{" }),
      app.call("POST", integrationsUrl, { ...wrong, body: "x".repeat(1_000_000) }),
      app.call("PATCH", `${integrationsUrl}/in-none`, { ...wrong, body: integrationBody({ name: "" }) }),
      app.call("GET", `${integrationsUrl}?page[size]=x`, wrong),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  it.each(["in-none", "int-nonexistent", "in-..%2Fx", "%20", "..;", "in-%00"])(
    "says 404 for the id %s to every verb",
    async (id) => {
      const url = `${integrationsUrl}/${id}`;
      const body = { data: { type: "docker-integrations", attributes: { name: "y" } } };
      const replies = await Promise.all([
        app.call("GET", url),
        app.call("PATCH", url, { body }),
        app.call("DELETE", url),
      ]);
      for (const reply of replies) {
        expect(reply.status).toBe(404);
        expect(reply.json.errors[0]).toMatchObject({
          code: "INTEGRATION_NOT_FOUND",
          detail: expect.stringMatching(/not found or user unauthorized\.$/),
        });
      }
    },
  );

  it("decodes an id after it has found the route", async () => {
    const reply = await app.call("GET", `${integrationsUrl}/in-..%2Fx`);
    expect(reply.json.errors[0].detail).toContain("'in-../x'");
  });

  it("never fails on parameters, known or not", async () => {
    const queries = [
      "include=account",
      "query=x",
      "filter[nam]=x",
      "filter[name]=a&filter[name]=b",
      "fields[docker-integrations]=",
      "fields[docker-integrations][]=name",
      "fields=x",
      "sort=",
      "sort=,",
      "page[size]=100000",
      "page[number]=999999999",
      "page=1",
      "__proto__=x",
      "constructor=x",
    ];
    for (const query of queries) {
      const reply = await app.call("GET", `${integrationsUrl}?${query}`);
      expect({ query, status: reply.status }).toEqual({ query, status: 200 });
    }
  });

  it.each([
    ["sort=colour", "sort", "got colour"],
    ["page[number]=0", "page[number]", "got 0"],
    ["page[number]=-1", "page[number]", "got -1"],
    ["page[size]=1.5", "page[size]", "got 1.5"],
  ])("points at the parameter of %s", async (query, parameter, got) => {
    const reply = await app.call("GET", `${integrationsUrl}?${query}`);
    expect(reply.json.errors).toEqual([
      expect.objectContaining({
        status: "400",
        code: "INVALID_PARAMETER",
        source: { parameter },
        detail: expect.stringContaining(got),
      }),
    ]);
  });
});

describe("lists of integrations", () => {
  let app: TestApp;
  const names = ["b", "a", "ab", "a%", "A"];
  beforeAll(async () => {
    app = await openTestApp();
    for (const [index, name] of names.entries()) {
      const created = await app.create({
        name,
        "registry-url": `https://127.0.0.1:${index + 1}`,
        "export-credentials": index % 2 === 0,
      });
      expect(created.status).toBe(201);
    }
  });
  afterAll(() => app.close());

  const namesOf = async (query: string) => {
    const reply = await app.call("GET", `${integrationsUrl}?${query}`);
    return (reply.json.data as { attributes: { name: string } }[]).map(({ attributes }) => attributes.name);
  };

  it.each(["a", "a%", "A", "ab"])("filters by the exact name %s, whatever the page size", async (name) => {
    expect(await namesOf(`filter[name]=${encodeURIComponent(name)}`)).toEqual([name]);
    expect(await namesOf(`filter%5Bname%5D=${encodeURIComponent(name)}&page[size]=1`)).toEqual([name]);
  });

  it.each(["", "c", "a_", "b "])("finds nothing by the name %j", async (name) => {
    expect(await namesOf(`filter[name]=${encodeURIComponent(name)}`)).toEqual([]);
  });

  it("keeps the order of creation unless sorted", async () => {
    expect(await namesOf("")).toEqual(names);
    expect(await namesOf("sort=name")).toEqual(names.toSorted());
    expect(await namesOf("sort=-name")).toEqual(names.toSorted().toReversed());
    expect(await namesOf("sort=export-credentials,-name")).toEqual(["a%", "a", "b", "ab", "A"]);
  });

  it("pages without loss or doubles", async () => {
    const first = await app.call("GET", `${integrationsUrl}?page[size]=2`);
    expect(first.json.meta.pagination).toEqual({
      "current-page": 1,
      "page-size": 2,
      "prev-page": null,
      "next-page": 2,
      "total-pages": 3,
      "total-count": 5,
    });
    const pages = await Promise.all([1, 2, 3].map((number) => namesOf(`page[size]=2&page[number]=${number}`)));
    expect(pages.flat()).toEqual(names);
    const last = await app.call("GET", `${integrationsUrl}?page[size]=2&page[number]=3`);
    expect(last.json.meta.pagination).toMatchObject({ "prev-page": 2, "next-page": null });
    const beyond = await app.call("GET", `${integrationsUrl}?page[size]=2&page[number]=9`);
    expect(beyond.json).toMatchObject({ data: [], meta: { pagination: { "next-page": null, "prev-page": 3 } } });
  });

  it("shows only the fields that are asked for", async () => {
    const reply = await app.call("GET", `${integrationsUrl}?fields[docker-integrations]=name,status&page[size]=1`);
    expect(reply.json.data[0].attributes).toEqual({ name: "b", status: "failed" });
    const none = await app.call("GET", `${integrationsUrl}?fields[docker-integrations]=&page[size]=1`);
    expect(none.json.data[0]).toMatchObject({ id: expect.any(String), type: "docker-integrations", attributes: {} });
    const one = await app.call("GET", `${reply.json.data[0].links.self}?fields[docker-integrations]=account`);
    expect(one.json.data).toMatchObject({ attributes: {}, relationships: { account: { data: { type: "accounts" } } } });
  });
});

describe("the shape of an integration", () => {
  it("is what Scalr's clients decode", async () => {
    using authority = createAuthority();
    await using app = await openTestApp({ trust: authority.certificateFile });
    const reply = await app.create({ "registry-url": deadRegistryUrl, "export-credentials": true });
    const { id } = reply.json.data;
    expect(reply.headers["location"]).toBe(`${integrationsUrl}/${id}`);
    expect(id).toMatch(/^in-[a-z0-9]+$/);
    expect(reply.json).toEqual({
      data: {
        type: "docker-integrations",
        id,
        attributes: {
          name: "ghcr",
          "registry-url": "https://127.0.0.1:9",
          username: "bot",
          password: null,
          "export-credentials": true,
          status: "failed",
          "error-message": "the registry cannot be reached",
        },
        relationships: { account: { data: { type: "accounts", id: expect.stringMatching(/^acc-/) } } },
        links: { self: `${integrationsUrl}/${id}` },
      },
    });
  });
});
