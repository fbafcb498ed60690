import type { CredentialSource } from "../../../src/credentials/source.ts";
import { createRunCredentialSource } from "../../../src/credentials/run-credential-source.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { fakeClock } from "../../support/fake-clock.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";
import { rejectionOf } from "../../support/thrown.ts";

const runToken = `scalroci_rt_${"x".repeat(49)}`;
const ghcr = parseRegistryHost("ghcr.io");
const credential = {
  data: { type: "registry-credentials", id: "ghcr.io", attributes: { username: "robot", password: "pass" } },
};

let authority: Authority;
let server: ScriptedServer;
beforeAll(async () => {
  authority = createAuthority();
  server = await startScriptedServer(authority.issue(), () => ({}));
});
afterAll(async () => {
  await server.stop();
  authority.remove();
});

function sourceOf(environment: Record<string, string> = {}): CredentialSource {
  const all = {
    SCALR_HOSTNAME: server.host,
    SCALR_OCI_TOKEN: runToken,
    SSL_CERT_FILE: authority.certificateFile,
    ...environment,
  };
  return createRunCredentialSource(all, fakeClock());
}

function find(environment?: Record<string, string>, timeoutMs = 5_000) {
  return sourceOf(environment).find(ghcr, AbortSignal.timeout(timeoutMs));
}

/** Answers as scripted; fails the test's next request too. */
function answer(script: Script): void {
  server.setScript(script);
}

function errorDocument(status: number, code?: string, detail?: string) {
  return {
    status,
    body: { errors: [{ status: String(status), title: "No", ...(code && { code }), ...(detail && { detail }) }] },
  };
}

describe("run credentials", () => {
  it.each(["", " ", undefined])("are not asked for without a run token: %j", async (token) => {
    const before = server.requests.length;
    const source = createRunCredentialSource({ SCALR_HOSTNAME: server.host, SCALR_OCI_TOKEN: token });
    expect(source.isConfigured).toBe(false);
    expect(source.isRemote(ghcr)).toBe(false);
    expect(await source.find(ghcr, AbortSignal.timeout(1_000))).toBeUndefined();
    expect(server.requests.length).toBe(before);
  });

  it("may be repeated for a minute, for the same token and server", () => {
    const { repeatableForMs, conditions } = sourceOf().validity(ghcr);
    expect(repeatableForMs).toBe(60_000);
    expect(conditions).toEqual([
      { kind: "secret", name: "SCALR_OCI_TOKEN", tail: runToken.slice(-12) },
      { kind: "variable", name: "SCALR_HOSTNAME", value: server.host },
    ]);
    expect(sourceOf({ SCALR_OCI_TOKEN: "too short to be told by its end" }).validity(ghcr).repeatableForMs).toBe(0);
  });

  it("come from the server that SCALR_HOSTNAME names, with the run token as bearer", async () => {
    answer(() => ({ body: credential }));
    const found = await find();
    expect([found?.username, found?.password.reveal()]).toEqual(["robot", "pass"]);
    expect(server.requests.at(-1)).toMatchObject({ method: "GET", url: "/api/oci/v1/credentials/ghcr.io", body: "" });
    expect(server.requests.at(-1)?.headers.authorization).toBe(`Bearer ${runToken}`);
  });

  it.each([
    ["localhost:5000", "localhost%3A5000"],
    ["[::1]:5000", "%5B%3A%3A1%5D%3A5000"],
    ["docker.io", "registry-1.docker.io"],
    ["http://ghcr.io", "ghcr.io%3A80"],
  ])("ask for %s as %s", async (host, path) => {
    answer(() => ({ body: credential }));
    await sourceOf().find(parseRegistryHost(host), AbortSignal.timeout(5_000));
    expect(server.requests.at(-1)?.url).toBe(`/api/oci/v1/credentials/${path}`);
  });

  it("CREDENTIAL_NOT_FOUND is the one answer that means that there is none", async () => {
    answer(() => errorDocument(404, "CREDENTIAL_NOT_FOUND"));
    expect(await find()).toBeUndefined();
  });

  it("ask once more when the server is busy for a moment", async () => {
    let count = 0;
    answer(() =>
      (count += 1) === 1 ? { ...errorDocument(503), headers: { "retry-after": "1" } } : { body: credential },
    );
    expect((await find())?.username).toBe("robot");
    expect(count).toBe(2);
  });

  describe("any other answer is an error that names the server", () => {
    it.each([
      ["another 404", errorDocument(404, "INTEGRATION_NOT_FOUND"), "API_PROTOCOL_BROKEN", "has no run credentials"],
      ["a 404 without a document", { status: 404, body: "<html>" }, "API_PROTOCOL_BROKEN", "has no run credentials"],
      ["the code with another status", errorDocument(410, "CREDENTIAL_NOT_FOUND"), "API_REQUEST_REFUSED", "got 410"],
      [
        "an unknown token",
        errorDocument(401, "TOKEN_INVALID"),
        "TOKEN_INVALID",
        "does not know the token from SCALR_OCI_TOKEN",
      ],
      [
        "an expired token",
        errorDocument(401, "TOKEN_EXPIRED"),
        "TOKEN_EXPIRED",
        "refuses the token from SCALR_OCI_TOKEN, which has ended",
      ],
      [
        "a revoked token",
        errorDocument(401, "TOKEN_REVOKED"),
        "TOKEN_REVOKED",
        "refuses the token from SCALR_OCI_TOKEN, which was revoked",
      ],
      ["a 401 of a proxy", { status: 401, body: "" }, "TOKEN_INVALID", "SCALR_OCI_TOKEN"],
      [
        "a missing right",
        errorDocument(403, "RIGHT_MISSING", "a run token is needed"),
        "RIGHT_MISSING",
        "a run token is needed",
      ],
      [
        "a login that the registry refuses",
        errorDocument(
          409,
          "CREDENTIAL_REFUSED",
          "ghcr.io refuses the login of the integration 'main'\nset a new password in it",
        ),
        "CREDENTIAL_REFUSED",
        "ghcr.io refuses the login of the integration 'main'",
      ],
      [
        "a redirect",
        { status: 302, headers: { location: "https://evil.test/" } },
        "API_PROTOCOL_BROKEN",
        "redirects, got 302",
      ],
      ["a failing server", errorDocument(500), "API_UNREACHABLE", "failed, got 500"],
      ["too many requests", errorDocument(429), "API_UNREACHABLE", "is asked too often"],
      ["a page", { body: "<html>log in</html>" }, "API_PROTOCOL_BROKEN", "without a document of its own"],
      ["another document", { body: { data: null } }, "API_PROTOCOL_BROKEN", "without a document of its own"],
      [
        "a password that is no text",
        { body: { data: { attributes: { username: "u", password: 7 } } } },
        "API_PROTOCOL_BROKEN",
        "200",
      ],
    ])("%s", async (_, reply, code, words) => {
      answer(() => reply);
      const error = await rejectionOf(find());
      expect(error.code).toBe(code);
      expect(error.message).toContain(`management api at ${server.host}`);
      expect(error.message).toContain(words);
      expect(error.hint).toBeTruthy();
      expect(`${error.message}${error.hint}`).not.toContain(runToken);
    });

    it("the server's hint is kept, its escapes are not", async () => {
      answer(() => errorDocument(409, "CREDENTIAL_REFUSED", "\u001b[31mred\u0007\nset \u001b]0;x\u0007it\nagain"));
      const error = await rejectionOf(find());
      expect(error.hint).toBe("set it");
      expect(error.message).toContain("red");
      expect(`${error.message}${error.hint}`).not.toMatch(/[\u0000-\u001f]/);
    });

    it("silence", async () => {
      answer(() => "hang");
      const startedAt = performance.now();
      const error = await rejectionOf(find({}, 300));
      expect(performance.now() - startedAt).toBeLessThan(2_000);
      expect(error).toMatchObject({ code: "API_UNREACHABLE" });
      expect(error.message).toContain("does not answer in time");
    });

    it("a cut connection, after a second attempt", async () => {
      const before = server.requests.length;
      answer(() => "drop");
      expect(await rejectionOf(find())).toMatchObject({ code: "API_UNREACHABLE", attempts: 2 });
      expect(server.requests.length - before).toBe(2);
    });

    it("a certificate that is not trusted, before anything is sent", async () => {
      const before = server.requests.length;
      expect(await rejectionOf(find({ SSL_CERT_FILE: "" }))).toMatchObject({ code: "API_UNTRUSTED" });
      expect(server.requests.length).toBe(before);
    });
  });

  describe("settings that cannot be right send nothing", () => {
    it.each([
      [{ SCALR_HOSTNAME: "" }, "SCALR_HOSTNAME", "without SCALR_HOSTNAME"],
      [{ SCALR_HOSTNAME: "http://scalr.example.com" }, "SCALR_HOSTNAME", "scheme http"],
      [{ SCALR_HOSTNAME: "user:pw@scalr.example.com" }, "SCALR_HOSTNAME", "cannot be read"],
      [{ SCALR_OCI_TOKEN: `scalroci_at_${"x".repeat(49)}` }, "SCALR_OCI_TOKEN", "a management token"],
      [{ SCALR_OCI_TOKEN: "two words" }, "SCALR_OCI_TOKEN", "no HTTP header can hold"],
      [{ SCALR_OCI_TOKEN: "line\r\nx-injected: 1" }, "SCALR_OCI_TOKEN", "no HTTP header can hold"],
      [{ SCALR_OCI_TOKEN: "schlüssel" }, "SCALR_OCI_TOKEN", "no HTTP header can hold"],
    ])("%j", async (environment, path, words) => {
      const before = server.requests.length;
      const error = await rejectionOf(find(environment));
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path });
      expect(error.message).toContain(words);
      expect(server.requests.length).toBe(before);
    });
  });
});
