import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import type { RegistryClient } from "../../../src/registry/client.ts";
import { findDigestOfTag, resolveModule } from "../../../src/registry/module-resolver.ts";
import { rejectionOf } from "../../support/thrown.ts";

const digest = `sha256:${"a".repeat(64)}` as const;
const address = "oci://r.example/acme/vpc";
const modulePackage = { kind: "image", document: { artifactType: "application/vnd.opentofu.modulepkg" } };

/** A registry with these tags, each of which is this manifest. */
function clientWith(tags: readonly string[], manifest: object = modulePackage): RegistryClient {
  return {
    host: parseRegistryHost("r.example"),
    listTags: async () => tags,
    findDescriptor: async (_: string, tag: string) => (tags.includes(tag) ? { digest } : undefined),
    readManifest: async () => ({ descriptor: { digest }, manifest }),
  } as unknown as RegistryClient;
}

describe("resolveModule", () => {
  it.each([
    [["1.0.0", "1.10.0", "1.9.0", "latest", "1", "1.10"], "~> 1.0", "1.10.0"],
    [["v1.0.0", "v1.4.0"], "~> 1.0", "v1.4.0"],
    [["v1.4.0", "1.4.0"], "~> 1.0", "1.4.0"],
    [["1.4.0_build.2", "1.4.0_build.1"], "1.4.0", "1.4.0_build.1"],
    [["1.0.0", "1.1.0-rc.1"], ">= 1.0", "1.0.0"],
    [["1.0.0", "1.1.0-rc.1"], "1.1.0-rc.1", "1.1.0-rc.1"],
  ])("of the tags %j at %s is %s", async (tags, version, tag) => {
    expect(await resolveModule(clientWith(tags), { address, version })).toEqual({ tag, digest });
    expect(await resolveModule(clientWith(tags.toReversed()), { address, version })).toEqual({ tag, digest });
  });

  it("of a tag is what it points to", async () => {
    expect(await resolveModule(clientWith(["stable"]), { address, tag: "stable" })).toEqual({ tag: "stable", digest });
  });

  it.each([
    [["1.0.0", "2.0.0"], "no version of r.example/acme/vpc matches ~> 9.0, the newest is 2.0.0"],
    [["latest", "1.0"], "no version of r.example/acme/vpc matches ~> 9.0, it has none"],
    [[], "no version of r.example/acme/vpc matches ~> 9.0, it has none"],
  ])("says of %j what there is instead", async (tags, message) => {
    const error = await rejectionOf(resolveModule(clientWith(tags), { address, version: "~> 9.0" }));
    expect(error).toMatchObject({ code: "REGISTRY_CONTENT_NOT_FOUND", message });
  });

  it.each([
    ["a container image", { kind: "image", document: {} }],
    ["a provider", { kind: "index", document: { artifactType: "application/vnd.opentofu.provider" } }],
  ])("refuses %s", async (_, manifest) => {
    const error = await rejectionOf(resolveModule(clientWith(["1.0.0"], manifest), { address, version: "1.0.0" }));
    expect(error).toMatchObject({
      code: "PACKAGE_REFUSED",
      message: "oci://r.example/acme/vpc?tag=1.0.0 is not a module package of OpenTofu",
    });
  });
});

describe("findDigestOfTag", () => {
  it.each([
    ["1.0.0", digest],
    ["2.0.0", undefined],
  ])("of %s is %s", async (tag, expected) => {
    expect(await findDigestOfTag(clientWith(["1.0.0"]), address, tag)).toBe(expected);
  });
});
