import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { azureUsername, createAzureSource, isAzureRegistry } from "../../../../src/credentials/cloud/azure-source.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { type Authority, createAuthority } from "../../../support/authority.ts";
import { type FakeCloud, startFakeCloud } from "../../../support/fake-cloud.ts";
import { fakeClock } from "../../../support/fake-clock.ts";
import { rejectionOf } from "../../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const acme = parseRegistryHost("acme.azurecr.io");
const start = Date.UTC(2030, 0, 1) / 1000;
const refreshToken = `e30.${Buffer.from(JSON.stringify({ exp: start + 35 * 60 })).toString("base64url")}.canary`;
const secretIdentity = {
  AZURE_TENANT_ID: "tenant-1",
  AZURE_CLIENT_ID: "client-1",
  AZURE_CLIENT_SECRET: "secret-canary",
};

let authority: Authority;
let cloud: FakeCloud;
let workspace: Workspace;
beforeAll(async () => {
  authority = createAuthority();
  cloud = await startFakeCloud(
    authority,
    ["login.microsoftonline.com", "login.microsoftonline.us", "acme.azurecr.io", "evil.example.com"],
    () => ({}),
  );
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  authority.remove();
});
beforeEach(() => {
  workspace = createWorkspace();
  cloud.server.setScript(({ headers }) => ({
    body:
      headers.host === "acme.azurecr.io"
        ? { refresh_token: refreshToken }
        : { access_token: "entra-token", expires_in: 3599 },
  }));
});
afterEach(() => workspace.remove());

const sourceOf = (variables: Record<string, string>) =>
  createAzureSource({ ...cloud.environment, ...variables }, fakeClock());
const find = (variables: Record<string, string>, host = acme) =>
  sourceOf(variables).find(host, AbortSignal.timeout(5_000));
const asked = () => cloud.server.requests.length;
const form = (body = "") => Object.fromEntries(new URLSearchParams(body));

describe("the hosts of Azure's registries", () => {
  it.each(["acme.azurecr.io", "acme.azurecr.cn", "acme.azurecr.us", "acme.azurecr.de", "acme-hash.azurecr.io"])(
    "%s is one",
    (host) => {
      expect(isAzureRegistry(parseRegistryHost(host))).toBe(true);
    },
  );

  it.each([
    "acme.azurecr.io.evil.test",
    "evilazurecr.io",
    "azurecr.io",
    "a.b.azurecr.io",
    "acme.azurecr.io:444",
    "http://acme.azurecr.io",
    "acme.azurecr.com",
    "ghcr.io",
  ])("%s is none: nobody is asked", async (text) => {
    const before = asked();
    expect(isAzureRegistry(parseRegistryHost(text))).toBe(false);
    expect(await find(secretIdentity, parseRegistryHost(text))).toBeUndefined();
    expect(asked()).toBe(before);
  });
});

describe("an application", () => {
  it("with a secret: Entra's token is traded at the registry, the null user name goes with it", async () => {
    const found = await find(secretIdentity);
    expect([found?.username, found?.password.reveal(), found?.repeatableForMs]).toEqual([
      azureUsername,
      refreshToken,
      17.5 * 60_000,
    ]);
    const [entra, exchange] = cloud.server.requests.slice(-2);
    expect([entra?.headers.host, entra?.url]).toEqual(["login.microsoftonline.com", "/tenant-1/oauth2/v2.0/token"]);
    expect(form(entra?.body)).toEqual({
      grant_type: "client_credentials",
      client_id: "client-1",
      client_secret: "secret-canary",
      scope: "https://containerregistry.azure.net/.default",
    });
    expect([exchange?.headers.host, exchange?.method, exchange?.url]).toEqual([
      "acme.azurecr.io",
      "POST",
      "/oauth2/exchange",
    ]);
    expect(form(exchange?.body)).toEqual({
      grant_type: "access_token",
      service: "acme.azurecr.io",
      tenant: "tenant-1",
      access_token: "entra-token",
    });
  });

  it("with a federated token, whose file is read anew each time", async () => {
    const { AZURE_CLIENT_SECRET: _none, ...identity } = secretIdentity;
    const variables = { ...identity, AZURE_FEDERATED_TOKEN_FILE: workspace.write("token", "first\n") };
    await find(variables);
    expect(form(cloud.server.requests.at(-2)?.body)).toMatchObject({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: "first",
    });
    workspace.write("token", "second");
    await find(variables);
    expect(form(cloud.server.requests.at(-2)?.body)["client_assertion"]).toBe("second");
  });

  it("of another of Azure's clouds", async () => {
    await find({ ...secretIdentity, AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us/" });
    expect(cloud.server.requests.at(-2)?.headers.host).toBe("login.microsoftonline.us");
  });

  it.each([
    [{ ...secretIdentity, AZURE_AUTHORITY_HOST: "https://evil.example.com" }, "AZURE_AUTHORITY_HOST"],
    [{ ...secretIdentity, AZURE_TENANT_ID: "" }, "AZURE_TENANT_ID"],
    [{ ...secretIdentity, AZURE_TENANT_ID: "../../x" }, "AZURE_TENANT_ID"],
    [{ ...secretIdentity, AZURE_CLIENT_ID: "" }, "AZURE_CLIENT_ID"],
    [
      { AZURE_TENANT_ID: "t", AZURE_CLIENT_ID: "c", AZURE_FEDERATED_TOKEN_FILE: "/nonexistent" },
      "AZURE_FEDERATED_TOKEN_FILE",
    ],
  ])("%j is wrong, and no secret is sent", async (variables, path) => {
    const before = asked();
    const error = await rejectionOf(find(variables));
    expect(error).toMatchObject({ code: "CLOUD_SETTINGS_INVALID", path });
    expect(error.message).not.toContain("canary");
    expect(asked()).toBe(before);
  });

  it("that Entra refuses: its first line", async () => {
    cloud.server.setScript(() => ({
      status: 401,
      body: { error: "invalid_client", error_description: "AADSTS7000222: The secret is expired.\r\nTrace ID: x" },
    }));
    expect(await rejectionOf(find(secretIdentity))).toMatchObject({
      code: "CLOUD_LOGIN_REFUSED",
      message: expect.stringContaining("got 401: AADSTS7000222: The secret is expired"),
    });
  });

  it("that the registry refuses: which role it needs", async () => {
    cloud.server.setScript(({ headers }) =>
      headers.host === "acme.azurecr.io" ? { status: 401 } : { body: { access_token: "entra-token" } },
    );
    expect(await rejectionOf(find(secretIdentity))).toMatchObject({
      code: "CLOUD_LOGIN_REFUSED",
      hint: "give the identity the role AcrPull on the registry",
    });
  });

  it("a refresh token that does not say when it ends is not repeated", async () => {
    cloud.server.setScript(({ headers }) => ({
      body: headers.host === "acme.azurecr.io" ? { refresh_token: "opaque" } : { access_token: "e" },
    }));
    expect((await find(secretIdentity))?.repeatableForMs).toBe(0);
  });
});

describe("a managed identity", () => {
  let server: Server;
  let seen: { url: string; headers: Record<string, unknown> }[];
  let endpoint: string;
  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push({ url: request.url ?? "", headers: request.headers });
      response.end(JSON.stringify({ access_token: "machine-token" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("of a machine", async () => {
    const found = await find({ AZURE_POD_IDENTITY_AUTHORITY_HOST: endpoint, AZURE_CLIENT_ID: "mine" });
    expect(found?.password.reveal()).toBe(refreshToken);
    expect(seen[0]?.url).toBe(
      "/metadata/identity/oauth2/token?resource=https%3A%2F%2Fcontainerregistry.azure.net&api-version=2018-02-01&client_id=mine",
    );
    expect(seen[0]?.headers["metadata"]).toBe("true");
    expect(form(cloud.server.requests.at(-1)?.body)).toEqual({
      grant_type: "access_token",
      service: "acme.azurecr.io",
      access_token: "machine-token",
    });
  });

  it("of an app service", async () => {
    await find({ IDENTITY_ENDPOINT: `${endpoint}/msi/token`, IDENTITY_HEADER: "header-secret" });
    expect(seen[0]?.url).toBe("/msi/token?resource=https%3A%2F%2Fcontainerregistry.azure.net&api-version=2019-08-01");
    expect(seen[0]?.headers["x-identity-header"]).toBe("header-secret");
  });
});

it("without any settings there is no login, and no request", async () => {
  const before = asked();
  const source = sourceOf({});
  expect([source.isConfigured, source.isRemote(acme), await find({})]).toEqual([false, false, undefined]);
  expect(asked()).toBe(before);
});

it("an answer is for the same identity and secret alone", () => {
  const long = { ...secretIdentity, AZURE_CLIENT_SECRET: `${"s".repeat(40)}` };
  const { conditions } = sourceOf(long).validity(acme);
  expect(conditions).toContainEqual({ kind: "variable", name: "AZURE_CLIENT_ID", value: "client-1" });
  expect(conditions).toContainEqual({ kind: "secret", name: "AZURE_CLIENT_SECRET", tail: "s".repeat(12) });
  expect(sourceOf({}).validity(acme).conditions).toContainEqual({
    kind: "variable",
    name: "AZURE_CLIENT_SECRET",
    value: undefined,
  });
  expect(sourceOf(secretIdentity).validity(acme).repeatableForMs).toBe(0);
});
