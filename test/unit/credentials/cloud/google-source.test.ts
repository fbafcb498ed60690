import { createVerify, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createGoogleSource, isGoogleRegistry } from "../../../../src/credentials/cloud/google-source.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { type Authority, createAuthority } from "../../../support/authority.ts";
import { type FakeCloud, startFakeCloud } from "../../../support/fake-cloud.ts";
import { fakeClock } from "../../../support/fake-clock.ts";
import type { ScriptedRequest } from "../../../support/scripted-server.ts";
import { rejectionOf } from "../../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const canary = "canary-ya29";
const gar = parseRegistryHost("europe-docker.pkg.dev");
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const serviceAccount = {
  type: "service_account",
  client_email: "robot@acme.iam.gserviceaccount.com",
  private_key: pem,
  private_key_id: "key-1",
};
const user = {
  type: "authorized_user",
  client_id: "id",
  client_secret: "client-secret",
  refresh_token: "refresh-canary",
};

let authority: Authority;
let cloud: FakeCloud;
let workspace: Workspace;
beforeAll(async () => {
  authority = createAuthority();
  const names = [
    "oauth2.googleapis.com",
    "sts.googleapis.com",
    "iamcredentials.googleapis.com",
    "idp.example.com",
    "evil.example.com",
  ];
  cloud = await startFakeCloud(authority, names, () => ({}));
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  authority.remove();
});
beforeEach(() => {
  workspace = createWorkspace();
  cloud.server.setScript(() => ({ body: { access_token: canary, expires_in: 3600, token_type: "Bearer" } }));
});
afterEach(() => workspace.remove());

function sourceOf(document: object | undefined, variables: Record<string, string> = {}) {
  const file =
    document === undefined
      ? {}
      : { GOOGLE_APPLICATION_CREDENTIALS: workspace.write("adc.json", JSON.stringify(document)) };
  return createGoogleSource({ HOME: workspace.path("home"), ...cloud.environment, ...file, ...variables }, fakeClock());
}

const find = (document: object | undefined, host = gar, variables?: Record<string, string>) =>
  sourceOf(document, variables).find(host, AbortSignal.timeout(5_000));
const last = () => cloud.server.requests.at(-1) as ScriptedRequest;
const form = ({ body }: ScriptedRequest) => Object.fromEntries(new URLSearchParams(body));
const asked = () => cloud.server.requests.length;

describe("the hosts of Google's registries", () => {
  it.each([
    "gcr.io",
    "eu.gcr.io",
    "us-central1-docker.pkg.dev",
    "europe-docker.pkg.dev",
    "docker.us-east1.rep.pkg.dev",
  ])("%s is one", (host) => {
    expect(isGoogleRegistry(parseRegistryHost(host))).toBe(true);
  });

  it.each([
    "gcr.io.evil.test",
    "evilgcr.io",
    "x.y.gcr.io",
    "pkg.dev",
    "docker.pkg.dev",
    "evil-docker.pkg.dev.test",
    "gcr.io:444",
    "http://gcr.io",
    "maven.pkg.dev",
    "ghcr.io",
  ])("%s is none: it gets no token, and nobody is asked", async (text) => {
    const host = parseRegistryHost(text);
    const before = asked();
    expect(isGoogleRegistry(host)).toBe(false);
    expect(await find(serviceAccount, host)).toBeUndefined();
    expect(asked()).toBe(before);
  });
});

describe("a service account", () => {
  it("signs an assertion that Google can check, and gets an access token", async () => {
    const found = await find(serviceAccount);
    expect([found?.username, found?.password.reveal(), found?.repeatableForMs]).toEqual([
      "oauth2accesstoken",
      canary,
      1_800_000,
    ]);
    const { grant_type, assertion = "" } = form(last());
    expect([last().method, last().url, last().headers.host, grant_type]).toEqual([
      "POST",
      "/token",
      "oauth2.googleapis.com",
      "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ]);
    const [head = "", claims = "", signature = ""] = assertion.split(".");
    expect(JSON.parse(Buffer.from(head, "base64url").toString())).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    const now = Date.UTC(2030, 0, 1) / 1000;
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
      iss: serviceAccount.client_email,
      scope: "https://www.googleapis.com/auth/cloud-platform",
      aud: "https://oauth2.googleapis.com/token",
      iat: now,
      exp: now + 3600,
    });
    expect(createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(publicKey, signature, "base64url")).toBe(true);
  });

  it("with a broken key is an error that does not show it", async () => {
    const error = await rejectionOf(find({ ...serviceAccount, private_key: "-----BEGIN PRIVATE KEY-----canary" }));
    expect(error.code).toBe("CLOUD_SETTINGS_INVALID");
    expect(error.message).not.toContain("canary");
  });

  it("that Google refuses: its words, not ours", async () => {
    cloud.server.setScript(() => ({
      status: 400,
      body: { error: "invalid_grant", error_description: "Invalid JWT Signature.\nmore" },
    }));
    const error = await rejectionOf(find(serviceAccount));
    expect(error).toMatchObject({
      kind: "auth",
      code: "CLOUD_LOGIN_REFUSED",
      message: "Google's token service refuses, got 400: Invalid JWT Signature",
    });
  });
});

describe("a user", () => {
  it("has the login refreshed", async () => {
    await find(user);
    expect(form(last())).toEqual({
      grant_type: "refresh_token",
      client_id: "id",
      client_secret: "client-secret",
      refresh_token: "refresh-canary",
    });
  });

  it("is found where gcloud keeps it", async () => {
    workspace.write("home/.config/gcloud/application_default_credentials.json", JSON.stringify(user));
    expect((await find(undefined))?.password.reveal()).toBe(canary);
  });

  it("is found where CLOUDSDK_CONFIG says", async () => {
    workspace.write("sdk/application_default_credentials.json", JSON.stringify(user));
    expect((await find(undefined, gar, { CLOUDSDK_CONFIG: workspace.path("sdk") }))?.password.reveal()).toBe(canary);
  });
});

describe("federation", () => {
  const external = {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: "https://sts.googleapis.com/v1/token",
  };

  it("trades the token of a file, read anew each time", async () => {
    const file = workspace.write("token", "first\n");
    await find({ ...external, credential_source: { file } });
    expect(form(last())).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      audience: external.audience,
      subject_token: "first",
    });
    workspace.write("token", "second");
    await find({ ...external, credential_source: { file } });
    expect(form(last())["subject_token"]).toBe("second");
  });

  it("trades the token of a URL, as in a CI job, and becomes a service account", async () => {
    cloud.server.setScript(({ url, headers }) => {
      if (headers.host === "idp.example.com") return { body: { value: "job-token" } };
      if (url.endsWith(":generateAccessToken"))
        return { body: { accessToken: "impersonated", expireTime: "2030-01-01T00:20:00Z" } };
      return { body: { access_token: "federated", expires_in: 600 } };
    });
    const found = await find({
      ...external,
      service_account_impersonation_url:
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/x@y.iam.gserviceaccount.com:generateAccessToken",
      credential_source: {
        url: "https://idp.example.com/token",
        headers: { authorization: "bearer job" },
        format: { type: "json", subject_token_field_name: "value" },
      },
    });
    const [idp, sts, iam] = cloud.server.requests.slice(-3);
    expect([
      idp?.headers.authorization,
      form(sts as ScriptedRequest)["subject_token"],
      iam?.headers.authorization,
    ]).toEqual(["bearer job", "job-token", "Bearer federated"]);
    expect([found?.password.reveal(), found?.repeatableForMs]).toEqual(["impersonated", 600_000]);
  });

  it.each([
    [{ token_url: "https://evil.example.com/v1/token" }, "not Google's"],
    [{ token_url: "https://sts.googleapis.com.evil.example.com/v1/token" }, "not Google's"],
    [{ token_url: "http://sts.googleapis.com/v1/token" }, "not Google's"],
    [{ service_account_impersonation_url: "https://evil.example.com/x" }, "not Google's"],
    [{ credential_source: { executable: { command: "touch pwned" } } }, "not supported"],
    [{ credential_source: { url: "http://evil.example.com/token" } }, "not supported"],
    [{ credential_source: { file: "/nonexistent" } }, "cannot be read"],
  ])("a file with %j sends no token anywhere else", async (part, words) => {
    const credential_source = { file: workspace.write("token", "subject-canary") };
    const error = await rejectionOf(find({ ...external, credential_source, ...part }));
    expect(error.code).toBe("CLOUD_SETTINGS_INVALID");
    expect(error.message).toContain(words);
    expect(cloud.server.requests.some(({ headers }) => headers.host === "evil.example.com")).toBe(false);
  });
});

describe("the metadata service", () => {
  it("gives the token of the machine", async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url, request.headers["metadata-flavor"] as string | undefined);
      response.end(JSON.stringify({ access_token: canary, expires_in: 400 }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const found = await find(undefined, gar, { GCE_METADATA_HOST: `127.0.0.1:${port}` });
    expect([found?.password.reveal(), found?.repeatableForMs]).toEqual([canary, 100_000]);
    expect(seen).toEqual(["/computeMetadata/v1/instance/service-accounts/default/token", "Google"]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("that does not answer is given up after a second", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const startedAt = performance.now();
    const error = await rejectionOf(find(undefined, gar, { GCE_METADATA_HOST: `127.0.0.1:${port}` }));
    expect(error).toMatchObject({ code: "CLOUD_UNREACHABLE" });
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("settings", () => {
  it("without any there is no login, and no request", async () => {
    const before = asked();
    const source = sourceOf(undefined);
    expect([source.isConfigured, source.isRemote(gar)]).toEqual([false, false]);
    expect(await find(undefined)).toBeUndefined();
    expect(asked()).toBe(before);
    expect(source.validity(gar).conditions).toContainEqual({
      kind: "file",
      path: workspace.path("home", ".config", "gcloud", "application_default_credentials.json"),
      isThere: false,
    });
  });

  it.each([
    [{ type: "service_account" }, "has no client_email"],
    [{ type: "gdch_service_account" }, "type that is not supported"],
    [{}, "type that is not supported"],
  ])("%j is an error for Google's hosts alone", async (document, words) => {
    const error = await rejectionOf(find(document));
    expect(error).toMatchObject({ code: "CLOUD_SETTINGS_INVALID" });
    expect(error.message).toContain(words);
    expect(await find(document, parseRegistryHost("ghcr.io"))).toBeUndefined();
  });

  it("a named file that is not there is an error", async () => {
    const error = await rejectionOf(find(undefined, gar, { GOOGLE_APPLICATION_CREDENTIALS: "/nonexistent" }));
    expect(error.message).toContain("cannot be read");
  });

  it.each([
    [503, "CLOUD_UNREACHABLE"],
    [429, "CLOUD_UNREACHABLE"],
    [302, "CLOUD_ANSWER_INVALID"],
    [404, "CLOUD_ANSWER_INVALID"],
  ])("an answer %d is %s", async (status, code) => {
    cloud.server.setScript(() => ({ status, body: "<html>" }));
    expect(await rejectionOf(find(user))).toMatchObject({ code });
  });

  it("an answer without a token is one that should not be", async () => {
    cloud.server.setScript(() => ({ body: {} }));
    expect(await rejectionOf(find(user))).toMatchObject({ code: "CLOUD_ANSWER_INVALID" });
  });
});
