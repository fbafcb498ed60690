// `scalr-oci lock` with registries that are down, busy or lie, versions that were deleted, and lock files that it did not write: it
// says what is wrong, and the file stays as it was.
import { existsSync, readFileSync } from "node:fs";
import { Secret } from "../../src/base/secret.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../src/registry/embedded-registry.ts";
import { type Authority, createAuthority } from "../support/authority.ts";
import { type CliRun, runScalrOci } from "../support/cli.ts";
import type { Intercept } from "../support/loopback-internet.ts";
import { loggedIn, password, username } from "../support/registries.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

let authority: Authority;
let registry: EmbeddedRegistry;
let workspace: Workspace;
let environment: Record<string, string>;
let intercept: Intercept;

const address = (name = "vpc") => `oci://${registry.host.value}/acme/${name}`;
const scalrOci = (...args: string[]): Promise<CliRun> =>
  runScalrOci(args, { environment, directory: workspace.path("project") });
const lock = (...args: string[]) => scalrOci("lock", "--app", "node program.mjs", ...args);
const lockFile = () => workspace.path("project", "scalr-oci.lock.json");
const lockText = () => readFileSync(lockFile(), "utf8");
const publish = async (name: string, version: string) => {
  workspace.write("module/main.tf", `output "version" { value = "${name} ${version}" }\n`);
  const args = ["push", workspace.path("module"), address(name), "--version", version, "--no-git", "--no-aliases"];
  expect(await scalrOci(...args)).toMatchObject({ exitCode: 0 });
};
/** A program that wants these. */
const want = (...addresses: string[]) => {
  const lines = addresses.map((one) => `${JSON.stringify({ path: "app", address: one, version: "~> 1.0" })}\n`);
  const text = JSON.stringify(lines.join(""));
  workspace.write(
    "project/program.mjs",
    `import { appendFileSync } from "node:fs";\nappendFileSync(process.env.SCALR_OCI_LOCK_REQUESTS, ${text});\n`,
  );
};
/** Answers requests of this method and path so, the first `times` of them. */
const answer = (
  method: string,
  path: string,
  reply: { status?: number; headers?: Record<string, string>; body?: string },
  times = Number.POSITIVE_INFINITY,
) => {
  let left = times;
  intercept = (request, response) => {
    if (left === 0 || request.method !== method || request.url?.includes(path) !== true) return false;
    left -= 1;
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
    return true;
  };
};

beforeEach(async () => {
  intercept = () => false;
  authority = createAuthority();
  registry = await startEmbeddedRegistry({
    tls: authority.issue(),
    auth: { kind: "basic", users: [{ username, password: new Secret(password) }] },
    intercept: (request, response) => intercept(request, response),
  });
  workspace = createWorkspace();
  environment = loggedIn(workspace, authority, registry.host.value);
  want(address());
  for (const version of ["1.0.0", "1.1.0"]) await publish("vpc", version);
});
afterEach(async () => {
  await registry.close();
  authority.remove();
  workspace.remove();
});

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const otherDigest = `sha256:${"0".repeat(64)}`;
const emptyDescriptor = { mediaType: "application/vnd.oci.empty.v1+json", digest: otherDigest, size: 2 };
const manifest = (more: object) =>
  JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: emptyDescriptor, layers: [], ...more });

describe("a registry that lies about a new module", () => {
  it.each([
    [
      "about its digest",
      { headers: { "content-type": manifestType, "docker-content-digest": otherDigest }, body: manifest({}) },
      "REGISTRY_CONTENT_MISMATCH",
    ],
    ["about its media type", { headers: { "content-type": "text/html" }, body: "<html>" }, "REGISTRY_MANIFEST_INVALID"],
    [
      "with the type of one and the content of another",
      { headers: { "content-type": manifestType }, body: manifest({ mediaType: "application/x" }) },
      "REGISTRY_MANIFEST_INVALID",
    ],
    [
      "with an image that is no module",
      { headers: { "content-type": manifestType }, body: manifest({ artifactType: "application/x" }) },
      "PACKAGE_REFUSED",
    ],
    ["with a size without end", { headers: { "content-type": manifestType }, body: " ".repeat(5_000_000) }, "BROKEN"],
  ])("%s locks nothing", async (_what, reply, code) => {
    answer("GET", "/manifests/1.1.0", reply);
    const result = await lock();
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toContain(code);
    expect(existsSync(lockFile())).toBe(false);
  });
});

describe("with a lock", () => {
  let before: string;
  beforeEach(async () => {
    expect(await lock()).toMatchObject({ exitCode: 0 });
    before = lockText();
  });
  const expectUntouched = () => expect(lockText()).toBe(before);

  it("a registry that is down leaves it as it is", async () => {
    await registry.close();
    const result = await lock("--update");
    expect(result).toMatchObject({ exitCode: 3, stdout: "" });
    expect(result.stderr).toContain("REGISTRY_UNREACHABLE");
    expectUntouched();
  });

  it("one registry of two that is down leaves all of it as it is", async () => {
    want(address(), "oci://localhost:1/acme/other");
    expect(await lock("--update")).toMatchObject({ exitCode: 3 });
    expectUntouched();
  });

  it("a registry that gives another digest for the tag is refused, with --check too", async () => {
    const headers = {
      "content-type": manifestType,
      "content-length": "400",
      "docker-content-digest": otherDigest,
    };
    answer("HEAD", "/manifests/1.1.0", { headers });
    for (const flags of [[], ["--check"]]) {
      const result = await lock(...flags);
      expect(result).toMatchObject({ exitCode: 1 });
      expect(result.stdout).toContain("REFUSED");
      expect(result.stdout).toContain("the tag 1.1.0 has other content now");
      expectUntouched();
    }
  });

  it("a version that was deleted is refused, until an update takes another", async () => {
    answer("HEAD", "/manifests/1.1.0", { status: 404 });
    const refused = await lock();
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stdout).toContain("the tag 1.1.0 is gone; --update takes another");
    expectUntouched();
    intercept = (request, response) => {
      if (request.url?.includes("/tags/list") !== true) return false;
      response.writeHead(200, { "content-type": "application/json" }).end('{"name":"acme/vpc","tags":["1.0.0"]}');
      return true;
    };
    const updated = await lock("--update");
    expect(updated).toMatchObject({ exitCode: 0 });
    expect(updated.stdout).toContain("1.1.0 to 1.0.0");
  });

  it("a version that is listed and whose manifest is gone is named, and nothing is taken in its place", async () => {
    answer("GET", "/manifests/1.1.0", { status: 404 });
    const result = await lock("--update");
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toContain(`${registry.host.value} has no acme/vpc:1.1.0`);
    expectUntouched();
  });

  it("a repository that is gone is refused", async () => {
    answer("HEAD", "/v2/acme/vpc/", { status: 404 });
    expect(await lock()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("is gone") as string });
    expectUntouched();
  });

  it("a registry that asks for a moment gets it", async () => {
    answer("HEAD", "/manifests/", { status: 429, headers: { "retry-after": "1" } }, 1);
    const startedAt = performance.now();
    expect(await lock()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("kept") as string });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
    expectUntouched();
  });

  it("a registry that asks for an hour is for later", async () => {
    answer("HEAD", "/manifests/", { status: 429, headers: { "retry-after": "3600" } });
    const result = await lock();
    expect(result).toMatchObject({ exitCode: 3, stdout: "" });
    expect(result.stderr).toContain("429");
    expectUntouched();
  });

  it.each([
    ["of a newer release", (text: string) => text.replace('"lockVersion": 1', '"lockVersion": 2'), "LOCK_TOO_NEW"],
    ["of a newer release with other entries", () => '{"lockVersion":7,"entries":[{"oci":"x"}]}', "LOCK_TOO_NEW"],
    ["that is cut", (text: string) => text.slice(0, text.length / 2), "LOCK_INVALID"],
    ["that is empty", () => "", "LOCK_INVALID"],
    ["that is a picture", () => "\u0089PNG\r\n\u001a\n", "LOCK_INVALID"],
    ["with a digest that is none", (text: string) => text.replace("sha256:", "sha256:x"), "LOCK_INVALID"],
    ["with an address that is none", (text: string) => text.replace("oci://", "https://"), "LOCK_INVALID"],
    ["that is a list", () => "[]", "LOCK_INVALID"],
    ["that a merge left half", (text: string) => text.replace("{\n", "{\n<<<<<<< ours\n"), "LOCK_INVALID"],
  ])("a lock file %s is refused and stays", async (_what, spoil, code) => {
    const spoilt = spoil(before);
    workspace.write("project/scalr-oci.lock.json", spoilt);
    for (const flags of [[], ["--check"], ["--update"]]) {
      const result = await lock(...flags);
      expect(result).toMatchObject({ exitCode: 2, stdout: "" });
      expect(result.stderr).toContain(`(${code})`);
      expect(result.stderr).toMatch(/\n {2}\S/);
      expect(lockText()).toBe(spoilt);
    }
  });

  it("says of a newer release's file which release to take", async () => {
    workspace.write("project/scalr-oci.lock.json", before.replace('"lockVersion": 1', '"lockVersion": 2'));
    expect((await lock()).stderr).toBe(
      "scalr-oci: lock file has the version 2, expected at most 1 (LOCK_TOO_NEW)\n  use the release of scalr-oci that wrote it, or a newer one\n",
    );
  });
});
