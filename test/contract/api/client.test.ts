// The management client against a TLS server that fails in every way a network and a server can.
import { fork } from "node:child_process";
import { once } from "node:events";
import { inspect } from "node:util";
import {
  createManagementClient,
  type ManagementClient,
  type ManagementClientOptions,
} from "../../../src/api/client.ts";
import { apiErrorDetails } from "../../../src/api/error-details.ts";
import type { InputError, RemoteError, ScalrOciError, TransientError } from "../../../src/base/errors.ts";
import { createLogger } from "../../../src/base/log.ts";
import { Secret } from "../../../src/base/secret.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { createAuthority } from "../../support/authority.ts";
import { startConnectProxy } from "../../support/connect-proxy.ts";
import { fakeClock, type FakeClock } from "../../support/fake-clock.ts";
import {
  errorBody,
  type FakeManagementApi,
  type FaultReply,
  startFakeManagementApi,
} from "../../support/fake-management-api.ts";
import { rejectionOf } from "../../support/thrown.ts";

const authority = createAuthority();
const certificate = authority.issue();
const password = 'p4ss-"${x}\\-canary';
const wanted = { name: "ghcr", registryUrl: "https://ghcr.io", username: "bot", password: new Secret(password) };
let api: FakeManagementApi;
let clock: FakeClock;
const clients: ManagementClient[] = [];

afterAll(() => authority.remove());

beforeEach(async () => {
  api = await startFakeManagementApi(certificate);
  clock = fakeClock();
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await api.stop();
});

function client(options: Partial<ManagementClientOptions> = {}): ManagementClient {
  const made = createManagementClient({
    hostname: api.hostname,
    token: new Secret(api.token),
    environment: { SSL_CERT_FILE: authority.certificateFile },
    clock,
    random: () => 1,
    ...options,
  });
  clients.push(made);
  return made;
}

function reply(status: number, body?: unknown, headers: Record<string, string> = {}): { readonly reply: FaultReply } {
  return { reply: { status, body, headers } };
}

describe("an integration's life", () => {
  it("is created, read, listed, found, changed and deleted", async () => {
    const { integrations } = client();
    const created = await integrations.create({ ...wanted, exportCredentials: true });
    expect(created).toEqual({
      id: created.id,
      name: "ghcr",
      registryUrl: "https://ghcr.io",
      username: "bot",
      exportCredentials: true,
      status: "active",
      errorMessage: null,
    });
    expect(await integrations.read(created.id)).toEqual(created);
    expect(await integrations.list()).toEqual([created]);
    expect(await integrations.find({ name: "ghcr" })).toEqual(created);
    expect(await integrations.find({ name: "ghc" })).toBeUndefined();
    expect(await integrations.find({ host: parseRegistryHost("GHCR.io:443") })).toEqual(created);
    expect(await integrations.update(created.id, { name: "github" })).toEqual({ ...created, name: "github" });
    await integrations.delete(created.id);
    expect((await rejectionOf(integrations.read(created.id))).code).toBe("INTEGRATION_NOT_FOUND");
    expect((await rejectionOf(integrations.delete(created.id))).code).toBe("INTEGRATION_NOT_FOUND");
  });

  it("sends what Scalr's own clients send", async () => {
    const { integrations } = client({ product: "terraform-provider-scalr/1.2.3" });
    const { id } = await integrations.create(wanted);
    await integrations.update(id, { exportCredentials: true });
    const [, post, patch] = api.requests;
    expect(JSON.parse(post?.body ?? "")).toEqual({
      data: {
        type: "docker-integrations",
        attributes: { name: "ghcr", "registry-url": "https://ghcr.io", username: "bot", password },
        relationships: {},
      },
    });
    expect(JSON.parse(patch?.body ?? "")).toEqual({
      data: { type: "docker-integrations", attributes: { "export-credentials": true }, relationships: {} },
    });
    expect(post?.headers).toMatchObject({
      "content-type": "application/vnd.api+json",
      accept: "application/vnd.api+json, application/json",
      authorization: `Bearer ${api.token}`,
      "user-agent": expect.stringMatching(/^terraform-provider-scalr\/1\.2\.3 node\/\d/),
    });
  });

  it("escapes ids, and refuses those that a path cannot hold", async () => {
    const { integrations } = client();
    expect((await rejectionOf(integrations.read("in-../x"))).code).toBe("INTEGRATION_NOT_FOUND");
    expect(api.requests[0]?.url).toBe("/api/iacp/v3/integrations/docker/in-..%2Fx");
    for (const id of ["", ".", ".."]) {
      expect((await rejectionOf(integrations.read(id))).message).toMatch(
        /^id is not valid, got (nothing|\.\.?), expected/,
      );
    }
    expect(api.requests).toHaveLength(1);
  });

  it("never keeps a password or other attributes that a server sends", async () => {
    api.behaviour.extra = { password: "leaked", "created-at": "2030-01-01", "in-use": true };
    const created = await client().integrations.create(wanted);
    expect(JSON.stringify(created)).not.toContain("leaked");
    expect(Object.keys(created)).toEqual([
      "id",
      "name",
      "registryUrl",
      "username",
      "exportCredentials",
      "status",
      "errorMessage",
    ]);
  });
});

describe("a refusal", () => {
  it.each([
    [401, errorBody(401, "Unauthorized"), "auth", "TOKEN_INVALID", /does not know the token from SCALR_TOKEN/],
    [401, "<html>login</html>", "auth", "TOKEN_INVALID", /does not know the token from SCALR_TOKEN/],
    [
      401,
      errorBody(401, "Unauthorized", "token ended\nmake a new one", undefined, "TOKEN_EXPIRED"),
      "auth",
      "TOKEN_EXPIRED",
      /^token ended \(token from SCALR_TOKEN\)$/,
    ],
    [
      403,
      errorBody(403, "Forbidden", "No."),
      "auth",
      "RIGHT_MISSING",
      /does not let the token from SCALR_TOKEN do this: Forbidden: No$/,
    ],
    [
      404,
      errorBody(404, "Not Found", "Integration not found or user unauthorized."),
      "not-found",
      "INTEGRATION_NOT_FOUND",
      /not found or user unauthorized$/,
    ],
    [
      404,
      errorBody(404, "Not Found", "nothing here", undefined, "ROUTE_NOT_FOUND"),
      "not-found",
      "ROUTE_NOT_FOUND",
      /^nothing here$/,
    ],
    [404, "<html>404</html>", "remote", "API_PROTOCOL_BROKEN", /answered 404 without a document of its own/],
    [409, errorBody(409, "Conflict", "Busy"), "conflict", "CHANGED_MEANWHILE", /^Conflict: Busy$/],
    [409, errorBody(409, "Taken", "x", "/data/attributes/registry-url"), "conflict", "HOST_TAKEN", /^Taken: x$/],
    [409, errorBody(409, "Taken", "x", "/data/attributes/name"), "conflict", "NAME_TAKEN", /^Taken: x$/],
    [
      422,
      errorBody(422, "Taken", "host has one\nimport in-1", "/data/attributes/registry-url", "HOST_TAKEN"),
      "conflict",
      "HOST_TAKEN",
      /^host has one$/,
    ],
    [
      422,
      errorBody(422, "Invalid Attribute", "Name cannot be empty.", "/data/attributes/name"),
      "input",
      "INVALID_ATTRIBUTE",
      /^Invalid Attribute: Name cannot be empty$/,
    ],
    [400, errorBody(400, "Bad Request"), "remote", "API_REQUEST_REFUSED", /refused the request, got 400: Bad Request$/],
    [413, errorBody(413, "Too Large"), "remote", "API_REQUEST_REFUSED", /got 413/],
    [501, errorBody(501, "No"), "remote", "API_REQUEST_REFUSED", /got 501/],
    [302, undefined, "remote", "API_PROTOCOL_BROKEN", /redirects, got 302/],
  ])("%s %j is a %s error %s and is not repeated", async (status, body, kind, code, message) => {
    api.fail([reply(status, body)]);
    const error = await rejectionOf(client().integrations.update("in-1", { name: "x" }));
    expect([error.kind, error.code]).toEqual([kind, code]);
    expect(error.message).toMatch(message);
    expect(api.requests).toHaveLength(1);
  });

  it("keeps every error object, and points at the attribute of the first", async () => {
    const errors = [
      { status: 422, title: "Invalid", detail: "too long", source: { pointer: "/data/attributes/name" } },
      { status: "422", title: "Invalid", detail: "redirects", source: { pointer: "/data/attributes/registry-url" } },
      { title: "Odd", code: 7 },
    ];
    api.fail([reply(422, { errors }, { "x-request-id": "req-7" })]);
    const error = (await rejectionOf(client().integrations.update("in-1", { name: "x" }))) as InputError;
    expect(error.path).toBe("/data/attributes/name");
    expect(apiErrorDetails(error).map(({ detail, pointer, code }) => [detail, pointer, code])).toEqual([
      ["too long", "/data/attributes/name", undefined],
      ["redirects", "/data/attributes/registry-url", undefined],
      [undefined, undefined, "7"],
    ]);
    expect((error.cause as RemoteError).requestId).toBe("req-7");
  });

  it("does not repeat the password or the token that the server echoes, in any spelling", async () => {
    const echo = [password, JSON.stringify(password), encodeURIComponent(password), api.token].join(" | ");
    api.fail([reply(422, errorBody(422, "Invalid", `bad: ${echo}`, "/data/attributes/password"))], /PATCH/);
    const error = await rejectionOf(client().integrations.update("in-1", { password: new Secret(password) }));
    expect(error.message).toBe('Invalid: bad: [secret] | "[secret]" | [secret] | [secret]');
    expect(JSON.stringify(apiErrorDetails(error))).not.toContain("canary");
  });

  it("names the redirect's host but not its path", async () => {
    api.fail([reply(301, undefined, { location: "https://login.example.test/secret-path?token=1" })]);
    const error = await rejectionOf(client().integrations.list());
    expect(error.hint).toBe("use login.example.test if that is its host");
  });
});

describe("a passing failure", () => {
  it.each([
    ["a 429 without Retry-After", [reply(429), reply(429)], [500, 1000]],
    ["a 429 with seconds", [reply(429, undefined, { "retry-after": "3" })], [3500]],
    ["a 503 with a date", [reply(503, undefined, { "retry-after": "Tue, 01 Jan 2030 00:00:20 GMT" })], [20_500]],
    ["a 500", [reply(500, errorBody(500, "Oops"))], [500]],
    ["a 502 of a proxy", [reply(502, "<html>bad gateway</html>")], [500]],
    ["a dropped connection", ["drop", "drop"], [500, 1000]],
    ["a lost reply", ["lose reply"], [500]],
  ] as const)("%s is waited out", async (_, faults, waits) => {
    api.integrations.push({
      id: "in-1",
      attributes: { name: "a", "registry-url": "https://a.test", status: "active" },
    });
    api.fail(faults);
    expect(await client().integrations.update("in-1", { name: "b" })).toMatchObject({ name: "b" });
    expect(clock.slept).toEqual(waits);
    expect(api.requests).toHaveLength(faults.length + 1);
  });

  it("ends after five attempts and says what the last one was", async () => {
    api.fail(Array.from({ length: 9 }, () => reply(503, errorBody(503, "Down"), { "x-request-id": "r-1" })));
    const error = (await rejectionOf(client().integrations.list())) as TransientError;
    expect(error).toMatchObject({ code: "API_UNREACHABLE", attempts: 5, lastStatus: 503 });
    expect(error.message).toBe(`management api at ${api.hostname} failed, got 503: Down`);
    expect(error.hint).toBe("try again later; the request's id is r-1");
    expect(api.requests).toHaveLength(5);
  });

  it("is not waited out when the server asks for more than half a minute", async () => {
    api.fail([reply(429, undefined, { "retry-after": "31" })]);
    expect(await rejectionOf(client().integrations.list())).toMatchObject({ attempts: 1, retryAfterMs: 31_000 });
  });

  it("of a server that hangs ends with the attempt's deadline, then with the whole one", async () => {
    api.fail(Array.from({ length: 9 }, () => "hang"));
    const startedAt = performance.now();
    const error = await rejectionOf(
      client({ deadlines: { attemptTimeoutMs: 300, totalTimeoutMs: 1_000 } }).integrations.list(),
    );
    expect(error.message).toMatch(/did not answer within 1 s$/);
    expect(api.requests.length).toBeGreaterThan(1);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it.each([
    [
      "nobody listens",
      async () => api.stop(),
      "transient",
      /cannot be reached, the connection is refused \(ECONNREFUSED\)$/,
    ],
  ] as const)("%s", async (_, arrange, kind, message) => {
    const { integrations } = client();
    await arrange();
    const error = await rejectionOf(integrations.list());
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
  });

  it("a host name that does not exist is named", async () => {
    const error = await rejectionOf(client({ hostname: "nowhere.invalid" }).integrations.list());
    expect(error.message).toMatch(/^management api at nowhere\.invalid cannot be reached, the host name/);
  });

  it("does not outlive an abort", async () => {
    api.fail(["hang"]);
    const controller = new AbortController();
    const listing = client().integrations.list({ signal: controller.signal });
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const reason = new Error("stopped");
    controller.abort(reason);
    await expect(listing).rejects.toBe(reason);
    await expect(client().integrations.list({ signal: controller.signal })).rejects.toBe(reason);
    expect(api.requests).toHaveLength(1);
  });
});

describe("TLS", () => {
  it("an unknown authority is not trusted, and not asked again", async () => {
    const error = await rejectionOf(client({ environment: {} }).integrations.list());
    expect([error.kind, error.code]).toEqual(["remote", "API_UNTRUSTED"]);
    expect(error.hint).toMatch(/SSL_CERT_FILE/);
    expect(clock.slept).toEqual([]);
  });

  it("a certificate for another name is said so", async () => {
    const other = await startFakeManagementApi(authority.issue(["other.example.test"]));
    const error = await rejectionOf(client({ hostname: other.hostname }).integrations.list());
    await other.stop();
    expect(error.message).toMatch(/is for another name$/);
  });

  it("an unreadable SSL_CERT_FILE is an error before anything is sent", () => {
    expect(() => client({ environment: { SSL_CERT_FILE: "/nowhere/ca.pem" } })).toThrow(/SSL_CERT_FILE cannot be read/);
  });
});

describe("a create whose reply is lost", () => {
  it.each(["lose reply", "drop"] as const)("is made once (%s)", async (fault) => {
    api.fail([fault], /^POST/);
    const created = await client().integrations.create(wanted);
    expect(created).toMatchObject({ name: "ghcr", registryUrl: "https://ghcr.io" });
    expect(api.integrations).toHaveLength(1);
    const posts = api.takeRequests().filter((request) => request.startsWith("POST"));
    expect(posts).toHaveLength(fault === "lose reply" ? 1 : 2);
  });

  it("is found after a 504 of a proxy, with its stored state", async () => {
    const done = reply(504, "<html>gateway timeout</html>");
    // The proxy gave up, the server did not.
    api.fail(["none", done], /^(GET|POST)/);
    const { integrations } = client();
    const creating = integrations.create(wanted);
    api.behaviour.onPage = () => {
      if (api.requests.some(({ method }) => method === "POST") && api.integrations.length === 0) {
        api.integrations.push({
          id: "in-late",
          attributes: { name: "ghcr", "registry-url": "https://ghcr.io", username: "bot", status: "pending" },
        });
      }
    };
    expect(await creating).toMatchObject({ id: "in-late", status: "pending" });
  });

  it("is found when the first request only comes through while the second one is refused", async () => {
    api.fail(["drop"], /^POST/);
    let lists = 0;
    api.behaviour.onPage = () => {
      lists += 1;
      // Between the look and the second POST.
      if (lists === 2) {
        setImmediate(() =>
          api.integrations.push({
            id: "in-late",
            attributes: { name: "ghcr", "registry-url": "https://ghcr.io", username: "bot", status: "active" },
          }),
        );
      }
    };
    expect(await client().integrations.create(wanted)).toMatchObject({ id: "in-late" });
    expect(lists).toBe(3);
  });

  it("does not take for its own what was there before", async () => {
    api.behaviour.uniqueHosts = false;
    api.integrations.push({
      id: "in-old",
      attributes: { name: "ghcr", "registry-url": "https://ghcr.io", username: "bot", status: "active" },
    });
    api.fail(["drop"], /^POST/);
    expect((await client().integrations.create(wanted)).id).not.toBe("in-old");
    expect(api.integrations).toHaveLength(2);
  });

  it("does not take for its own what differs", async () => {
    api.fail(["drop"], /^POST/);
    let lists = 0;
    api.behaviour.onPage = () => {
      if ((lists += 1) === 2) {
        api.integrations.push({
          id: "in-other",
          attributes: { name: "ghcr", "registry-url": "https://ghcr.io", username: "somebody", status: "active" },
        });
      }
    };
    const error = await rejectionOf(client().integrations.create(wanted));
    expect(error).toMatchObject({ kind: "input", path: "/data/attributes/registry-url" });
  });

  it("that cannot be told says that it may exist", async () => {
    api.fail(
      Array.from({ length: 5 }, () => "drop" as const),
      /^POST/,
    );
    const error = await rejectionOf(client().integrations.create(wanted));
    expect(error.hint).toMatch(/may have been created nevertheless/);
    expect(error.kind).toBe("transient");
  });

  it("looks at what there was once for many, and again after a while", async () => {
    const { integrations } = client();
    const create = async (index: number) =>
      integrations.create({ ...wanted, name: `n${index}`, registryUrl: `https://r${index}.test` });
    await Promise.all(Array.from({ length: 20 }, (_, index) => create(index)));
    await create(20);
    const lists = () => api.takeRequests().filter((request) => request.startsWith("GET")).length;
    expect(lists()).toBe(1);
    clock.advance(10_000);
    await create(21);
    expect(lists()).toBe(2);
  });

  it("is repeated at once after a 429: nothing was done", async () => {
    api.fail([reply(429)], /^POST/);
    await client().integrations.create(wanted);
    expect(api.takeRequests().map((request) => request.split(" ")[0])).toEqual(["GET", "POST", "POST"]);
  });

  it("is not aborted half-way, but not begun again either", async () => {
    api.fail(["none", { reply: { status: 429 } }], /^(GET|POST)/);
    const controller = new AbortController();
    const creating = client({
      clock: { ...clock, sleep: async () => controller.abort(new Error("stop")) },
    }).integrations.create(wanted, { signal: controller.signal });
    await expect(creating).rejects.toThrow("stop");
    expect(api.integrations).toHaveLength(0);
  });
});

describe("a delete whose reply is lost", () => {
  it("finds it gone and is content", async () => {
    const { integrations } = client();
    const { id } = await integrations.create(wanted);
    api.fail(["lose reply"], /^DELETE/);
    await integrations.delete(id);
    expect(api.integrations).toEqual([]);
  });
});

describe("lists", () => {
  const fill = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const attributes = { name: `n${index}`, "registry-url": `https://r${index}.test`, status: "active" };
      api.integrations.push({ id: `in-${index}`, attributes });
    }
  };

  it("have all pages, each asked for once", async () => {
    fill(45);
    expect(await client().integrations.list()).toHaveLength(45);
    expect(api.takeRequests()).toEqual(
      [1, 2, 3].map((page) => `GET /api/iacp/v3/integrations/docker?page[number]=${page}&page[size]=100`),
    );
  });

  it("lose nothing when one is removed from a page that was read", async () => {
    fill(45);
    api.behaviour.onPage = (page) => {
      if (page === 2 && api.integrations[0]?.id === "in-0") api.integrations.shift();
    };
    const ids = (await client().integrations.list()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 44 }, (_, index) => `in-${index + 1}`)));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("have nothing twice when one is added in front", async () => {
    fill(45);
    api.behaviour.onPage = (page) => {
      if (page === 2)
        api.integrations.unshift({
          id: "in-new",
          attributes: { name: "new", "registry-url": "https://new.test", status: "active" },
        });
      api.behaviour.onPage = page === 2 ? undefined : api.behaviour.onPage;
    };
    const ids = (await client().integrations.list()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(46);
  });

  it.each([1, 2])("that go back to page %s end", async (next) => {
    const page = { data: [], meta: { pagination: { "current-page": 2, "next-page": next } } };
    api.fail([reply(200, { data: [], meta: { pagination: { "next-page": 2 } } }), reply(200, page)]);
    expect((await rejectionOf(client().integrations.list())).message).toMatch(/does not end$/);
  });

  it("without pagination are whole", async () => {
    api.fail([reply(200, { data: [] })]);
    expect(await client().integrations.list()).toEqual([]);
  });

  it("are searched exactly though the server ignores the filter", async () => {
    fill(45);
    api.behaviour.filters = false;
    expect(await client().integrations.find({ name: "n44" })).toMatchObject({ id: "in-44" });
    expect(await client().integrations.find({ name: "n4%" })).toBeUndefined();
  });

  it("with two of one name are ambiguous, and the ids are named", async () => {
    fill(2);
    for (const one of api.integrations) one.attributes["name"] = "same";
    const error = await rejectionOf(client().integrations.find({ name: "same" }));
    expect([error.code, error.hint]).toEqual(["INTEGRATION_AMBIGUOUS", "use an id: in-0, in-1"]);
  });
});

describe("a reply that is no document", () => {
  it.each([
    ["HTML", "<html>sign in</html>"],
    ["nothing", ""],
    ["other JSON", { hello: "world" }],
    ["another type", { data: { type: "users", id: "u-1", attributes: {} } }],
    [
      "an empty id",
      { data: { type: "docker-integrations", id: "", attributes: { name: "a", "registry-url": "b", status: "c" } } },
    ],
  ])("%s is named as such, without its text", async (_, body) => {
    api.fail([reply(200, body)]);
    const error = await rejectionOf(client().integrations.read("in-1"));
    expect(error.code).toBe("API_PROTOCOL_BROKEN");
    expect(error.message).toBe(
      `management api at ${api.hostname} answered 200 without a document of its own, expected JSON:API`,
    );
  });

  it("a body of 9 MB is not read to its end", async () => {
    api.fail([reply(200, "x".repeat(9 * 1024 * 1024))]);
    expect((await rejectionOf(client().integrations.list())).message).toMatch(/too large$/);
  });
});

describe("a proxy", () => {
  it("is gone through where HTTPS_PROXY names one, with TLS to the server itself", async () => {
    const other = await startFakeManagementApi(authority.issue(["acme.example.test"]));
    const port = Number(other.hostname.split(":")[1]);
    await using proxy = await startConnectProxy({ [`acme.example.test:${port}`]: port });
    const environment = {
      SSL_CERT_FILE: authority.certificateFile,
      HTTPS_PROXY: proxy.url.replace("http://", "http://user:p%40ss@"),
    };
    const { integrations } = client({ hostname: `acme.example.test:${port}`, environment });
    await integrations.create(wanted);
    expect((await integrations.list()).map(({ name }) => name)).toEqual(["ghcr"]);
    expect(proxy.tunnels[0]).toEqual({
      target: `acme.example.test:${port}`,
      authorization: `Basic ${Buffer.from("user:p@ss").toString("base64")}`,
    });
    await other.stop();
  });

  it("that refuses is named as the reason, without its password", async () => {
    await using proxy = await startConnectProxy({});
    const environment = { HTTPS_PROXY: proxy.url.replace("http://", "http://user:canary@") };
    const error = await rejectionOf(client({ hostname: "acme.example.test", environment }).integrations.list());
    expect(error.message).toMatch(/^management api at acme\.example\.test cannot be reached, the proxy/);
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
  });

  it("is not asked for this machine, or where NO_PROXY says so", async () => {
    await using proxy = await startConnectProxy({});
    const environment = { SSL_CERT_FILE: authority.certificateFile, HTTPS_PROXY: proxy.url };
    expect(await client({ environment }).integrations.list()).toEqual([]);
    const direct = { ...environment, NO_PROXY: ".invalid" };
    await rejectionOf(client({ hostname: "nowhere.invalid", environment: direct }).integrations.list());
    expect(proxy.tunnels).toEqual([]);
  });
});

describe("what is written down", () => {
  it("of a call is method, address, status and time, and no secret", async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: "trace", write: (line) => lines.push(line), clock });
    const { integrations } = client({ logger });
    await integrations.create(wanted);
    await integrations.find({ name: "ghcr" });
    const log = lines.join("");
    expect(log).toContain("/api/iacp/v3/integrations/docker");
    expect(log).toContain('"status":201');
    expect(log).not.toContain("canary");
    expect(log).not.toContain(api.token);
  });

  it("of an error, however it is printed, is no secret", async () => {
    api.fail([reply(401)]);
    const error: ScalrOciError = await rejectionOf(client().integrations.create(wanted));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary|scalr-test-token/);
  });
});

describe("a process", () => {
  it("ends although connections are still open", async () => {
    const child = fork(`${import.meta.dirname}/list-and-leave.ts`, [], {
      env: {
        PATH: process.env["PATH"],
        SCALR_HOSTNAME: api.hostname,
        SCALR_TOKEN: api.token,
        SSL_CERT_FILE: authority.certificateFile,
      },
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const [message] = (await once(child, "message")) as [{ count: number }];
    const saidAt = performance.now();
    child.disconnect();
    await once(child, "exit");
    expect(message).toEqual({ count: 0 });
    expect(performance.now() - saidAt).toBeLessThan(1_000);
  });
});
