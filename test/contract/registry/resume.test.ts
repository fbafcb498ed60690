// Uploads that are cut on the wire, against Debian's registry and ours: they go on, and what arrives is what was sent.
import { randomBytes } from "node:crypto";
import { Secret } from "../../../src/base/secret.ts";
import { digestOf } from "../../../src/names/digest.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import { startEmbeddedRegistry } from "../../../src/registry/embedded-registry.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type CuttingProxy, startCuttingProxy } from "../../support/cutting-proxy.ts";
import { startDockerRegistry } from "../../support/docker-registry.ts";
import { realPart } from "../../support/real-parts.ts";

const real = await realPart("docker-registry");
const bytes = randomBytes(8_000_000);
const descriptor = { mediaType: "archive/zip", digest: digestOf(bytes), size: bytes.length };

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

const ours = async (authority: Authority): Promise<Running> => {
  const registry = await startEmbeddedRegistry({ tls: authority.issue() });
  return { port: registry.port, stop: () => registry.close() };
};
const debian = (authority: Authority): Promise<Running> => startDockerRegistry({ auth: "none", authority });

describe("the embedded registry behind a bad line", () => contract(ours, true));
// docker-registry 2.8 keeps the length of an upload in the address that it gives; after a cut the two differ and it refuses to go on.
real.describe("docker-registry behind a bad line", () => contract(debian, false));

function contract(start: (authority: Authority) => Promise<Running>, goesOn: boolean): void {
  let authority: Authority;
  let registry: Running;
  let proxy: CuttingProxy;
  let client: RegistryClient;
  const handed: number[] = [];

  beforeEach(async () => {
    authority = createAuthority();
    registry = await start(authority);
    proxy = await startCuttingProxy(registry.port);
    handed.length = 0;
    client = new RegistryClient({
      host: parseRegistryHost(`localhost:${proxy.port}`),
      environment: { SSL_CERT_FILE: authority.certificateFile },
      find: async () => ({ username: "robot", password: new Secret("pw") }),
      retryPolicy: { attempts: 5, baseDelayMs: 20, maxDelayMs: 100 },
    });
  });

  afterEach(async () => {
    await client.close();
    await proxy.stop();
    await registry.stop();
    authority.remove();
  });

  const source = {
    open: async function* (start: number): AsyncIterable<Uint8Array> {
      handed.push(start);
      for (let at = start; at < bytes.length; at += 64_000) yield bytes.subarray(at, at + 64_000);
    },
  };

  it.each([
    ["during the handshake", [100]],
    ["in the first request", [2_000]],
    ["early in the content", [200_000]],
    ["in the middle of the content", [4_000_000]],
    ["close to its end", [7_990_000]],
    ["again and again", [1_000_000, 1_000_000, 1_000_000, 1_000_000]],
  ])("takes an upload that is cut %s", async (_when, limits) => {
    for (const limit of limits) proxy.cutAfter(limit);
    await client.uploadBlob("acme/vpc", descriptor, source);
    expect(proxy.cuts()).toBe(limits.length);
    expect(digestOf(await client.readBlob("acme/vpc", descriptor, bytes.length))).toBe(descriptor.digest);
  });

  it(goesOn ? "does not get again what it has" : "gets it all again", async () => {
    proxy.cutAfter(6_000_000);
    await client.uploadBlob("acme/vpc", descriptor, source);
    expect(handed).toHaveLength(2);
    if (goesOn) expect(handed[1]).toBeGreaterThan(3_000_000);
    else expect(handed[1]).toBe(0);
  });

  if (!goesOn) return;

  it("takes an upload that is cut more often than there are attempts, as long as it gets on", async () => {
    for (let cut = 0; cut < 12; cut += 1) proxy.cutAfter(500_000);
    await client.uploadBlob("acme/vpc", descriptor, source);
    expect(proxy.cuts()).toBe(12);
  });
}
