// Copying between repositories and registries: what is mounted, what is sent, and what hostile content cannot do.
import { Secret } from "../../../src/base/secret.ts";
import { digestOf } from "../../../src/names/digest.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import { copyPackage, type Place } from "../../../src/registry/copy.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../../src/registry/embedded-registry.ts";
import { mediaTypes } from "../../../src/registry/media-type.ts";
import { encodeModuleManifest } from "../../../src/registry/module-package.ts";
import { attachProvenance, findProvenance } from "../../../src/registry/provenance.ts";
import { bytesSource, executePush, planPush } from "../../../src/registry/push-module.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { rejectionOf } from "../../support/thrown.ts";

const credential = { username: "robot", password: new Secret("pw") };
const zip = Buffer.from("content of a module");
const claim = { source: "https://example.com/acme/vpc", revision: "0".repeat(40), version: "1.0.0" };

let authority: Authority;
let registries: EmbeddedRegistry[];
let clients: RegistryClient[];

beforeEach(() => {
  authority = createAuthority();
  registries = [];
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(registries.map((registry) => registry.close()));
  authority.remove();
});

async function startRegistry(): Promise<RegistryClient> {
  const registry = await startEmbeddedRegistry({
    tls: authority.issue(),
    auth: { kind: "token", users: [credential] },
  });
  const client = new RegistryClient({
    host: registry.host,
    environment: { SSL_CERT_FILE: authority.certificateFile },
    find: async () => credential,
    intent: "push",
  });
  registries.push(registry);
  clients.push(client);
  return client;
}

async function publish({ client, repository }: Place): Promise<string> {
  const source = { digest: digestOf(zip), size: zip.length, source: bytesSource(zip) };
  const plan = await planPush({ client, repository, zip: source, tag: "1.0.0" });
  await executePush(plan);
  await attachProvenance(client, repository, plan.manifest, claim);
  return plan.manifest.digest;
}

async function outcomesOf(from: Place, to: Place): Promise<string[]> {
  const outcomes: string[] = [];
  const onBlob = (_blob: unknown, outcome: string): void => void outcomes.push(outcome);
  await copyPackage({ from, to, reference: "1.0.0", tag: "1.0.0", onBlob });
  return outcomes;
}

it("mounts every blob within a registry", async () => {
  const client = await startRegistry();
  await publish({ client, repository: "acme/one" });
  const outcomes = await outcomesOf({ client, repository: "acme/one" }, { client, repository: "acme/two" });
  expect(new Set(outcomes.slice(0, 2))).toEqual(new Set(["mounted"]));
  expect(outcomes).not.toContain("uploaded");
});

it("sends every blob once between registries, and all that is attached", async () => {
  const [one, two] = [await startRegistry(), await startRegistry()];
  const digest = await publish({ client: one, repository: "acme/one" });
  const outcomes = await outcomesOf({ client: one, repository: "acme/one" }, { client: two, repository: "acme/two" });
  expect(outcomes).toEqual(["uploaded", "uploaded", "present", "uploaded"]);
  expect((await two.findDescriptor("acme/two", "1.0.0"))?.digest).toBe(digest);
  expect(await findProvenance(two, "acme/two", digest as never)).toMatchObject([{ claim }]);
});

it("copies an index with its manifests, and refuses one that is too deep", async () => {
  const client = await startRegistry();
  await publish({ client, repository: "acme/one" });
  let child = (await client.findDescriptor("acme/one", "1.0.0")) ?? { mediaType: "", digest: digestOf(zip), size: 0 };
  for (const depth of [1, 2, 3, 4, 5]) {
    const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [child] };
    child = await client.putManifest(
      "acme/one",
      Buffer.from(JSON.stringify(index)),
      mediaTypes.imageIndex,
      `deep${depth}`,
    );
  }
  const to = { client: await startRegistry(), repository: "acme/two" };
  const copied = await copyPackage({ from: { client, repository: "acme/one" }, to, reference: "deep4", tag: "deep4" });
  expect((await to.client.findDescriptor("acme/two", "deep4"))?.digest).toBe(copied.descriptor.digest);
  const refused = copyPackage({ from: { client, repository: "acme/one" }, to, reference: "deep5", tag: "deep5" });
  expect(await rejectionOf(refused)).toMatchObject({ code: "REGISTRY_MANIFEST_INVALID" });
});

it("says that the source is not there", async () => {
  const client = await startRegistry();
  const place = { client, repository: "acme/none" };
  expect(await rejectionOf(copyPackage({ from: place, to: place, reference: "1" }))).toMatchObject({
    code: "REGISTRY_CONTENT_NOT_FOUND",
  });
});

it("takes no statement that is about another package, is none, or is too large for one", async () => {
  const client = await startRegistry();
  const repository = "acme/one";
  const digest = await publish({ client, repository });
  const subject = (await client.findDescriptor(repository, digest)) ?? {
    mediaType: "",
    digest: digestOf(zip),
    size: 0,
  };
  const other = await client.putManifest(
    repository,
    encodeModuleManifest({ digest: digestOf(zip), size: zip.length }, { a: "b" }),
    mediaTypes.imageManifest,
  );
  const attach = async (content: Buffer): Promise<void> => {
    const layer = { mediaType: "application/vnd.in-toto+json", digest: digestOf(content), size: content.length };
    await client.uploadBlob(repository, layer, bytesSource(content));
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      artifactType: "application/vnd.in-toto+json",
      config: { mediaType: mediaTypes.emptyJson, digest: digestOf(Buffer.from("{}")), size: 2 },
      layers: [layer],
      subject,
    };
    await client.putManifest(repository, Buffer.from(JSON.stringify(manifest)), mediaTypes.imageManifest);
  };
  const { encodeStatement } = await import("../../../src/registry/provenance.ts");
  await attach(encodeStatement("x", other.digest, { ...claim, source: "https://example.com/evil" }));
  await attach(Buffer.from("not a statement"));
  await attach(Buffer.alloc(300_000, 32));
  const found = await findProvenance(client, repository, subject.digest);
  expect(found.map((one) => one.claim.source)).toEqual([claim.source]);
});
