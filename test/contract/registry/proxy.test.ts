// The registry client behind a proxy: HTTPS_PROXY and NO_PROXY as Go programs, and so OpenTofu, read them.
import { Secret } from "../../../src/base/secret.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../../src/registry/embedded-registry.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type ConnectProxy, startConnectProxy } from "../../support/connect-proxy.ts";
import { rejectionOf } from "../../support/thrown.ts";

const hostname = "registry.example.test";
const users = [{ username: "robot", password: new Secret("pw") }];

let authority: Authority;
let registry: EmbeddedRegistry;
let proxy: ConnectProxy;

beforeEach(async () => {
  authority = createAuthority();
  registry = await startEmbeddedRegistry({
    tls: authority.issue([hostname, "localhost"]),
    auth: { kind: "token", users },
  });
  proxy = await startConnectProxy({ [`${hostname}:443`]: registry.port });
});

afterEach(async () => {
  await proxy.stop();
  await registry.close();
  authority.remove();
});

function connect(host: string, variables: Record<string, string>): RegistryClient {
  return new RegistryClient({
    host: parseRegistryHost(host),
    environment: { SSL_CERT_FILE: authority.certificateFile, ...variables },
    find: async () => users[0],
    retryPolicy: { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 },
  });
}

it.each(["HTTPS_PROXY", "https_proxy"])("goes through %s, to the registry and to its realm", async (variable) => {
  const client = connect(hostname, { [variable]: proxy.url.replace("//", "//user:p%40ss@") });
  await client.ping();
  expect(new Set(proxy.tunnels.map(({ target }) => target))).toEqual(new Set([`${hostname}:443`]));
  const login = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
  expect(proxy.tunnels[0]?.authorization).toBe(login);
  expect(registry.requests.count("GET", "/token")).toBe(1);
  await client.close();
});

it("goes around it for what NO_PROXY names, and for this machine", async () => {
  const local = connect(registry.host.value, { HTTPS_PROXY: proxy.url });
  await local.ping();
  await local.close();
  const excepted = connect("excepted.example.test", { HTTPS_PROXY: proxy.url, NO_PROXY: "example.test" });
  expect(await rejectionOf(excepted.ping())).toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  await excepted.close();
  expect(proxy.tunnels).toEqual([]);
});

it("says that the registry cannot be reached when the proxy refuses or is not there", async () => {
  const refused = connect("other.example.test", { HTTPS_PROXY: proxy.url });
  const error = await rejectionOf(refused.ping());
  expect(error).toMatchObject({ code: "REGISTRY_UNREACHABLE", message: expect.stringContaining("other.example.test") });
  await refused.close();
  const missing = connect(hostname, { HTTPS_PROXY: "http://127.0.0.1:1" });
  expect(await rejectionOf(missing.ping())).toMatchObject({ code: "REGISTRY_UNREACHABLE" });
  await missing.close();
});

it("refuses a proxy of a kind that it cannot use, without repeating its password", async () => {
  const client = connect(hostname, { HTTPS_PROXY: "socks5://user:canary@127.0.0.1:1" });
  const error = await rejectionOf(client.ping());
  expect(error).toMatchObject({ name: "InputError", code: "INVALID_ARGUMENT" });
  expect(`${error.message} ${error.hint}`).not.toContain("canary");
  await client.close();
});
