// preflight against our own server and real registries' manners: what it asks, what it says, what it does when they are away.
import { startManagementServer, type ManagementServer } from "../../../src/server/management-server.ts";
import { createManagementClient } from "../../../src/api/client.ts";
import { Secret } from "../../../src/base/secret.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { loadFrameworks, type Stack, testStack } from "../../support/construct-libraries.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";
import { TextSink } from "../../support/text-sink.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const challenge = { status: 401, headers: { "www-authenticate": 'Basic realm="registry"' }, body: "" };

let workspace: Workspace;
let authority: Authority;
let server: ManagementServer;
let registry: ScriptedServer;
let trust: string;

beforeAll(async () => {
  workspace = createWorkspace();
  authority = createAuthority();
  registry = await startScriptedServer(authority.issue(), () => challenge);
  server = await startManagementServer({
    environment: { HOME: workspace.path("home"), SSL_CERT_FILE: authority.certificateFile },
    allowedRegistryCidrs: ["127.0.0.0/8"],
  });
  trust = workspace.write("trust.pem", server.certificatePem + authority.certificatePem);
});
afterAll(async () => {
  await server.close();
  await registry.stop();
  authority.remove();
  workspace.remove();
});

describe.each(await loadFrameworks())("preflight with $name", (framework) => {
  const { library } = framework;
  const { DockerIntegration, preflight } = library;
  let stack: Stack;
  let stderr: TextSink;
  beforeEach(() => {
    stack = testStack(framework);
    stderr = new TextSink();
    registry.setScript(() => challenge);
  });

  const environment = (more: Record<string, string> = {}) => ({
    SCALR_HOSTNAME: server.hostname,
    SCALR_TOKEN: server.adminToken.reveal(),
    SSL_CERT_FILE: trust,
    ...more,
  });
  const check = (options: Parameters<typeof preflight>[1] = {}) =>
    preflight(stack.node.root, { environment: environment(), stderr, ...options });
  const declare = (id: string, registryUrl: string) =>
    new DockerIntegration(stack, id, { registryUrl, username: "bot" });
  const client = () =>
    createManagementClient({
      hostname: server.hostname,
      token: server.adminToken,
      environment: { SSL_CERT_FILE: trust },
    });

  it("is content with a registry that asks for a login, and says whom it asked", async () => {
    declare("own", `https://${registry.host}`);
    const before = registry.requests.length;
    const report = await check();
    expect(report).toEqual({ integrations: 1, modules: 0, asked: [server.hostname], warnings: [] });
    expect(stderr.text).toBe(`preflight: 1 integration checked with ${server.hostname}, no problem found\n`);
    const seen = registry.requests.slice(before);
    expect(seen.map(({ method, url }) => [method, url])).toEqual([["GET", "/v2/"]]);
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it("asks the API once, however many integrations there are", async () => {
    let lists = 0;
    const api = await startScriptedServer(authority.issue(), () => {
      lists += 1;
      return { status: 200, headers: { "content-type": "application/vnd.api+json" }, body: { data: [], meta: {} } };
    });
    try {
      for (let index = 0; index < 30; index += 1) declare(`r${index}`, `https://r${index}.example`);
      await check({ hostname: api.host, probeRegistries: false });
      expect(lists).toBe(1);
    } finally {
      await api.stop();
    }
  });

  it("says that a host is taken by an integration that it does not declare", async () => {
    await using api = client();
    const other = await api.integrations.create({
      name: "somebody's",
      registryUrl: "https://taken.invalid",
      username: "u",
      password: new Secret("p"),
      exportCredentials: true,
    });
    try {
      declare("mine", "https://taken.invalid");
      const error = await rejectionOf(check({ probeRegistries: false }));
      expect(error).toMatchObject({ problems: [{ code: "HOST_TAKEN", path: "app/mine" }] });
      expect(error.message).toContain(`the integration somebody's (${other.id}) already`);
      await expect(check({ probeRegistries: false, renamedFrom: ["somebody's"] })).resolves.toBeDefined();
    } finally {
      await api.integrations.delete(other.id);
    }
  });

  it.each([301, 302, 303, 307, 308])("says where a registry URL redirects that answers %d", async (status) => {
    registry.setScript(() => ({
      status,
      headers: { location: "https://registry.example:8443/v2/?x=secret" },
      body: "",
    }));
    declare("own", `https://${registry.host}`);
    const error = await rejectionOf(check());
    expect(error).toMatchObject({
      problems: [{ code: "REGISTRY_REDIRECTED", path: "app/own", hint: "use https://registry.example:8443" }],
    });
    expect(error.message).not.toContain("secret");
  });

  it.each<[string, Script, string]>([
    ["a redirect to itself", () => ({ status: 302, headers: { location: "/login" }, body: "" }), "REGISTRY_REDIRECTED"],
    ["a redirect to nowhere", () => ({ status: 302, body: "" }), "REGISTRY_REDIRECTED"],
    ["no registry", () => ({ status: 404, body: "nothing here" }), "REGISTRY_NOT_FOUND"],
  ])("%s is a problem", async (_, script, code) => {
    registry.setScript(script);
    declare("own", `https://${registry.host}`);
    const error = await rejectionOf(check());
    expect(error).toMatchObject({ problems: [{ code, hint: "give the address that docker login would use" }] });
  });

  it("says that a URL cannot be resolved, and asks nobody when it is told to", async () => {
    declare("gone", "https://registry.invalid");
    const error = await rejectionOf(check());
    expect(error).toMatchObject({ problems: [{ code: "REGISTRY_UNREACHABLE", path: "app/gone" }] });
    expect(error.message).toContain("registry url cannot be resolved, got https://registry.invalid");
    await expect(check({ probeRegistries: false })).resolves.toBeDefined();
  });

  it.each<[string, Script]>([
    ["an overloaded registry", () => ({ status: 503, body: "" })],
    ["a registry that drops the connection", () => "drop"],
  ])("%s is a warning: it may be the way from here", async (_, script) => {
    registry.setScript(script);
    declare("own", `https://${registry.host}`);
    const report = await check();
    expect(report.warnings).toMatchObject([{ code: "REGISTRY_UNREACHABLE", path: "app/own" }]);
    expect(stderr.text).toMatch(/^preflight: warning: app\/own: /);
  });

  it("a registry whose certificate is not trusted here is a warning", async () => {
    declare("own", `https://${registry.host}`);
    const own = workspace.write("server-only.pem", server.certificatePem);
    const report = await check({ environment: environment({ SSL_CERT_FILE: own }) });
    expect(report.warnings).toMatchObject([{ code: "REGISTRY_UNTRUSTED", path: "app/own" }]);
  });

  it.each<[string, () => Promise<string>, string]>([
    ["unknown", async () => "not-a-token", "TOKEN_INVALID"],
    ["without the right to read integrations", async () => mint("mint"), "RIGHT_MISSING"],
    ["of a run", async () => runToken(), "RIGHT_MISSING"],
  ])("says that a token is %s, without showing it", async (_, makeToken, code) => {
    const token = await makeToken();
    declare("own", `https://${registry.host}`);
    const error = await rejectionOf(check({ token }));
    expect(error).toMatchObject({ problems: [{ code, path: "an option of preflight" }] });
    expect(error.message).not.toContain(token);
  });

  async function mint(role: "manage" | "mint"): Promise<string> {
    await using api = client();
    return (await api.accessTokens.create({ role })).token.reveal();
  }

  async function runToken(): Promise<string> {
    await using api = client();
    return (await api.runTokens.create({})).token.reveal();
  }

  it("a manage token is enough", async () => {
    declare("own", `https://${registry.host}`);
    await expect(check({ token: await mint("manage") })).resolves.toMatchObject({ asked: [server.hostname] });
  });

  it("takes hostname and token of the provider construct, and then the environment's", async () => {
    const { hostname } = server;
    const provider = new library.ScalrProvider(stack, "own", { alias: "own", hostname });
    new DockerIntegration(stack, "x", { registryUrl: `https://${registry.host}`, username: "bot", provider });
    const report = await check({ environment: environment({ SCALR_HOSTNAME: "nowhere.invalid" }) });
    expect(report.asked).toEqual([hostname]);
  });

  it("an API that cannot be reached is a warning, and a problem when it is required", async () => {
    declare("own", `https://${registry.host}`);
    const options = { hostname: "localhost:1" };
    const report = await check(options);
    expect(report).toMatchObject({
      asked: [],
      warnings: [{ code: "API_UNREACHABLE", path: "an option of preflight" }],
    });
    expect(stderr.text).toContain("checked offline only");
    expect(await rejectionOf(check({ ...options, requireApi: true }))).toMatchObject({
      problems: [{ code: "API_UNREACHABLE" }],
    });
  });

  it("a hostname that is none, and a server that is not trusted, are problems", async () => {
    declare("own", `https://${registry.host}`);
    expect(await rejectionOf(check({ hostname: "http://acme.scalr.io" }))).toMatchObject({
      problems: [{ code: "INVALID_ARGUMENT", path: "an option of preflight" }],
    });
    expect(
      await rejectionOf(check({ environment: environment({ SSL_CERT_FILE: authority.certificateFile }) })),
    ).toMatchObject({
      problems: [{ code: "API_UNTRUSTED", path: "SCALR_HOSTNAME" }],
    });
  });

  describe("with integrations that are managed elsewhere", () => {
    it("is content when they are there, and says which are not", async () => {
      await using api = client();
      const url = `https://${registry.host}`;
      registry.setScript(() => ({
        status: 200,
        headers: { "docker-distribution-api-version": "registry/2.0" },
        body: "{}",
      }));
      const other = await api.integrations.create({
        name: "theirs",
        registryUrl: url,
        username: "u",
        password: new Secret("p"),
        exportCredentials: true,
      });
      try {
        DockerIntegration.fromId(stack, "by-id", other.id);
        DockerIntegration.fromName(stack, "by-name", "theirs");
        DockerIntegration.fromHost(stack, "by-host", registry.host);
        expect(await check()).toMatchObject({ integrations: 0, asked: [server.hostname], warnings: [] });
        expect(stderr.text).toContain("preflight: 3 integrations checked with");
        DockerIntegration.fromName(stack, "gone", "nobody's");
        expect(await rejectionOf(check())).toMatchObject({
          problems: [{ code: "INTEGRATION_NOT_FOUND", path: "app/gone" }],
        });
      } finally {
        await api.integrations.delete(other.id);
      }
    });
  });

  describe("with modules", () => {
    const manifest = Buffer.from('{"schemaVersion":2}');
    const publicModule: Script = ({ url }) =>
      url === "/v2/"
        ? challenge
        : {
            status: 200,
            headers: {
              "content-type": "application/vnd.oci.image.manifest.v1+json",
              "content-length": String(manifest.length),
              "docker-content-digest": `sha256:${"0".repeat(64)}`,
            },
            body: "",
          };
    const use = (id: string, source: string) => new framework.cdk.TerraformHclModule(stack, id, { source });

    it("asks nobody about a host whose login the program exports", async () => {
      declare("own", `https://${registry.host}`);
      use("vpc", `oci://${registry.host}/acme/vpc?tag=1.0.0`);
      const before = registry.requests.length;
      expect(await check()).toMatchObject({ modules: 1, warnings: [] });
      expect(registry.requests.slice(before).map(({ url }) => url)).toEqual(["/v2/"]);
      expect(stderr.text).toContain("1 integration and 1 module checked with");
    });

    it.each([
      ["nobody exports", {}],
      ["the program does not export", { exportCredentials: false }],
    ])("says that a private module has no login: %s", async (_, props) => {
      const registryUrl = `https://${registry.host}`;
      if ("exportCredentials" in props) new DockerIntegration(stack, "own", { registryUrl, username: "bot", ...props });
      use("vpc", `oci://${registry.host}/acme/vpc?tag=1.0.0`);
      const error = await rejectionOf(check());
      expect(error).toMatchObject({ problems: [{ code: "CREDENTIAL_NOT_FOUND", path: "app/vpc" }] });
      expect(error.message).toContain(
        `module at ${registry.host} is not public, and no integration exports a login for it`,
      );
    });

    it("is content with a public module", async () => {
      registry.setScript(publicModule);
      use("vpc", `oci://${registry.host}/acme/vpc?tag=1.0.0`);
      expect(await check()).toMatchObject({ integrations: 0, modules: 1, asked: [server.hostname], warnings: [] });
    });

    it("a registry that is away is a warning", async () => {
      registry.setScript(() => "drop");
      use("vpc", `oci://${registry.host}/acme/vpc?tag=1.0.0`);
      expect(await check()).toMatchObject({ warnings: [{ code: "REGISTRY_UNREACHABLE", path: "app/vpc" }] });
    });
  });

  it("says what it finds offline and online together", async () => {
    registry.setScript(() => ({ status: 404, body: "" }));
    declare("own", `https://${registry.host}`);
    new DockerIntegration(stack, "long", { registryUrl: "https://r.invalid", username: "bot", name: "n".repeat(200) });
    const error = await rejectionOf(check());
    expect(error).toMatchObject({
      problems: [
        { code: "REGISTRY_NOT_FOUND", path: "app/own" },
        { code: "INVALID_ARGUMENT", path: "app/long" },
        { code: "REGISTRY_UNREACHABLE", path: "app/long" },
      ],
    });
  });
});
