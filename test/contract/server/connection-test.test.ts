// The registry probe on real sockets: Debian's docker-registry with both ways to log in, and what goes wrong on a network.
import { createServer, type AddressInfo, type LookupFunction } from "node:net";
import { Secret } from "../../../src/base/secret.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { createAddressRule } from "../../../src/server/connection-test/address-rule.ts";
import {
  type ConnectionTester,
  createConnectionTester,
  defaultTestLimits,
  type TestLimits,
} from "../../../src/server/connection-test/connection-test.ts";
import { createGuardedTransport } from "../../../src/server/connection-test/guarded-transport.ts";
import { createSelfSignedCertificate } from "../../../src/base/certificate.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { startDockerRegistry } from "../../support/docker-registry.ts";
import { basicRegistry, type DoubleReply, registryHeaders, startRegistryDouble } from "./support/registry-double.ts";

const loopback = ["127.0.0.0/8", "::1/128"];
const right = { username: "robot", password: new Secret("correct-horse-battery") };
const wrong = { username: "robot", password: new Secret("wr0ng") };

interface TesterOptions {
  readonly limits?: Partial<TestLimits>;
  readonly cidrs?: readonly string[];
  readonly lookup?: LookupFunction;
}

describe("the connection test", () => {
  let authority: Authority;
  const testers: ConnectionTester[] = [];
  beforeAll(() => {
    authority = createAuthority();
  });
  afterEach(async () => {
    for (const tester of testers.splice(0)) await tester.close();
  });
  afterAll(() => authority.remove());

  function open({ cidrs = loopback, lookup, limits }: TesterOptions = {}): ConnectionTester {
    const isAllowed = createAddressRule(cidrs);
    const transport = createGuardedTransport({ isAllowed, certificates: [authority.certificatePem], lookup });
    const tester = createConnectionTester(transport, { ...defaultTestLimits, ...limits });
    testers.push(tester);
    return tester;
  }
  const test = async (host: string, credential = right, options?: TesterOptions) =>
    open(options).test(parseRegistryHost(host), credential);
  const codeFor = async (host: string, credential = right, options?: TesterOptions) =>
    (await test(host, credential, options))?.code;

  describe("against docker-registry", () => {
    it.each(["htpasswd", "token"] as const)("tells a right login from a wrong one, with %s", async (auth) => {
      await using registry = await startDockerRegistry({ auth, authority });
      expect(await codeFor(registry.host)).toBe("ok");
      expect(await codeFor(registry.host, wrong)).toBe("credentials-refused");
      expect(await codeFor(registry.host, { ...right, username: "nobody" })).toBe("credentials-refused");
    });

    it("takes any login where none is asked for", async () => {
      await using registry = await startDockerRegistry({ auth: "none", authority });
      expect(await codeFor(registry.host)).toBe("ok");
    });

    it("asks again with a scope where a token service wants one", async () => {
      await using registry = await startDockerRegistry({ auth: "token", authority, refuseScopeless: true });
      expect(await codeFor(registry.host)).toBe("ok");
      expect(await codeFor(registry.host, wrong)).toBe("credentials-refused");
      expect(registry.tokenServer?.requests.map(({ scopes, login }) => [scopes.length, login])).toEqual([
        [0, "accepted"],
        [1, "accepted"],
        [0, "refused"],
      ]);
    });

    it("has a private address refused without asking it", async () => {
      await using registry = await startDockerRegistry({ auth: "htpasswd", authority });
      const before = registry.log();
      for (const host of [
        registry.host,
        `127.0.0.1:${registry.port}`,
        `[::1]:${registry.port}`,
        `localhost.:${registry.port}`,
      ]) {
        expect(await codeFor(host, right, { cidrs: [] })).toBe("address-refused");
      }
      expect(registry.log()).toBe(before);
    });
  });

  describe("with a name that has several addresses", () => {
    const resolvingTo =
      (...addresses: string[]): LookupFunction =>
      (_hostname, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );

    it("refuses all when one of them is private", async () => {
      await using registry = await startRegistryDouble(authority.issue(["registry.example"]), basicRegistry("a", "b"));
      const host = `registry.example:${registry.port}`;
      expect(await codeFor(host, right, { cidrs: [], lookup: resolvingTo("140.82.112.33", "127.0.0.1") })).toBe(
        "address-refused",
      );
      expect(await codeFor(host, right, { lookup: resolvingTo("169.254.169.254", "127.0.0.1") })).toBe(
        "address-refused",
      );
      expect(registry.connections()).toBe(0);
      expect(await codeFor(host, right, { lookup: resolvingTo("127.0.0.1") })).toBe("credentials-refused");
    });

    it("asks the name server anew for every connection, so that a name that changes its mind is caught", async () => {
      await using registry = await startRegistryDouble(authority.issue(["registry.example"]), basicRegistry("a", "b"));
      const answers = [["127.0.0.1"], ["10.0.0.1"]];
      const lookup: LookupFunction = (hostname, options, callback) =>
        resolvingTo(...(answers.shift() ?? []))(hostname, options, callback);
      const tester = open({ lookup });
      const host = parseRegistryHost(`registry.example:${registry.port}`);
      registry.answerWith(() => ({ status: 500, headers: { connection: "close" } }));
      expect((await tester.test(host, right))?.code).toBe("registry-failing");
      expect((await tester.test(host, right))?.code).toBe("address-refused");
    });
  });

  describe("keeps the login", () => {
    const answer =
      (realm: string): (() => DoubleReply) =>
      () => ({
        status: 401,
        headers: { ...registryHeaders, "www-authenticate": `Bearer realm="${realm}",service="s"` },
      });

    it("from a token service on another host", async () => {
      await using elsewhere = await startRegistryDouble(authority.issue(), () => ({
        status: 200,
        body: '{"token":"t"}',
      }));
      await using registry = await startRegistryDouble(
        authority.issue(),
        answer(`https://127.0.0.1:${elsewhere.port}/token`),
      );
      expect(await codeFor(`localhost:${registry.port}`)).toBe("realm-refused");
      expect(elsewhere.requests).toEqual([]);
      expect(registry.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
    });

    it("from where a token service redirects to", async () => {
      await using elsewhere = await startRegistryDouble(authority.issue(), () => ({
        status: 200,
        body: '{"token":"t"}',
      }));
      await using registry = await startRegistryDouble(authority.issue(), () => ({ status: 500 }));
      registry.answerWith(({ path }) =>
        path.startsWith("/token")
          ? { status: 307, headers: { location: `https://127.0.0.1:${elsewhere.port}/token` } }
          : answer(`https://localhost:${registry.port}/token`)(),
      );
      expect(await codeFor(`localhost:${registry.port}`)).toBe("registry-failing");
      expect(elsewhere.requests).toEqual([]);
    });

    it("out of the registry: it gets the token instead", async () => {
      await using registry = await startRegistryDouble(authority.issue(), () => ({ status: 500 }));
      registry.answerWith(({ path, authorization }) => {
        if (path.startsWith("/token")) return { status: 200, body: '{"access_token":"abc.def-_~+/="}' };
        if (authorization === "Bearer abc.def-_~+/=") return { status: 200, headers: registryHeaders };
        return answer(`https://localhost:${registry.port}/token`)();
      });
      expect(await codeFor(`localhost:${registry.port}`)).toBe("ok");
      expect(registry.requests.map(({ path, authorization }) => [path, authorization?.split(" ")[0]])).toEqual([
        ["/v2/", undefined],
        ["/token?service=s", "Basic"],
        ["/v2/", "Bearer"],
      ]);
    });

    it.each(['{"token":"a b"}', '{"token":"a\\r\\nx: y"}', '{"token":7}', "{}", "[]", "no json", ""])(
      "and does not send on the token in %j",
      async (body) => {
        await using registry = await startRegistryDouble(authority.issue(), () => ({ status: 500 }));
        registry.answerWith(({ path }) =>
          path.startsWith("/token") ? { status: 200, body } : answer(`https://localhost:${registry.port}/token`)(),
        );
        expect(await codeFor(`localhost:${registry.port}`)).toBe("registry-failing");
        expect(registry.requests).toHaveLength(2);
      },
    );
  });

  describe("names what is wrong with TLS", () => {
    it.each([
      ["an authority that is not trusted", () => createAuthority(), ["localhost"], "certificate-untrusted"],
      ["another host's certificate", () => authority, ["other.example"], "certificate-mismatch"],
    ] as const)("%s", async (_what, authorityOf, names, code) => {
      const signer = authorityOf();
      await using registry = await startRegistryDouble(signer.issue(names), basicRegistry("a", "b"));
      expect(await codeFor(`localhost:${registry.port}`)).toBe(code);
      expect(registry.requests).toEqual([]);
      if (signer !== authority) signer.remove();
    });

    it("a certificate that has expired", async () => {
      const expired = createSelfSignedCertificate({
        commonName: "localhost",
        dnsNames: ["localhost"],
        notBefore: new Date(Date.now() - 2000_000),
        notAfter: new Date(Date.now() - 1000_000),
      });
      const transport = createGuardedTransport({
        isAllowed: createAddressRule(loopback),
        certificates: [expired.certificatePem],
      });
      const tester = createConnectionTester(transport);
      testers.push(tester);
      await using registry = await startRegistryDouble(
        { ...expired, certificateFile: "", privateKeyFile: "" },
        basicRegistry("a", "b"),
      );
      expect((await tester.test(parseRegistryHost(`localhost:${registry.port}`), right))?.code).toBe(
        "certificate-expired",
      );
    });
  });

  describe("says no more than unreachable", () => {
    it("of a port that is closed, one that speaks no TLS, one that hangs up, and one that is silent", async () => {
      const plain = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\n"));
      const hangsUp = createServer((socket) => socket.destroy());
      const silent = createServer(() => {});
      const servers = [plain, hangsUp, silent];
      for (const server of servers) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const ports = [9, ...servers.map((server) => (server.address() as AddressInfo).port)];
      const codes = await Promise.all(
        ports.map((port) => codeFor(`127.0.0.1:${port}`, right, { limits: { testMs: 1_500 } })),
      );
      expect(codes).toEqual(["unreachable", "unreachable", "unreachable", "unreachable"]);
      for (const server of servers) server.close();
    });

    it("of a registry that answers one byte at a time, when the time for the whole is over", async () => {
      const certificate = authority.issue();
      const { createServer: createTlsServer } = await import("node:tls");
      const dripping = createTlsServer(
        { cert: certificate.certificatePem, key: certificate.privateKeyPem },
        (socket) => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
          const drip = setInterval(() => socket.write("x"), 100);
          socket.on("close", () => clearInterval(drip));
          socket.on("error", () => clearInterval(drip));
        },
      );
      await new Promise<void>((resolve) => dripping.listen(0, "127.0.0.1", resolve));
      const { port } = dripping.address() as AddressInfo;
      expect(await codeFor(`localhost:${port}`, right, { limits: { testMs: 1_000 } })).toBe("unreachable");
      dripping.close();
    });

    it("and takes less than 15 seconds for it, the wait included", () => {
      expect(defaultTestLimits.testMs + defaultTestLimits.queueMs).toBeLessThan(15_000);
    });
  });

  it("gives up its turn when the server is too busy, and says that nothing was tested", async () => {
    await using registry = await startRegistryDouble(authority.issue(), () => ({ status: 500, delayMs: 1_000 }));
    const tester = open({ limits: { queueMs: 100, concurrent: 2 } });
    const host = parseRegistryHost(`localhost:${registry.port}`);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => tester.test(host, right)));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome?.code === "registry-failing")).toHaveLength(2);
  });
});
