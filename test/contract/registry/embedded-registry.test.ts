// What the embedded registry promises beyond the specification's own suite: who gets in, what is kept, what is logged.
import { request } from "node:https";
import { Secret } from "../../../src/base/secret.ts";
import { digestOf } from "../../../src/names/digest.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import {
  type EmbeddedRegistry,
  type EmbeddedRegistryOptions,
  startEmbeddedRegistry,
} from "../../../src/registry/embedded-registry.ts";
import { bytesSource } from "../../../src/registry/push-module.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace } from "../../support/workspace.ts";

const writer = { username: "writer", password: new Secret("canary-write") };
const reader = { username: "reader", password: new Secret("canary-read"), actions: ["pull"] as const };
const narrow = { username: "narrow", password: new Secret("canary-narrow"), repositories: ["acme/one"] };
const users = [writer, reader, narrow];
const descriptor = { mediaType: "x", digest: digestOf(Buffer.from("abc")), size: 3 };

let registry: EmbeddedRegistry;

afterEach(() => registry.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** One request, trusting the registry's own certificate. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = options;
    const url = `https://localhost:${registry.port}${path}`;
    const message = request(url, { method, headers, ca: registry.certificatePem, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    message.on("error", reject).end(body);
  });
}

const basic = (user: { username: string; password: Secret }): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user.username}:${user.password.reveal()}`).toString("base64")}`,
});

async function start(options: EmbeddedRegistryOptions): Promise<void> {
  registry = await startEmbeddedRegistry(options);
}

describe.each([
  ["Basic", { kind: "basic", users } as const],
  ["tokens", { kind: "token", users } as const],
])("with %s", (_name, auth) => {
  async function connect(user: { username: string; password: Secret }): Promise<RegistryClient> {
    using workspace = createWorkspace();
    const environment = { SSL_CERT_FILE: workspace.write("ca.pem", registry.certificatePem) };
    return new RegistryClient({ host: registry.host, environment, find: async () => user });
  }

  it("lets each user do what it may, and nothing else", async () => {
    await start({ auth });
    const [writing, reading, narrowed] = [await connect(writer), await connect(reader), await connect(narrow)];
    const upload = (client: RegistryClient, repository: string): Promise<string> =>
      client.uploadBlob(repository, descriptor, bytesSource(Buffer.from("abc")));
    await upload(writing, "acme/one");
    await upload(writing, "acme/two");
    expect((await reading.readBlob("acme/two", descriptor, 3)).toString()).toBe("abc");
    expect(await rejectionOf(upload(reading, "acme/new"))).toMatchObject({ code: "REGISTRY_PERMISSION_MISSING" });
    expect(await upload(narrowed, "acme/one")).toBe("present");
    expect(await rejectionOf(upload(narrowed, "acme/two"))).toMatchObject({ code: "REGISTRY_PERMISSION_MISSING" });
    await Promise.all([writing, reading, narrowed].map((client) => client.close()));
  });

  it("logs who asked, and no secret", async () => {
    await start({ auth });
    const client = await connect(writer);
    await client.uploadBlob("acme/one", descriptor, bytesSource(Buffer.from("abc")));
    await ask("/v2/?canary-query", { headers: basic({ ...reader, password: new Secret("canary-wrong") }) });
    const { entries } = registry.requests;
    expect(entries.some(({ username }) => username === "writer")).toBe(true);
    expect(entries.at(-1)).toMatchObject({
      method: "GET",
      path: "/v2/",
      status: 401,
      username: undefined,
      scheme: "basic",
    });
    expect(JSON.stringify(entries)).not.toContain("canary");
    await client.close();
  });
});

describe("token endpoint", () => {
  const asked = (query: string): string => `/token?service=embedded-registry${query}`;

  beforeEach(() => start({ auth: { kind: "token", users } }));

  it.each([
    ["a wrong password", basic({ username: "writer", password: new Secret("x") }), 401],
    ["an unknown user", basic({ username: "nobody", password: new Secret("x") }), 401],
    ["a header that is no login", { authorization: "Basic !!" }, 401],
    ["another scheme", { authorization: "Bearer x" }, 401],
  ])("refuses %s", async (_what, headers, status) => {
    expect(await ask(asked(""), { headers })).toMatchObject({ status });
  });

  it("refuses another service and another way of asking", async () => {
    expect((await ask("/token?service=other", { headers: basic(writer) })).status).toBe(400);
    expect((await ask("/token", { method: "PUT", headers: basic(writer) })).status).toBe(405);
  });

  it("answers a form, as OAuth clients send it", async () => {
    const form = (more: Record<string, string>): string =>
      new URLSearchParams({ grant_type: "password", service: "embedded-registry", ...more }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const post = (body: string): Promise<Answer> => ask("/token", { method: "POST", headers, body });
    const login = { username: "writer", password: writer.password.reveal(), scope: "repository:acme/one:pull" };
    expect(await post(form(login))).toMatchObject({ status: 200 });
    expect(await post(form({ ...login, password: "x" }))).toMatchObject({ status: 401 });
    expect(await post(form({ ...login, grant_type: "refresh_token" }))).toMatchObject({ status: 400 });
    expect(await post("x".repeat(100_000))).toMatchObject({ status: 413 });
  });

  it("grants what the user may, of what is asked", async () => {
    const scopes = "&scope=repository:acme/one:pull,push,delete&scope=repository:acme/two:pull%20registry:catalog:*";
    const { body } = await ask(asked(scopes), { headers: basic(narrow) });
    const [, payload = ""] = (JSON.parse(body) as { token: string }).token.split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      sub: "narrow",
      aud: "embedded-registry",
      access: [
        { type: "repository", name: "acme/one", actions: ["pull", "push", "delete"] },
        { type: "repository", name: "acme/two", actions: [] },
      ],
    });
  });

  it("gives tokens that cannot be changed", async () => {
    const { body } = await ask(asked("&scope=repository:acme/one:pull"), { headers: basic(reader) });
    const { token } = JSON.parse(body) as { token: string };
    const [header = "", payload = "", mac = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const grants = [{ type: "repository", name: "acme/one", actions: ["pull", "push"] }];
    const forged = Buffer.from(JSON.stringify({ ...claims, access: grants })).toString("base64url");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const one of [`${header}.${forged}.${mac}`, `${none}.${forged}.`, `${header}.${payload}.`, "x", ""]) {
      const answer = await ask("/v2/acme/one/tags/list", { headers: { authorization: `Bearer ${one}` } });
      expect(answer.status).toBe(401);
    }
    expect((await ask("/v2/acme/one/tags/list", { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
  });
});

describe("anybody", () => {
  it.each([
    ["Basic", { kind: "basic", users, anonymousPull: true } as const],
    ["tokens", { kind: "token", users, anonymousPull: true } as const],
  ])("may pull where that is allowed, with %s, and not push", async (_name, auth) => {
    await start({ auth });
    using workspace = createWorkspace();
    const environment = { SSL_CERT_FILE: workspace.write("ca.pem", registry.certificatePem) };
    const anonymous = new RegistryClient({ host: registry.host, environment, find: async () => undefined });
    expect(await anonymous.findDescriptor("acme/one", "1")).toBeUndefined();
    const upload = anonymous.uploadBlob("acme/one", descriptor, bytesSource(Buffer.from("abc")));
    expect(await rejectionOf(upload)).toMatchObject({ code: "REGISTRY_CREDENTIAL_MISSING" });
    await anonymous.close();
  });
});

it("keeps its content in a directory, also over a restart", async () => {
  using workspace = createWorkspace();
  const directory = workspace.path("storage");
  await start({ directory });
  const put = await ask(`/v2/acme/one/blobs/uploads/?digest=${descriptor.digest}`, { method: "POST", body: "abc" });
  expect(put.status).toBe(201);
  const left = await ask("/v2/acme/one/blobs/uploads/", { method: "POST" });
  expect(left.status).toBe(202);
  await registry.close();
  await start({ directory });
  expect(await ask(`/v2/acme/one/blobs/${descriptor.digest}`)).toMatchObject({ status: 200, body: "abc" });
  expect((await ask(String(left.headers["location"]))).status).toBe(404);
});

it.each([
  ["/", 404],
  ["/v2/_catalog", 404],
  ["/v2/UPPER/tags/list", 400],
  ["/v2/%2e%2e/etc/tags/list", 404],
  ["/v2/a/manifests/..", 404],
  ["/v2/a/manifests/sha256:x", 400],
  ["/v2/a/blobs/sha256:..%2f..%2fetc", 400],
  ["/v2/a/tags/list?n=x", 404],
])("answers %s with %d", async (path, status) => {
  await start({});
  const answer = await ask(path);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ code: expect.stringMatching(/^[A-Z_]+$/) }] });
});
