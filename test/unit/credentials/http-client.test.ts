import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { createHttpClient, type HttpClient } from "../../../src/credentials/http-client.ts";
import type { ServerRole } from "../../../src/credentials/server-error.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type ConnectProxy, startConnectProxy } from "../../support/connect-proxy.ts";
import { type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";
import { rejectionOf } from "../../support/thrown.ts";

const role: ServerRole = {
  name: "test server",
  unreachable: "API_UNREACHABLE",
  untrusted: "API_UNTRUSTED",
  broken: "API_PROTOCOL_BROKEN",
};
const canary = "canary-92ab";
const headers = { authorization: `Bearer ${canary}` };

let authority: Authority;
let server: ScriptedServer;
let clients: HttpClient[] = [];

beforeAll(async () => {
  authority = createAuthority();
  server = await startScriptedServer(authority.issue(["localhost", "127.0.0.1", "scalr.example.com"]), () => ({
    body: "fine",
  }));
});
afterEach(() => {
  server.setScript(() => ({ body: "fine" }));
  for (const client of clients) client.close();
  clients = [];
});
afterAll(async () => {
  await server.stop();
  authority.remove();
});

function clientOf(environment: Record<string, string> = {}): HttpClient {
  const client = createHttpClient({ SSL_CERT_FILE: authority.certificateFile, ...environment });
  clients.push(client);
  return client;
}

function get(client: HttpClient, url = `https://${server.host}/x`, timeoutMs = 5_000) {
  return client.send({ method: "GET", url: new URL(url), headers, signal: AbortSignal.timeout(timeoutMs) }, role);
}

describe("http client", () => {
  it("gives status, headers and body of any reply, a redirect too", async () => {
    server.setScript(() => ({ status: 307, headers: { location: "https://elsewhere.test/" }, body: "moved" }));
    const reply = await get(clientOf());
    expect([reply.status, reply.header("location"), reply.body]).toEqual([307, "https://elsewhere.test/", "moved"]);
    expect(reply.header("x-none")).toBeUndefined();
  });

  it("sends method, headers and body", async () => {
    const url = new URL(`https://${server.host}/y?q=1`);
    await clientOf().send({ method: "POST", url, headers, body: "ünï", signal: AbortSignal.timeout(5_000) }, role);
    const seen = server.requests.at(-1);
    expect(seen).toMatchObject({ method: "POST", url: "/y?q=1", body: "ünï" });
    expect(seen?.headers).toMatchObject({ ...headers, "content-length": "5", host: server.host });
  });

  it("keeps the connection for the next request", async () => {
    const client = clientOf();
    await get(client);
    const before = server.connections();
    await get(client);
    expect(server.connections()).toBe(before);
  });

  describe("trust", () => {
    it("does not trust an unknown authority, and sends nothing", async () => {
      const before = server.requests.length;
      const error = await rejectionOf(get(clientOf({ SSL_CERT_FILE: "" })));
      expect(error).toMatchObject({ code: "API_UNTRUSTED" });
      expect(error.message).toContain("test server");
      expect(error.hint).toContain("SSL_CERT_FILE");
      expect(server.requests.length).toBe(before);
    });

    it("does not trust an authority that SSL_CERT_FILE does not hold", async () => {
      using other = createAuthority();
      expect(await rejectionOf(get(clientOf({ SSL_CERT_FILE: other.certificateFile })))).toMatchObject({
        code: "API_UNTRUSTED",
      });
    });

    it("trusts what SSL_CERT_FILE holds beside another authority, and what the launcher took from NODE_EXTRA_CA_CERTS", async () => {
      using other = createAuthority();
      const both = { SSL_CERT_FILE: other.certificateFile, SCALR_OCI_NODE_CA: authority.certificateFile };
      expect((await get(clientOf(both))).body).toBe("fine");
      expect((await get(clientOf({ SSL_CERT_FILE: "", SCALR_OCI_NODE_CA: authority.certificateFile }))).body).toBe(
        "fine",
      );
    });

    it("a file of NODE_EXTRA_CA_CERTS that is not there is no fault", async () => {
      expect((await get(clientOf({ SCALR_OCI_NODE_CA: "/nonexistent.pem" }))).body).toBe("fine");
    });

    it("does not trust a certificate for another name", async () => {
      await using wrong = await startScriptedServer(authority.issue(["other.test"]), () => ({}));
      const error = await rejectionOf(get(clientOf(), `https://${wrong.host}/`));
      expect(error).toMatchObject({ code: "API_UNTRUSTED" });
      expect(error.message).toContain("another name");
    });

    it("says which variable is wrong when the file is missing", async () => {
      expect(await rejectionOf(get(clientOf({ SSL_CERT_FILE: "/nonexistent.pem" })))).toMatchObject({
        path: "SSL_CERT_FILE",
      });
    });
  });

  describe("proxy", () => {
    let proxy: ConnectProxy;
    beforeAll(async () => (proxy = await startConnectProxy({ "scalr.example.com:443": server.port })));
    afterAll(() => proxy.stop());

    it("goes through its tunnel, checks the real name, gives its login to the proxy alone, and keeps the connection", async () => {
      const client = clientOf({ HTTPS_PROXY: proxy.url.replace("http://", "http://user:w%C3%B6rd@") });
      const before = server.connections();
      expect((await get(client, "https://scalr.example.com/a")).body).toBe("fine");
      expect((await get(client, "https://scalr.example.com/b")).body).toBe("fine");
      expect(server.connections()).toBe(before + 1);
      expect(proxy.tunnels).toEqual([
        { target: "scalr.example.com:443", authorization: `Basic ${Buffer.from("user:wörd").toString("base64")}` },
      ]);
      expect(server.requests.at(-1)?.headers).not.toHaveProperty("proxy-authorization");
    });

    it("is told apart from the server when it refuses", async () => {
      const error = await rejectionOf(get(clientOf({ HTTPS_PROXY: proxy.url }), "https://other.example.com/"));
      expect(error).toMatchObject({ code: "API_UNREACHABLE" });
      expect(error.message).toContain("the proxy answers 403");
    });

    it("is bounded in time when it hangs", async () => {
      const mute = createServer((socket) => void socket.on("error", () => {}).resume());
      await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
      const { port } = mute.address() as AddressInfo;
      const client = clientOf({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
      const startedAt = performance.now();
      const error = await rejectionOf(get(client, "https://scalr.example.com/", 300));
      expect(error.message).toContain("does not answer in time");
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      await new Promise((resolve) => mute.close(resolve));
    });
  });

  describe("faults", () => {
    it("a server that hangs ends with the signal", async () => {
      server.setScript(() => "hang");
      const error = await rejectionOf(get(clientOf(), undefined, 200));
      expect(error).toMatchObject({ code: "API_UNREACHABLE" });
      expect(error.message).toBe("test server cannot be reached, it does not answer in time");
    });

    it.each([
      ["drops the connection", () => server.setScript(() => "drop"), undefined, "the connection was cut"],
      ["is not there", () => {}, "https://localhost:1/", "the connection is refused"],
      ["has an unknown name", () => {}, "https://nowhere.invalid/", "its name is unknown"],
    ])("a server that %s", async (_, prepare, url, reason) => {
      prepare();
      const error = await rejectionOf(get(clientOf(), url));
      expect(error).toMatchObject({ kind: "transient", code: "API_UNREACHABLE" });
      expect(error.message).toContain(reason);
      expect(error.message).not.toContain(canary);
    });

    it("a reply without end is cut off", async () => {
      server.setScript(() => ({ body: "x".repeat(5 * 1024 * 1024) }));
      const error = await rejectionOf(get(clientOf()));
      expect(error).toMatchObject({ code: "API_PROTOCOL_BROKEN" });
      expect(error.message).toContain("too large");
    });

    it("a server that speaks no TLS", async () => {
      const plain = createHttpServer((_, response) => response.end("hello"));
      await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
      const { port } = plain.address() as AddressInfo;
      const error = await rejectionOf(get(clientOf(), `https://localhost:${port}/`));
      expect(error.message).toContain("does not speak TLS");
      plain.closeAllConnections();
      await new Promise((resolve) => plain.close(resolve));
    });
  });
});
