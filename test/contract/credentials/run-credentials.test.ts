// The helper's own client against the server that it is for: same paths, same documents, same errors.
import { createManagementClient } from "../../../src/api/client.ts";
import { credentialsPath, currentRunTokenPath, dockerConfigPath, runTokensPath } from "../../../src/api/documents.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { Secret } from "../../../src/base/secret.ts";
import { createHttpClient, type HttpClient } from "../../../src/credentials/http-client.ts";
import { RunApi, runApiPaths } from "../../../src/credentials/run-api.ts";
import { createRunCredentialSource } from "../../../src/credentials/run-credential-source.ts";
import { parseManagementHost } from "../../../src/names/management-host.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { type ManagementServer, startManagementServer } from "../../../src/server/management-server.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { rejectionOf } from "../../support/thrown.ts";

const password = 'odd "quotes" ${x} \\ ünï 🙂';
const host = parseRegistryHost("localhost:1");
const signal = () => AbortSignal.timeout(10_000);

let authority: Authority;
let server: ManagementServer;
let environment: Record<string, string>;
let http: HttpClient;
let api: RunApi;
let admin: { token: Secret; source: string };

beforeAll(async () => {
  authority = createAuthority();
  environment = { SSL_CERT_FILE: authority.certificateFile, SCALR_OCI_KEY: Buffer.alloc(32, 7).toString("base64") };
  const tls = { kind: "given", ...authority.issue() } as const;
  server = await startManagementServer({ environment, tls, allowedRegistryCidrs: ["127.0.0.0/8", "::1/128"] });
  http = createHttpClient(environment);
  api = new RunApi({ host: parseManagementHost(server.hostname, "test"), http, clock: systemClock });
  admin = { token: server.adminToken, source: "SCALR_TOKEN" };
  const client = createManagementClient({ hostname: server.hostname, token: server.adminToken, environment });
  // Nothing listens on port 1: the integration is stored as failed, and its login is still delivered.
  const login = { username: "robot", password: new Secret(password), exportCredentials: true };
  await client.integrations.create({ name: "local", registryUrl: `https://${host.value}`, ...login });
  await client.close();
});
afterAll(async () => {
  http.close();
  await server.close();
  authority.remove();
});

async function mint(hosts?: readonly string[]) {
  return { token: await api.mintRunToken({ hosts }, admin, signal()), source: "SCALR_OCI_TOKEN" };
}

describe("run credentials from scalr-oci serve", () => {
  it("has the same paths as the documents of the API", () => {
    expect(runApiPaths).toEqual({
      credentials: credentialsPath,
      dockerConfig: dockerConfigPath,
      runTokens: runTokensPath,
      currentRunToken: currentRunTokenPath,
    });
  });

  it("a minted token reads the login of a host, in any spelling, with every character of its password", async () => {
    const { token } = await mint();
    const variables = { ...environment, SCALR_HOSTNAME: server.hostname, SCALR_OCI_TOKEN: token.reveal() };
    const source = createRunCredentialSource(variables);
    const found = await source?.find(parseRegistryHost("https://LOCALHOST:1/"), signal());
    expect([found?.username, found?.password.reveal()]).toEqual(["robot", password]);
  });

  it("a host without an integration is absent, and so is one that the token is not for", async () => {
    expect(await api.findCredential(parseRegistryHost("ghcr.io"), await mint(), signal())).toBeUndefined();
    expect(await api.findCredential(host, await mint(["ghcr.io"]), signal())).toBeUndefined();
  });

  it("the Docker auth configuration holds all logins of the run", async () => {
    const auth = Buffer.from(`robot:${password}`).toString("base64");
    expect(await api.readDockerAuths(await mint(), signal())).toEqual({ [host.value]: { auth } });
    expect(await api.readDockerAuths(await mint(["ghcr.io"]), signal())).toEqual({});
  });

  it("a revoked token reads nothing more, and is revoked again without an error", async () => {
    const run = await mint();
    await api.revokeRunToken(run, signal());
    expect(await rejectionOf(api.findCredential(host, run, signal()))).toMatchObject({ code: "TOKEN_REVOKED" });
    expect(await rejectionOf(api.readDockerAuths(run, signal()))).toMatchObject({ code: "TOKEN_REVOKED" });
    await api.revokeRunToken(run, signal());
  });

  it.each([
    ["an unknown token", new Secret(`scalroci_rt_${"x".repeat(49)}`), "TOKEN_INVALID"],
    ["a management token", undefined, "RIGHT_MISSING"],
  ])("%s reads no credential: %s", async (_, token, code) => {
    const by = { token: token ?? server.adminToken, source: "SCALR_OCI_TOKEN" };
    const error = await rejectionOf(api.findCredential(host, by, signal()));
    expect(error.code).toBe(code);
    expect(error.message).toContain(server.hostname);
    expect(error.message).not.toContain(by.token.reveal());
  });

  it("a run token mints no other", async () => {
    const error = await rejectionOf(api.mintRunToken({}, await mint(), signal()));
    expect(error).toMatchObject({ code: "RIGHT_MISSING" });
  });

  it("a lifetime that is not allowed is the server's refusal, with its words", async () => {
    const error = await rejectionOf(api.mintRunToken({ lifetimeSeconds: 90_000 }, admin, signal()));
    expect(error.code).toBe("API_REQUEST_REFUSED");
    expect(error.message).toContain("86400");
  });
});
