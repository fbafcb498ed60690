// What the registry client does when a registry fails, lies, or sends it elsewhere.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Secret } from "../../../src/base/secret.ts";
import { type Digest, digestOf } from "../../../src/names/digest.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import {
  type EmbeddedRegistry,
  type EmbeddedRegistryAuth,
  startEmbeddedRegistry,
} from "../../../src/registry/embedded-registry.ts";
import type { Descriptor } from "../../../src/registry/manifest.ts";
import { mediaTypes } from "../../../src/registry/media-type.ts";
import { bytesSource } from "../../../src/registry/push-module.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { rejectionOf } from "../../support/thrown.ts";

const users = [{ username: "robot", password: new Secret("canary-password") }];
const basic: EmbeddedRegistryAuth = { kind: "basic", users };

type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

let authority: Authority;
let registry: EmbeddedRegistry;
let client: RegistryClient;
let clock: FakeClock;
let intercept: Intercept;

beforeAll(() => {
  authority = createAuthority();
});

afterAll(() => authority.remove());

beforeEach(() => {
  intercept = () => false;
  clock = fakeClock();
});

afterEach(async () => {
  await client?.close();
  await registry?.close();
});

async function start(auth: EmbeddedRegistryAuth = { kind: "none" }): Promise<void> {
  registry = await startEmbeddedRegistry({
    tls: authority.issue(),
    auth,
    clock,
    intercept: (request, response) => intercept(request, response),
  });
  client = connect();
}

function connect(
  find: () => Promise<{ username: string; password: Secret } | undefined> = async () => users[0],
): RegistryClient {
  return new RegistryClient({
    host: registry.host,
    environment: { SSL_CERT_FILE: authority.certificateFile },
    clock,
    find,
  });
}

/** Answers the first `times` requests that match, the others go on to the registry. */
function answer(
  method: string,
  path: string,
  status: number,
  headers: Record<string, string> = {},
  times = Number.POSITIVE_INFINITY,
  body = "",
): { readonly seen: IncomingMessage[] } {
  const seen: IncomingMessage[] = [];
  intercept = (request, response) => {
    if (request.method !== method || request.url?.includes(path) !== true || seen.length >= times) return false;
    seen.push(request);
    request.resume();
    response.writeHead(status, headers).end(body);
    return true;
  };
  return { seen };
}

async function pushBlob(bytes: Buffer): Promise<Descriptor> {
  const descriptor = { mediaType: "application/octet-stream", digest: digestOf(bytes), size: bytes.length };
  await client.uploadBlob("acme/vpc", descriptor, bytesSource(bytes));
  return descriptor;
}

function manifestBytes(more: object = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests: [],
      ...more,
    }),
  );
}

describe("a registry that is busy", () => {
  it.each([429, 500, 502, 503, 504])("is asked again after %d", async (status) => {
    await start();
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    const { seen } = answer("HEAD", "/manifests/1", status, {}, 2);
    expect(await client.findDescriptor("acme/vpc", "1")).toBeDefined();
    expect(seen).toHaveLength(2);
  });

  it("is given the time it asks for", async () => {
    await start();
    answer("GET", "/tags/list", 429, { "retry-after": "20" }, 1);
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    expect(await client.listTags("acme/vpc")).toEqual(["1"]);
    expect(clock.slept.at(-1)).toBeGreaterThanOrEqual(20_000);
  });

  it("that asks for too much time is given up", async () => {
    await start();
    const { seen } = answer("GET", "/tags/list", 429, { "retry-after": "3600" });
    expect(await rejectionOf(client.listTags("acme/vpc"))).toMatchObject({
      name: "TransientError",
      code: "REGISTRY_UNREACHABLE",
      lastStatus: 429,
      retryAfterMs: 3_600_000,
    });
    expect(seen).toHaveLength(1);
  });

  it("is given up after five attempts", async () => {
    await start();
    const { seen } = answer("PUT", "/manifests/", 503);
    const error = await rejectionOf(client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1"));
    expect(error).toMatchObject({ code: "REGISTRY_UNREACHABLE", attempts: 5, lastStatus: 503 });
    expect(error.message).toBe(`${registry.host.value} cannot answer at the moment, got 503`);
    expect(seen).toHaveLength(5);
  });

  it("that refuses is not asked again", async () => {
    await start();
    const document = JSON.stringify({ errors: [{ code: "MANIFEST_INVALID", message: "no \u001b[31mway" }] });
    const { seen } = answer("PUT", "/manifests/", 400, {}, 9, document);
    const error = await rejectionOf(client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1"));
    expect(error).toMatchObject({
      code: "REGISTRY_REQUEST_REFUSED",
      status: 400,
      message: `${registry.host.value} refused to push acme/vpc:1, got 400 MANIFEST_INVALID: no way`,
    });
    expect(seen).toHaveLength(1);
  });
});

describe("a registry that cannot be reached", () => {
  it.each([
    ["does not listen", "localhost:1", "localhost:1 cannot be reached: the connection was refused"],
    ["has no name", "registry.invalid", "registry.invalid cannot be reached: its name is unknown"],
  ])("that %s", async (_what, host, message) => {
    await start();
    const { parseRegistryHost } = await import("../../../src/names/registry-host.ts");
    const lost = new RegistryClient({
      host: parseRegistryHost(host),
      environment: {},
      clock,
      find: async () => undefined,
      retryPolicy: { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 },
    });
    expect(await rejectionOf(lost.ping())).toMatchObject({ code: "REGISTRY_UNREACHABLE", message });
    await lost.close();
  });

  it("that is not trusted is told from one that is down", async () => {
    await start();
    const untrusting = new RegistryClient({ host: registry.host, environment: {}, clock, find: async () => users[0] });
    expect(await rejectionOf(untrusting.ping())).toMatchObject({
      name: "RemoteError",
      code: "REGISTRY_UNTRUSTED",
      hint: "name the file of its certificate authority in SSL_CERT_FILE",
    });
    await untrusting.close();
  });
});

describe("a registry with http", () => {
  it("is refused", async () => {
    await start();
    const { parseRegistryHost } = await import("../../../src/names/registry-host.ts");
    expect(
      () =>
        new RegistryClient({
          host: parseRegistryHost("http://localhost"),
          environment: {},
          find: async () => undefined,
        }),
    ).toThrow(expect.objectContaining({ code: "INVALID_REGISTRY_HOST" }));
  });
});

describe("a redirect", () => {
  let other: EmbeddedRegistry;
  let authorizations: (string | undefined)[];

  beforeEach(async () => {
    authorizations = [];
    await start(basic);
    other = await startEmbeddedRegistry({
      tls: authority.issue(),
      intercept: (request, response) => {
        authorizations.push(request.headers.authorization);
        if (request.url === "/back") {
          response.writeHead(307, { location: `${registry.host.url}/v2/acme/vpc/last` }).end();
        } else {
          response.writeHead(200, { "content-length": "3" }).end("abc");
        }
        return true;
      },
    });
  });

  afterEach(() => other.close());

  const descriptor: Descriptor = { mediaType: "x", digest: digestOf(Buffer.from("abc")), size: 3 };

  it("to another origin is followed without the credential", async () => {
    answer("GET", "/blobs/", 307, { location: `${"https://localhost"}:${other.port}/storage` });
    expect((await client.readBlob("acme/vpc", descriptor, 3)).toString()).toBe("abc");
    expect(authorizations).toEqual([undefined]);
  });

  it("within the origin keeps the credential", async () => {
    const seen: (string | undefined)[] = [];
    intercept = (request, response) => {
      if (request.url === "/storage") {
        seen.push(request.headers.authorization);
        response.writeHead(200, { "content-length": "3" }).end("abc");
        return true;
      }
      if (request.url?.includes("/blobs/") !== true || request.headers.authorization === undefined) return false;
      response.writeHead(302, { location: "/storage" }).end();
      return true;
    };
    expect((await client.readBlob("acme/vpc", descriptor, 3)).toString()).toBe("abc");
    expect(seen[0]).toMatch(/^Basic /);
  });

  it("that leads back does not bring the credential back", async () => {
    const seen: (string | undefined)[] = [];
    intercept = (request, response) => {
      if (request.url === "/v2/acme/vpc/last") {
        seen.push(request.headers.authorization);
        response.writeHead(200, { "content-length": "3" }).end("abc");
        return true;
      }
      if (request.url?.includes("/blobs/") !== true || request.headers.authorization === undefined) return false;
      response.writeHead(307, { location: `https://localhost:${other.port}/back` }).end();
      return true;
    };
    expect((await client.readBlob("acme/vpc", descriptor, 3)).toString()).toBe("abc");
    expect(authorizations).toEqual([undefined]);
    expect(seen).toEqual([undefined]);
  });

  it("to another port of the same host is another origin", async () => {
    answer("GET", "/manifests/", 301, { location: `https://localhost:${other.port}/x` });
    await rejectionOf(client.readManifest("acme/vpc", "1"));
    expect(authorizations).toEqual([undefined]);
  });

  it.each([
    ["http://localhost/x", "away from https"],
    ["https://user:pw@localhost/x", "to an address with user info"],
    ["https://[", "to nowhere"],
  ])("to %s is refused", async (location, how) => {
    answer("GET", "/blobs/", 307, { location });
    expect(await rejectionOf(client.readBlob("acme/vpc", descriptor, 3))).toMatchObject({
      code: "REGISTRY_PROTOCOL_BROKEN",
      message: `${registry.host.value} redirects ${how}, expected the content`,
    });
  });

  it("without end is refused", async () => {
    const { seen } = answer("GET", "/blobs/", 307, { location: `/v2/acme/vpc/blobs/${descriptor.digest}` });
    expect((await rejectionOf(client.readBlob("acme/vpc", descriptor, 3))).message).toContain(
      "redirects more than 5 times",
    );
    expect(seen).toHaveLength(6);
  });

  it("of a write is not followed", async () => {
    answer("PUT", "/manifests/", 307, { location: `https://localhost:${other.port}/x` });
    const error = await rejectionOf(client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1"));
    expect(error).toMatchObject({ code: "REGISTRY_REQUEST_REFUSED", status: 307 });
    expect(authorizations).toEqual([]);
  });

  it("of an upload to another origin takes no credential along", async () => {
    intercept = (request, response) => {
      if (request.method !== "POST" || request.headers.authorization === undefined) return false;
      response.writeHead(202, { location: `https://localhost:${other.port}/upload?state=a%2Bb~c` }).end();
      return true;
    };
    const error = await rejectionOf(pushBlob(Buffer.from("abc")));
    expect(error).toMatchObject({ code: "REGISTRY_REQUEST_REFUSED" });
    expect(authorizations).toEqual([undefined]);
  });

  it("whose end refuses says nothing about the credential", async () => {
    const refusing = await startEmbeddedRegistry({ tls: authority.issue(), auth: basic });
    answer("GET", "/blobs/", 307, { location: `https://localhost:${refusing.port}/v2/` });
    const error = await rejectionOf(client.readBlob("acme/vpc", descriptor, 3));
    expect(error).toMatchObject({ code: "REGISTRY_REQUEST_REFUSED", status: 401 });
    expect(error.message).toContain(`the storage of ${registry.host.value} refused`);
    await refusing.close();
  });
});

describe("a registry that lies", () => {
  const bytes = randomBytes(100_000);
  let descriptor: Descriptor;

  beforeEach(async () => {
    await start();
    descriptor = await pushBlob(bytes);
  });

  it.each([
    ["other content", Buffer.alloc(100_000, 1)],
    ["too little", bytes.subarray(0, 99_999)],
    ["too much", Buffer.concat([bytes, Buffer.from("x")])],
    ["nothing", Buffer.alloc(0)],
  ])("about a blob, with %s", async (_what, sent) => {
    answer("GET", "/blobs/", 200, { "content-length": String(sent.length) }, 1, sent as never);
    expect(await rejectionOf(client.readBlob("acme/vpc", descriptor, 1e6))).toMatchObject({
      code: "REGISTRY_CONTENT_MISMATCH",
      message: `${registry.host.value} sent other content than acme/vpc@${descriptor.digest}`,
    });
  });

  it("with a blob without end", async () => {
    intercept = (request, response) => {
      if (request.url?.includes("/blobs/") !== true) return false;
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
      return true;
    };
    expect(await rejectionOf(client.readBlob("acme/vpc", descriptor, 1e6))).toMatchObject({
      code: "REGISTRY_CONTENT_MISMATCH",
    });
  });

  it("about a manifest by digest", async () => {
    const { digest } = await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    answer(
      "GET",
      "/manifests/",
      200,
      { "content-type": mediaTypes.imageIndex },
      1,
      '{"schemaVersion":2,"manifests":[ ]}',
    );
    expect(await rejectionOf(client.readManifest("acme/vpc", digest))).toMatchObject({
      code: "REGISTRY_CONTENT_MISMATCH",
    });
  });

  it("about the digest of a tag", async () => {
    const headers = { "content-type": mediaTypes.imageIndex, "docker-content-digest": `sha256:${"0".repeat(64)}` };
    answer("GET", "/manifests/", 200, headers, 1, manifestBytes().toString());
    expect(await rejectionOf(client.readManifest("acme/vpc", "1"))).toMatchObject({
      code: "REGISTRY_CONTENT_MISMATCH",
    });
  });

  it("about the digest that was asked for", async () => {
    const headers = {
      "content-type": mediaTypes.imageIndex,
      "docker-content-digest": `sha256:${"0".repeat(64)}`,
      "content-length": "5",
    };
    answer("HEAD", "/manifests/", 200, headers);
    const asked = `sha256:${"1".repeat(64)}`;
    expect(await rejectionOf(client.findDescriptor("acme/vpc", asked))).toMatchObject({
      code: "REGISTRY_CONTENT_MISMATCH",
    });
  });

  it("about what it stored", async () => {
    answer("PUT", "/manifests/", 201, { "docker-content-digest": `sha256:${"0".repeat(64)}` });
    const error = await rejectionOf(client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1"));
    expect(error).toMatchObject({ code: "REGISTRY_CONTENT_MISMATCH" });
  });

  it.each([
    ["text/html", "<html>", "manifest is not JSON, expected a JSON object"],
    [mediaTypes.imageIndex, "<html>", "manifest is not JSON, expected a JSON object"],
    [mediaTypes.imageManifest, "{}", "manifest is not valid at /schemaVersion"],
    [mediaTypes.imageIndex, '{"schemaVersion":1,"manifests":[]}', "manifest is not valid at /schemaVersion"],
    ["text/plain", "{}", "manifest has an unknown media type, got text/plain"],
    ["", "{}", "manifest has an unknown media type"],
    [mediaTypes.imageManifest, manifestBytes().toString(), "manifest is not valid at /config"],
    [
      mediaTypes.dockerManifestList,
      manifestBytes().toString(),
      "manifest names another media type, got application/vnd.oci.image.index.v1+json",
    ],
    [
      mediaTypes.imageIndex,
      manifestBytes({ manifests: [{ mediaType: "x", digest: "sha256:../../etc", size: 1 }] }).toString(),
      "manifest is not valid at /manifests/0/digest",
    ],
    [
      mediaTypes.imageIndex,
      manifestBytes({ manifests: [{ mediaType: "x", digest: `sha256:${"0".repeat(64)}`, size: -1 }] }).toString(),
      "manifest is not valid at /manifests/0/size",
    ],
  ])("with a manifest that is none (%s)", async (contentType, body, message) => {
    answer("GET", "/manifests/", 200, contentType === "" ? {} : { "content-type": contentType }, 1, body);
    const error = await rejectionOf(client.readManifest("acme/vpc", "1"));
    expect(error.code).toBe("REGISTRY_MANIFEST_INVALID");
    expect(error.message).toContain(message);
  });

  it("with a manifest that is too large", async () => {
    answer("GET", "/manifests/", 200, { "content-type": mediaTypes.imageIndex }, 1, " ".repeat(4 * 1024 * 1024 + 1));
    expect(await rejectionOf(client.readManifest("acme/vpc", "1"))).toMatchObject({
      code: "REGISTRY_PROTOCOL_BROKEN",
      message: `${registry.host.value} sent too much, expected at most 4194304 bytes`,
    });
  });

  it("by leaving out what HEAD should say, which the manifest then tells", async () => {
    const pushed = await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    answer("HEAD", "/manifests/", 200, {}, 1);
    expect(await client.findDescriptor("acme/vpc", "1")).toEqual(pushed);
  });

  it.each([
    ["a next page elsewhere", { link: '<https://evil.test/v2/acme/vpc/tags/list?n=1>; rel="next"' }, "{}"],
    ["a next page of another list", { link: '</v2/acme/other/tags/list?n=1>; rel="next"' }, "{}"],
    ["the same page again", { link: '</v2/acme/vpc/tags/list?n=1000>; rel="next"' }, "{}"],
    ["no JSON", {}, "<html>"],
    ["tags that are no texts", {}, '{"tags":[1]}'],
  ])("with a list of tags that has %s", async (_what, headers, body) => {
    answer("GET", "/tags/list", 200, headers as Record<string, string>, 5, body);
    expect(await rejectionOf(client.listTags("acme/vpc"))).toMatchObject({ code: "REGISTRY_PROTOCOL_BROKEN" });
  });

  it("with pages of tags without end", async () => {
    let page = 0;
    intercept = (request, response) => {
      if (request.url?.includes("/tags/list") !== true) return false;
      page += 1;
      response.writeHead(200, { link: `</v2/acme/vpc/tags/list?last=${page}>; rel="next"` }).end('{"tags":["x"]}');
      return true;
    };
    expect(await rejectionOf(client.listTags("acme/vpc"))).toMatchObject({
      message: `${registry.host.value} sent a list of tags without end`,
    });
  });

  it("with tags that are no tags, which are left out", async () => {
    answer("GET", "/tags/list", 200, {}, 1, JSON.stringify({ tags: ["ok", "../x", "a b", "", "-x"] }));
    expect(await client.listTags("acme/vpc")).toEqual(["ok"]);
  });

  it("with a null list of tags", async () => {
    answer("GET", "/tags/list", 200, {}, 1, '{"tags":null}');
    expect(await client.listTags("acme/vpc")).toEqual([]);
  });

  it("by following pages of tags to the end", async () => {
    for (let index = 0; index < 7; index += 1) {
      await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, `t${index}`);
    }
    intercept = (request) => {
      request.url = request.url?.replace("n=1000", "n=3") ?? "";
      return false;
    };
    expect(await client.listTags("acme/vpc")).toHaveLength(7);
    expect(registry.requests.count("GET", "/tags/list")).toBe(3);
  });

  it.each([
    ["no challenge", {}, "REGISTRY_PROTOCOL_BROKEN"],
    ["a challenge that is none", { "www-authenticate": "=" }, "REGISTRY_CHALLENGE_INVALID"],
    ["a challenge of another kind", { "www-authenticate": "Negotiate" }, "REGISTRY_PROTOCOL_BROKEN"],
    ["a realm without TLS", { "www-authenticate": 'Bearer realm="http://localhost/token"' }, "REGISTRY_REALM_REFUSED"],
    ["a private realm", { "www-authenticate": 'Bearer realm="https://10.0.0.1/token"' }, "REGISTRY_REALM_REFUSED"],
    ["no realm", { "www-authenticate": "Bearer" }, "REGISTRY_REALM_REFUSED"],
  ])("with 401 and %s", async (_what, headers, code) => {
    answer("GET", "/v2/", 401, headers as Record<string, string>);
    expect(await rejectionOf(client.ping())).toMatchObject({ code });
  });

  it("by echoing the password, which is not repeated", async () => {
    const echo = JSON.stringify({ errors: [{ code: "DENIED", message: "canary-password is wrong" }] });
    answer("GET", "/v2/", 403, {}, 5, echo);
    const anonymous = await rejectionOf(client.ping());
    expect(anonymous).toMatchObject({ code: "REGISTRY_CREDENTIAL_MISSING" });
    intercept = (request, response) => {
      response
        .writeHead(request.headers.authorization === undefined ? 401 : 403, { "www-authenticate": "Basic" })
        .end(echo);
      return true;
    };
    const error = await rejectionOf(client.ping());
    expect(error).toMatchObject({ code: "REGISTRY_PERMISSION_MISSING" });
    expect(error.message).toContain("403 DENIED: [redacted]");
  });
});

describe("a blob", () => {
  it("that is cut is read on from there", async () => {
    await start();
    const bytes = randomBytes(1_000_000);
    const descriptor = await pushBlob(bytes);
    const ranges: (string | undefined)[] = [];
    intercept = (request, response) => {
      if (request.method !== "GET" || request.url?.includes("/blobs/") !== true) return false;
      ranges.push(request.headers.range);
      if (ranges.length > 2) return false;
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      response.writeHead(start === 0 ? 200 : 206, {
        "content-length": bytes.length - start,
        "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
      });
      response.write(bytes.subarray(start, start + 300_000), () => response.destroy());
      return true;
    };
    expect(digestOf(await client.readBlob("acme/vpc", descriptor, 1e6))).toBe(descriptor.digest);
    expect(ranges).toEqual([undefined, "bytes=300000-", "bytes=600000-"]);
  });

  it("that is cut is read on from a registry that knows no ranges", async () => {
    await start();
    const bytes = randomBytes(500_000);
    const descriptor = await pushBlob(bytes);
    let reads = 0;
    intercept = (request, response) => {
      if (request.method !== "GET" || request.url?.includes("/blobs/") !== true) return false;
      delete request.headers.range;
      reads += 1;
      if (reads > 1) return false;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 200_000), () => response.destroy());
      return true;
    };
    expect(digestOf(await client.readBlob("acme/vpc", descriptor, 1e6))).toBe(descriptor.digest);
    expect(reads).toBe(2);
  });

  it("that is cut again and again without progress is given up", async () => {
    await start();
    const descriptor = await pushBlob(Buffer.from("abc"));
    intercept = (request, response) => {
      if (request.method !== "GET") return false;
      response.writeHead(200, { "content-length": 3 });
      response.flushHeaders();
      response.destroy();
      return true;
    };
    expect(await rejectionOf(client.readBlob("acme/vpc", descriptor, 3))).toMatchObject({
      code: "REGISTRY_UNREACHABLE",
    });
  });

  it("whose rest is another part is refused", async () => {
    await start();
    const bytes = randomBytes(100_000);
    const descriptor = await pushBlob(bytes);
    let reads = 0;
    intercept = (request, response) => {
      if (request.method !== "GET") return false;
      reads += 1;
      if (reads === 1) {
        response.writeHead(200, { "content-length": bytes.length });
        response.write(bytes.subarray(0, 50_000), () => response.destroy());
      } else {
        response
          .writeHead(206, { "content-range": "bytes 10-20/100000", "content-length": 11 })
          .end(bytes.subarray(10, 21));
      }
      return true;
    };
    expect(await rejectionOf(client.readBlob("acme/vpc", descriptor, 1e6))).toMatchObject({
      code: "REGISTRY_PROTOCOL_BROKEN",
    });
  });
});

describe("an upload", () => {
  const bytes = randomBytes(900_000);
  const descriptor: Descriptor = { mediaType: "x", digest: digestOf(bytes), size: bytes.length };
  const source = {
    open: async function* (start: number): AsyncIterable<Uint8Array> {
      for (let at = start; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
    },
  };

  /** Lets the registry have that much of the body of the matching requests, then cuts the connection. */
  function cut(methods: readonly string[], afterBytes: number, times: number): { cuts: number } {
    const state = { cuts: 0 };
    intercept = (request) => {
      if (!methods.includes(request.method ?? "") || state.cuts >= times) return false;
      if (request.url?.includes("/uploads/") !== true) return false;
      state.cuts += 1;
      const original = request[Symbol.asyncIterator].bind(request);
      request[Symbol.asyncIterator] = async function* () {
        let arrived = 0;
        for await (const chunk of { [Symbol.asyncIterator]: original }) {
          arrived += (chunk as Buffer).length;
          if (arrived > afterBytes) break;
          yield chunk;
        }
        request.socket.destroy();
        throw new Error("cut");
      } as never;
      return false;
    };
    return state;
  }

  beforeEach(() => start());

  it.each([
    ["once in the middle", 400_000, 1],
    ["once at the start", 0, 1],
    ["three times", 200_000, 3],
  ])("that is cut %s goes on from where the registry stands", async (_what, afterBytes, times) => {
    const state = cut(["PUT", "PATCH"], afterBytes, times);
    const sent: number[] = [];
    const outcome = await client.uploadBlob("acme/vpc", descriptor, source, { onProgress: (one) => sent.push(one) });
    expect(outcome).toBe("uploaded");
    expect(state.cuts).toBe(times);
    expect(digestOf(await client.readBlob("acme/vpc", descriptor, 1e6))).toBe(descriptor.digest);
    expect(sent.at(-1)).toBe(bytes.length);
    expect(registry.requests.count("POST", "/uploads/")).toBe(1);
    if (afterBytes > 0) expect(registry.requests.count("PATCH", "/uploads/")).toBeGreaterThanOrEqual(1);
  });

  it("whose last reply is lost is found to be complete", async () => {
    let puts = 0;
    intercept = (request, response) => {
      if (request.method !== "PUT") return false;
      puts += 1;
      const end = response.end.bind(response);
      if (puts === 1) response.end = (() => end(() => undefined) && response.destroy()) as never;
      response.writeHead = (() => {
        request.socket.destroy();
        return response;
      }) as never;
      return false;
    };
    expect(await client.uploadBlob("acme/vpc", descriptor, source)).toBe("present");
    expect(puts).toBe(1);
  });

  it("that the registry forgot is begun anew", async () => {
    cut(["PUT"], 300_000, 1);
    const cutting = intercept;
    let asked = 0;
    intercept = (request, response) => {
      if (request.method === "GET" && request.url?.includes("/uploads/") === true) {
        asked += 1;
        response.writeHead(404).end();
        return true;
      }
      return cutting(request, response) as boolean;
    };
    expect(await client.uploadBlob("acme/vpc", descriptor, source)).toBe("uploaded");
    expect(asked).toBe(1);
    expect(registry.requests.count("POST", "/uploads/")).toBe(2);
  });

  it("that may not go on is begun anew", async () => {
    cut(["PUT"], 300_000, 1);
    const cutting = intercept;
    intercept = (request, response) => {
      if (request.method === "PATCH") {
        request.resume();
        response.writeHead(416).end();
        return true;
      }
      return cutting(request, response) as boolean;
    };
    expect(await client.uploadBlob("acme/vpc", descriptor, source)).toBe("uploaded");
    expect(registry.requests.count("POST", "/uploads/")).toBe(2);
  });

  it("of a registry that claims to have more than there is is begun anew", async () => {
    cut(["PUT"], 300_000, 1);
    const cutting = intercept;
    intercept = (request, response) => {
      if (request.method === "GET" && request.url?.includes("/uploads/") === true) {
        response.writeHead(204, { range: "0-99999999" }).end();
        return true;
      }
      return cutting(request, response) as boolean;
    };
    expect(await client.uploadBlob("acme/vpc", descriptor, source)).toBe("uploaded");
  });

  it("that never gets through is given up", async () => {
    cut(["PUT", "PATCH"], 0, Number.POSITIVE_INFINITY);
    expect(await rejectionOf(client.uploadBlob("acme/vpc", descriptor, source))).toMatchObject({
      code: "REGISTRY_UNREACHABLE",
    });
  });

  it("goes on after the time that a busy registry asks for", async () => {
    answer("PUT", "/uploads/", 429, { "retry-after": "20" }, 1);
    expect(await client.uploadBlob("acme/vpc", descriptor, source)).toBe("uploaded");
    expect(Math.max(...clock.slept)).toBeGreaterThanOrEqual(20_000);
  });

  it("is given up when a busy registry asks for too much time", async () => {
    const { seen } = answer("PUT", "/uploads/", 429, { "retry-after": "3600" });
    expect(await rejectionOf(client.uploadBlob("acme/vpc", descriptor, source))).toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      retryAfterMs: 3_600_000,
    });
    expect(seen).toHaveLength(1);
  });

  it("whose content is not what its digest says is refused by the registry", async () => {
    const wrong = { ...descriptor, digest: `sha256:${"0".repeat(64)}` as Digest };
    expect(await rejectionOf(client.uploadBlob("acme/vpc", wrong, source))).toMatchObject({
      code: "REGISTRY_REQUEST_REFUSED",
      message: expect.stringContaining("400 DIGEST_INVALID"),
    });
  });

  it.each([undefined, "http://localhost/x", "https://u:p@localhost/x", "https://["])(
    "with the location %j is refused",
    async (location) => {
      answer("POST", "/uploads/", 202, location === undefined ? {} : { location });
      expect(await rejectionOf(client.uploadBlob("acme/vpc", descriptor, source))).toMatchObject({
        code: "REGISTRY_PROTOCOL_BROKEN",
      });
    },
  );
});

describe("tokens", () => {
  const token: EmbeddedRegistryAuth = { kind: "token", users, lifetimeSeconds: 60 };

  it("are asked for once by many requests at once", async () => {
    await start(token);
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    const fresh = connect();
    registry.requests.clear();
    await Promise.all(Array.from({ length: 50 }, () => fresh.findDescriptor("acme/vpc", "1")));
    expect(registry.requests.count("GET", "/token")).toBe(1);
    await fresh.close();
  });

  it("are renewed before they end", async () => {
    await start(token);
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    registry.requests.clear();
    await client.findDescriptor("acme/vpc", "1");
    clock.advance(56_000);
    await client.findDescriptor("acme/vpc", "1");
    expect(registry.requests.count("GET", "/token")).toBe(2);
    expect(registry.requests.entries.filter(({ status }) => status === 401)).toEqual([]);
  });

  it("that a registry no longer takes are replaced", async () => {
    await start({ ...token, format: "opaque" });
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    await client.findDescriptor("acme/vpc", "1");
    let refused = 0;
    intercept = (request, response) => {
      if (request.method !== "HEAD" || refused > 0) return false;
      refused += 1;
      const realm = `https://${request.headers.host}/token`;
      response.writeHead(401, { "www-authenticate": `Bearer realm="${realm}",service="embedded-registry"` }).end();
      return true;
    };
    expect(await client.findDescriptor("acme/vpc", "1")).toBeDefined();
  });

  it("without the right lead to an error that names the right", async () => {
    const reader = [{ username: "reader", password: new Secret("pw"), actions: ["pull" as const] }];
    await start({ kind: "token", users: [...users, ...reader] });
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    const reading = connect(async () => reader[0]);
    expect(await reading.findDescriptor("acme/vpc", "1")).toBeDefined();
    expect(
      await rejectionOf(reading.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "2")),
    ).toMatchObject({
      name: "AuthError",
      code: "REGISTRY_PERMISSION_MISSING",
      message: expect.stringContaining(`the credential may not push acme/vpc:2 on ${registry.host.value}, got 401`),
      hint: "it needs the right to push",
    });
    await reading.close();
  });

  it("are not asked for where anybody may read, but for the challenge", async () => {
    await start({ ...token, anonymousPull: true });
    await client.putManifest("acme/vpc", manifestBytes(), mediaTypes.imageIndex, "1");
    const anonymous = connect(async () => undefined);
    expect(await anonymous.findDescriptor("acme/vpc", "1")).toBeDefined();
    expect(registry.requests.entries.at(-1)).toMatchObject({ username: undefined, scheme: "bearer", status: 200 });
    await anonymous.close();
  });

  it("of a realm that redirects are not followed", async () => {
    await start(token);
    answer("GET", "/token", 307, { location: "/elsewhere" });
    expect(await rejectionOf(client.ping())).toMatchObject({
      code: "REGISTRY_PROTOCOL_BROKEN",
      message: `token realm of ${registry.host.value} redirects, expected a token`,
    });
  });
});

describe("a signal", () => {
  it("ends a request that hangs", async () => {
    await start();
    const abort = new AbortController();
    const hanging = new RegistryClient({
      host: registry.host,
      environment: { SSL_CERT_FILE: authority.certificateFile },
      find: async () => undefined,
      signal: abort.signal,
    });
    intercept = () => {
      setImmediate(() => abort.abort(new Error("enough")));
      return true;
    };
    await expect(hanging.ping()).rejects.toThrow("enough");
    await hanging.close();
  });
});
