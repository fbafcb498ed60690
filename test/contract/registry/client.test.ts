// One contract for the registry client on every registry at hand: ours and Debian's, in each way of authentication.
import { randomBytes } from "node:crypto";
import type { Credential } from "../../../src/base/credential.ts";
import { Secret } from "../../../src/base/secret.ts";
import { type Digest, digestOf } from "../../../src/names/digest.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import type { Descriptor } from "../../../src/registry/manifest.ts";
import { mediaTypes } from "../../../src/registry/media-type.ts";
import type { BlobSource } from "../../../src/registry/upload.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { realParts } from "../../support/real-parts.ts";
import {
  debian,
  embeddedKinds,
  password,
  type RegistryKind,
  type TestRegistry,
  username,
} from "../../support/registries.ts";
import { rejectionOf } from "../../support/thrown.ts";

const real = await realParts("docker-registry", "htpasswd");
const debianKinds = [debian("none"), debian("htpasswd"), debian("token"), debian("token", true)];

describe.each(embeddedKinds)("$name", contract);
real.describe("on Debian", () => describe.each(debianKinds)("$name", contract));

function contract(kind: RegistryKind): void {
  let authority: Authority;
  let registry: TestRegistry;
  let client: RegistryClient;
  let asked = 0;

  const connect = (credential: Credential | undefined): RegistryClient =>
    new RegistryClient({
      host: parseRegistryHost(registry.host),
      environment: { SSL_CERT_FILE: authority.certificateFile },
      retryPolicy: { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 },
      find: async () => {
        asked += 1;
        return credential;
      },
    });

  beforeAll(async () => {
    authority = createAuthority();
    registry = await kind.start(authority);
  });

  afterAll(async () => {
    await registry.stop();
    authority.remove();
  });

  beforeEach(() => {
    asked = 0;
    client = connect({ username, password: new Secret(password) });
  });

  afterEach(() => client.close());

  it("pushes and reads a blob, and sends it once only", async () => {
    const { descriptor, source } = blob(randomBytes(300_000));
    expect(await client.uploadBlob("acme/blobs", descriptor, source)).toBe("uploaded");
    expect(await client.uploadBlob("acme/blobs", descriptor, source)).toBe("present");
    expect(digestOf(await client.readBlob("acme/blobs", descriptor, 300_000))).toBe(descriptor.digest);
  });

  it("pushes an empty blob", async () => {
    const { descriptor, source } = blob(Buffer.alloc(0));
    await client.uploadBlob("acme/empty", descriptor, source);
    expect(await client.readBlob("acme/empty", descriptor, 0)).toHaveLength(0);
  });

  it("mounts a blob of another repository", async () => {
    const { descriptor, source } = blob(randomBytes(1000));
    await client.uploadBlob("acme/from", descriptor, source);
    expect(await client.uploadBlob("acme/to", descriptor, source, { mountFrom: "acme/from" })).toBe("mounted");
    expect(await client.uploadBlob("acme/new", descriptor, source, { mountFrom: "acme/nothing-here" })).toBe(
      "uploaded",
    );
  });

  it("pushes a manifest under a tag and finds it by tag and digest", async () => {
    const pushed = await pushImage(client, "acme/tagged", "1.0.0");
    expect(await client.findDescriptor("acme/tagged", "1.0.0")).toEqual(pushed);
    expect(await client.findDescriptor("acme/tagged", pushed.digest)).toEqual(pushed);
    const read = await client.readManifest("acme/tagged", "1.0.0");
    expect(read.descriptor).toEqual(pushed);
    expect(digestOf(read.bytes)).toBe(pushed.digest);
    expect(read.manifest.kind).toBe("image");
  });

  it("tells what is not there", async () => {
    await pushImage(client, "acme/there", "1");
    expect(await client.findDescriptor("acme/there", "2")).toBeUndefined();
    expect(await client.findDescriptor("acme/nothing", "1")).toBeUndefined();
    expect(await rejectionOf(client.readManifest("acme/there", "2"))).toMatchObject({
      code: "REGISTRY_CONTENT_NOT_FOUND",
      message: expect.stringMatching(/ has no acme\/there:2, got 404 MANIFEST_UNKNOWN/),
    });
    expect(await rejectionOf(client.listTags("acme/nothing"))).toMatchObject({ code: "REGISTRY_CONTENT_NOT_FOUND" });
  });

  it("lists tags", async () => {
    for (const tag of ["1.0.0", "1.1.0", "latest", "A"]) await pushImage(client, "acme/list", tag);
    expect((await client.listTags("acme/list")).sort()).toEqual(["1.0.0", "1.1.0", "A", "latest"]);
  });

  it("finds referrers, also where the registry has no list of them", async () => {
    const subject = await pushImage(client, "acme/signed", "1");
    expect(await client.listReferrers("acme/signed", subject.digest as Digest)).toEqual([]);
    const one = await pushImage(client, "acme/signed", undefined, { artifactType: "application/x.one", subject });
    const two = await pushImage(client, "acme/signed", undefined, { artifactType: "application/x.two", subject });
    const digests = (found: Descriptor[]): string[] => found.map(({ digest }) => digest).sort();
    expect(digests(await client.listReferrers("acme/signed", subject.digest))).toEqual([one.digest, two.digest].sort());
    const filtered = await client.listReferrers("acme/signed", subject.digest, "application/x.two");
    expect(digests(filtered)).toEqual([two.digest]);
    const tag = await client.findDescriptor("acme/signed", subject.digest.replace(":", "-"));
    expect(tag === undefined).toBe(kind.hasReferrers);
  });

  it("asks for the credential once, and only where one is wanted", async () => {
    await pushImage(client, "acme/asked", "1");
    await client.listTags("acme/asked");
    expect(asked).toBe(kind.wantsLogin ? 1 : 0);
  });

  if (!kind.wantsLogin) return;

  it("says that a credential is missing", async () => {
    const anonymous = connect(undefined);
    expect(await rejectionOf(anonymous.findDescriptor("acme/there", "1"))).toMatchObject({
      name: "AuthError",
      code: "REGISTRY_CREDENTIAL_MISSING",
      message: expect.stringContaining("no credential to pull acme/there"),
    });
    await anonymous.close();
  });

  it("says that a credential was refused, and does not print it", async () => {
    const wrong = connect({ username, password: new Secret("canary-1f6d") });
    const error = await rejectionOf(wrong.findDescriptor("acme/there", "1"));
    expect(error).toMatchObject({ name: "AuthError", code: "REGISTRY_CREDENTIAL_REFUSED" });
    expect(`${error.message} ${error.hint}`).not.toContain("canary");
    await wrong.close();
  });
}

function blob(bytes: Buffer): { descriptor: Descriptor; source: BlobSource } {
  return {
    descriptor: { mediaType: "application/octet-stream", digest: digestOf(bytes), size: bytes.length },
    source: {
      open: async function* (start) {
        yield bytes.subarray(start);
      },
    },
  };
}

async function pushImage(client: RegistryClient, repository: string, tag?: string, more = {}): Promise<Descriptor> {
  const config = blob(Buffer.from("{}"));
  await client.uploadBlob(repository, config.descriptor, config.source);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config: { ...config.descriptor, mediaType: mediaTypes.emptyJson },
    layers: [],
    ...more,
  };
  return client.putManifest(repository, Buffer.from(JSON.stringify(manifest)), mediaTypes.imageManifest, tag);
}
