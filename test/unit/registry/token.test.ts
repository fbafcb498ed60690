import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { parseRealm, requestToken } from "../../../src/registry/token.ts";
import type { Transport } from "../../../src/registry/transport.ts";
import { Secret } from "../../../src/base/secret.ts";
import { rejectionOf, thrownBy } from "../../support/thrown.ts";

const host = parseRegistryHost("registry.example.com");

describe("parseRealm", () => {
  it.each([
    ["registry.example.com", "https://registry.example.com/token"],
    ["registry.example.com", "https://auth.example.net/token?x=1"],
    ["registry-1.docker.io", "https://auth.docker.io/token"],
    ["localhost:5000", "https://localhost:5001/token"],
    ["127.0.0.1:5000", "https://127.0.0.1:6000/token"],
    ["[::1]:5000", "https://[::1]:6000/token"],
    ["10.1.2.3", "https://10.1.2.3/token"],
    ["registry.example.com", "https://93.184.216.34/token"],
  ])("of %s takes %s", (name, realm) => {
    expect(parseRealm(realm, parseRegistryHost(name)).href).toBe(realm);
  });

  it.each([
    [undefined, "it is not a URL"],
    ["", "it is not a URL"],
    ["/token", "it is not a URL"],
    ["http://registry.example.com/token", "it is not https"],
    ["ftp://registry.example.com/token", "it is not https"],
    ["https://user@registry.example.com/token", "it carries user info"],
    ["https://user:pw@auth.example.net/token", "it carries user info"],
    ["https://localhost/token", "localhost is a private address and not the registry's own name"],
    ["https://x.localhost/token", "x.localhost is a private address and not the registry's own name"],
    ["https://127.0.0.1/token", "127.0.0.1 is a private address and not the registry's own name"],
    ["https://127.1/token", "127.0.0.1 is a private address and not the registry's own name"],
    ["https://2130706433/token", "127.0.0.1 is a private address and not the registry's own name"],
    ["https://[::1]/token", "::1 is a private address and not the registry's own name"],
    ["https://[::]/token", ":: is a private address and not the registry's own name"],
    ["https://[::ffff:127.0.0.1]/token", "::ffff:7f00:1 is a private address and not the registry's own name"],
    ["https://[fd00::1]/token", "fd00::1 is a private address and not the registry's own name"],
    ["https://[fe80::1]/token", "fe80::1 is a private address and not the registry's own name"],
    ["https://10.0.0.1/token", "10.0.0.1 is a private address and not the registry's own name"],
    ["https://172.31.0.1/token", "172.31.0.1 is a private address and not the registry's own name"],
    ["https://192.168.1.1/token", "192.168.1.1 is a private address and not the registry's own name"],
    ["https://169.254.169.254/token", "169.254.169.254 is a private address and not the registry's own name"],
    ["https://100.64.0.1/token", "100.64.0.1 is a private address and not the registry's own name"],
    ["https://0.0.0.0/token", "0.0.0.0 is a private address and not the registry's own name"],
  ])("refuses %j: %s", (realm, reason) => {
    expect(thrownBy(() => parseRealm(realm, host))).toMatchObject({
      code: "REGISTRY_REALM_REFUSED",
      message: `registry.example.com names a token realm that gets no credential: ${reason}`,
    });
  });
});

describe("requestToken", () => {
  const challenge = {
    scheme: "bearer",
    parameters: new Map([
      ["realm", "https://auth.example.net/token"],
      ["service", "a b&c"],
    ]),
  };
  const credential = { username: "robot", password: new Secret("pass:word") };

  const answering = (status: number, body: string): { transport: Transport; urls: string[]; headers: unknown[] } => {
    const urls: string[] = [];
    const headers: unknown[] = [];
    const transport: Transport = {
      send: async (request) => {
        urls.push(request.url.href);
        headers.push(request.headers);
        return {
          status,
          header: () => undefined,
          headers: () => [],
          body: (async function* () {
            yield Buffer.from(body);
          })(),
          discard: async () => undefined,
        };
      },
      close: async () => undefined,
    };
    return { transport, urls, headers };
  };

  it("asks with service and scopes, and gives the credential as Basic", async () => {
    const { transport, urls, headers } = answering(200, '{"token":"t","expires_in":100}');
    const scopes = ["repository:acme/vpc:pull", "repository:other:pull"];
    const token = await requestToken(transport, { host, challenge, scopes, credential }, 1_000);
    expect(urls).toEqual([
      "https://auth.example.net/token?service=a+b%26c&scope=repository%3Aacme%2Fvpc%3Apull&scope=repository%3Aother%3Apull",
    ]);
    expect(headers[0]).toMatchObject({ authorization: `Basic ${Buffer.from("robot:pass:word").toString("base64")}` });
    expect(token).toEqual({ value: "t", usableUntilMs: 96_000 });
  });

  it("asks anonymously without a credential", async () => {
    const { transport, headers } = answering(200, '{"access_token":"t"}');
    const token = await requestToken(transport, { host, challenge, scopes: [], credential: undefined }, 0);
    expect(headers[0]).not.toHaveProperty("authorization");
    expect(token).toEqual({ value: "t", usableUntilMs: 55_000 });
  });

  it.each([
    "",
    "{}",
    '{"token":""}',
    '{"token":1}',
    "<html>",
    '{"token":"a b"}',
    '{"token":"a\\r\\nx: y"}',
    '{"token":"t","expires_in":-1}',
  ])("refuses %j for a token", async (body) => {
    const { transport } = answering(200, body);
    const error = await rejectionOf(requestToken(transport, { host, challenge, scopes: [], credential }, 0));
    expect(error).toMatchObject({
      code: "REGISTRY_PROTOCOL_BROKEN",
      message: "auth.example.net did not answer with a token, expected a JSON token document",
    });
  });

  it("gives any other reply back", async () => {
    const { transport } = answering(401, "");
    expect(await requestToken(transport, { host, challenge, scopes: [], credential }, 0)).toMatchObject({
      status: 401,
    });
  });

  it("stops reading a document without end", async () => {
    const { transport } = answering(200, " ".repeat(2_000_000));
    const error = await rejectionOf(requestToken(transport, { host, challenge, scopes: [], credential }, 0));
    expect(error).toMatchObject({ message: "auth.example.net sent too much, expected at most 1048576 bytes" });
  });
});
