import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { inflateRawSync } from "node:zlib";
import { ignoreFileName } from "../../../src/registry/module-files.ts";
import { encodeModuleManifest, packModule } from "../../../src/registry/module-package.ts";
import { parseManifest } from "../../../src/registry/manifest.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

let workspace: Workspace;

beforeEach(() => {
  workspace = createWorkspace();
  workspace.write("module/main.tf", "# a module\n");
});

afterEach(() => workspace.remove());

const module = (): string => workspace.path("module");

async function namesOf(directory: string): Promise<string[]> {
  await using zip = await packModule(directory);
  return zip.files.map(({ name }) => name);
}

describe("packModule", () => {
  it("gives this digest for this module, on any machine", async () => {
    workspace.write("fixed/main.tf", 'output "x" { value = 1 }\n');
    workspace.write("fixed/modules/a/variables.tf", `${'variable "a" {}\n'.repeat(200)}`);
    workspace.write("fixed/scripts/run.sh", "#!/bin/sh\nexit 0\n", 0o755);
    workspace.write("fixed/ü/ß.tf", "");
    await using zip = await packModule(workspace.path("fixed"));
    expect(zip.digest).toBe("sha256:5baeecacb354c9bfa72030698f4876fedf2aa3bb8d38852fe980092e071924c5");
    const manifest = encodeModuleManifest(zip);
    expect(JSON.parse(manifest.toString())).toEqual({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      artifactType: "application/vnd.opentofu.modulepkg",
      config: {
        mediaType: "application/vnd.oci.empty.v1+json",
        digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        size: 2,
      },
      layers: [{ mediaType: "archive/zip", digest: zip.digest, size: zip.size }],
    });
  });

  it("does not depend on times, rights beyond the owner's execution, owner, or the place", async () => {
    workspace.write("other/main.tf", "# a module\n", 0o600);
    utimesSync(workspace.path("other/main.tf"), 1, 1);
    await using one = await packModule(module());
    await using other = await packModule(workspace.path("other"));
    expect(other.digest).toBe(one.digest);
    expect(readFileSync(other.path)).toEqual(readFileSync(one.path));
  });

  it("depends on content, names and the right to execute", async () => {
    const digests = new Set<string>();
    const add = async (): Promise<void> => {
      await using zip = await packModule(module());
      digests.add(zip.digest);
    };
    await add();
    chmodSync(workspace.path("module/main.tf"), 0o755);
    await add();
    workspace.write("module/main.tf", "# another\n");
    await add();
    workspace.write("module/b.tf", "");
    await add();
    expect(digests.size).toBe(4);
  });

  it("keeps the archive private and takes it away", async () => {
    const zip = await packModule(module());
    expect(statSync(zip.path).mode & 0o777).toBe(0o600);
    await zip.remove();
    expect(() => statSync(zip.path)).toThrow("ENOENT");
  });

  it("leaves nothing behind when it fails", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("scalr-oci-package-"));
    symlinkSync("/etc/passwd", workspace.path("module/x"));
    await rejectionOf(packModule(module()));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("scalr-oci-package-"))).toEqual(before);
  });

  it("sorts by the bytes of names", async () => {
    for (const name of ["b.tf", "B.tf", "a/z.tf", "a.tf", "ä.tf", "\u{1F600}.tf", "\uff5e.tf"])
      workspace.write(`module/${name}`, "");
    expect(await namesOf(module())).toEqual([
      "B.tf",
      "a.tf",
      "a/z.tf",
      "b.tf",
      "main.tf",
      "ä.tf",
      "\uff5e.tf",
      "\u{1F600}.tf",
    ]);
  });

  it("leaves out history, caches, state, plans and variables by default", async () => {
    for (const name of [
      ".git/config",
      ".terraform/providers/x",
      "sub/.terraform/x",
      "terraform.tfstate",
      "terraform.tfstate.backup",
      "sub/other.tfstate",
      "prod.tfvars",
      "prod.auto.tfvars.json",
      ".env",
      ".env.local",
      "crash.log",
      "plan.tfplan",
      ".terragrunt-cache/x",
      "cdktf.out/x",
      ".DS_Store",
    ]) {
      workspace.write(`module/${name}`, "secret");
    }
    workspace.write("module/.terraform.lock.hcl", "");
    workspace.write("module/.github/workflows/ci.yml", "");
    expect(await namesOf(module())).toEqual([".github/workflows/ci.yml", ".terraform.lock.hcl", "main.tf"]);
  });

  it("leaves out private keys and says so, unless the ignore file brings one back", async () => {
    const keys = ["id_rsa", "sub/id_ed25519", "deploy.pem", "tls.key", "client.p12", "kept.pem"];
    for (const name of keys) {
      workspace.write(`module/${name}`, "x\n-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    }
    workspace.write("module/id_rsa.pub", "ssh-rsa AAAA");
    workspace.write("module/ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    workspace.write(`module/${ignoreFileName}`, "!kept.pem\n");
    await using zip = await packModule(module());
    expect(zip.files.map(({ name }) => name)).toEqual(["ca.pem", "id_rsa.pub", "kept.pem", "main.tf"]);
    expect(zip.leftOut).toEqual(["client.p12", "deploy.pem", "id_rsa", "sub/id_ed25519", "tls.key"]);
  });

  it("follows the ignore file, which may bring back what the defaults leave out", async () => {
    workspace.write(
      `module/${ignoreFileName}`,
      "# a comment\n*.md\n!README.md\n/docs/\ntest/**/fixtures\n!example.tfvars\n",
    );
    for (const name of [
      "README.md",
      "NOTES.md",
      "docs/a.txt",
      "sub/docs/a.txt",
      "test/a/fixtures/x",
      "test/a/x",
      "example.tfvars",
      "X.MD",
    ]) {
      workspace.write(`module/${name}`, "");
    }
    expect(await namesOf(module())).toEqual([
      "README.md",
      "X.MD",
      "example.tfvars",
      "main.tf",
      "sub/docs/a.txt",
      "test/a/x",
    ]);
  });

  it("packs a link as the file it leads to", async () => {
    symlinkSync("main.tf", workspace.path("module/link.tf"));
    mkdirSync(workspace.path("module/sub"));
    symlinkSync("../main.tf", workspace.path("module/sub/up.tf"));
    linkSync(workspace.path("module/main.tf"), workspace.path("module/hard.tf"));
    await using zip = await packModule(module());
    const content = entriesOf(readFileSync(zip.path));
    expect([...content.keys()]).toEqual(["hard.tf", "link.tf", "main.tf", "sub/up.tf"]);
    expect(new Set([...content.values()].map(String))).toEqual(new Set(["# a module\n"]));
  });

  it.each([
    [
      "a link out of the directory",
      () => symlinkSync("/etc/passwd", workspace.path("module/x")),
      "x cannot be packed, got a link that leads out of the directory",
    ],
    [
      "a link up and out",
      () => symlinkSync("../outside", workspace.path("module/x")),
      "x cannot be packed, got a link that leads out of the directory",
    ],
    [
      "a link to nothing",
      () => symlinkSync("nothing", workspace.path("module/x")),
      "x cannot be packed, got a link that leads nowhere",
    ],
    [
      "a link to itself",
      () => symlinkSync("x", workspace.path("module/x")),
      "x cannot be packed, got a link that leads nowhere",
    ],
    [
      "a link to the directory",
      () => symlinkSync(".", workspace.path("module/x")),
      "x cannot be packed, got a link that leads out of the directory",
    ],
    [
      "a link to a directory",
      () => symlinkSync("sub", workspace.path("module/x")),
      "x cannot be packed, got a link to a directory",
    ],
    [
      "a cycle of directories",
      () => symlinkSync("..", workspace.path("module/sub/x")),
      "sub/x cannot be packed, got a link that leads out of the directory",
    ],
    [
      "a named pipe",
      () => execFileSync("mkfifo", [workspace.path("module/x")]),
      "x cannot be packed, got a named pipe",
    ],
    [
      "a name with a line break",
      () => workspace.write("module/a\nb", ""),
      "a file cannot be packed under its name, got a b",
    ],
    [
      "a name with a backslash",
      () => workspace.write("module/a\\b", ""),
      "a file cannot be packed under its name, got a\\b",
    ],
  ])("refuses %s", async (_what, make, message) => {
    workspace.write("outside", "canary");
    mkdirSync(workspace.path("module/sub"));
    make();
    const error = await rejectionOf(packModule(module()));
    expect(error).toMatchObject({ name: "InputError", code: "PACKAGE_DIRECTORY_INVALID" });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(ignoreFileName);
    workspace.write(`module/${ignoreFileName}`, "x\na*b\n");
    expect(await namesOf(module())).toEqual(["main.tf"]);
  });

  it("refuses a socket", async () => {
    const server = createServer().listen(workspace.path("module/s"));
    await new Promise((resolve) => server.once("listening", resolve));
    expect((await rejectionOf(packModule(module()))).message).toContain("s cannot be packed, got a socket");
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ["nothing", "nothing", "there is no directory"],
    ["a file", "module/main.tf", "there is no directory"],
    ["no module", "home", "the directory holds no OpenTofu module, expected a .tf or .tofu file"],
  ])("refuses %s for a module", async (_what, path, message) => {
    expect((await rejectionOf(packModule(workspace.path(path)))).message).toContain(message);
  });

  it("takes modules below a root without one", async () => {
    workspace.write("many/modules/a/main.tofu.json", "{}");
    expect(await namesOf(workspace.path("many"))).toEqual(["modules/a/main.tofu.json"]);
  });

  it("refuses an ignore file that is a link", async () => {
    symlinkSync("/etc/passwd", workspace.path("module", ignoreFileName));
    expect((await rejectionOf(packModule(module()))).message).toContain(`${ignoreFileName} cannot be used`);
  });

  it("stores what does not shrink and large files as they are", async () => {
    workspace.write("module/large.bin", Buffer.alloc(17 * 1024 * 1024, 1));
    workspace.write("module/text.txt", "abc ".repeat(100_000));
    await using zip = await packModule(module());
    expect(zip.size).toBeGreaterThan(17 * 1024 * 1024);
    expect(zip.size).toBeLessThan(17 * 1024 * 1024 + 10_000);
    const content = entriesOf(readFileSync(zip.path));
    expect(content.get("text.txt")?.length).toBe(400_000);
    expect(content.get("large.bin")?.length).toBe(17 * 1024 * 1024);
  });
});

describe("encodeModuleManifest", () => {
  const zip = { digest: `sha256:${"0".repeat(64)}`, size: 1 } as const;

  it("orders annotations, so that their order does not change the digest", () => {
    expect(encodeModuleManifest(zip, { b: "2", a: "1" })).toEqual(encodeModuleManifest(zip, { a: "1", b: "2" }));
  });

  it("makes a manifest that is read back", () => {
    const bytes = encodeModuleManifest(zip, { "org.opencontainers.image.version": "1.0.0" });
    const manifest = parseManifest(bytes, "application/vnd.oci.image.manifest.v1+json");
    expect(manifest.document.annotations).toEqual({ "org.opencontainers.image.version": "1.0.0" });
  });
});

/** Reads an archive by its central directory, independently of the code that wrote it. */
function entriesOf(zip: Buffer): Map<string, Buffer> {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < zip.readUInt16LE(end + 10); index += 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const offset = zip.readUInt32LE(at + 42);
    const dataStart = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const data = zip.subarray(dataStart, dataStart + zip.readUInt32LE(at + 20));
    entries.set(name, zip.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
