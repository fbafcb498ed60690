// What is done with a published module: list, inspect, pull, copy, verify; and providers for OpenTofu's OCI mirrors.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { ZipWriter } from "../../../src/registry/zip-writer.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import { runOk } from "../../support/processes.ts";
import { pushRaw } from "../../support/push-raw.ts";
import { makeRawZip, type RawEntry } from "../../support/raw-zip.ts";
import { realParts } from "../../support/real-parts.ts";
import { debian, embeddedKinds, loggedIn, type TestRegistry } from "../../support/registries.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd", "oras", "git");
const embeddedKind = embeddedKinds[2] ?? debian("none");
const kinds = [embeddedKind, debian("token"), debian("htpasswd")];

/** What `--json` prints, as far as these tests look at parts of it. */
interface Report {
  readonly digest: string;
  readonly pinned: string;
  readonly outcome: string;
  readonly provenance?: string;
  readonly isPassed: boolean;
  readonly zip: { readonly digest: string };
  readonly files: readonly string[];
  readonly faults: readonly string[];
  readonly platforms: readonly unknown[];
  readonly referrers: readonly unknown[];
}

real.describe("a published module", () => {
  describe.each(kinds)("on $name", ({ start, hasReferrers }) => {
    let authority: Authority;
    let registry: TestRegistry;
    let workspace: Workspace;
    let environment: Record<string, string>;
    const scalrOci = (...args: string[]): Promise<CliRun> =>
      runScalrOci(args, { environment, directory: workspace.directory });
    const json = async (...args: string[]): Promise<Report> => {
      const result = await scalrOci(...args, "--json");
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return JSON.parse(result.stdout);
    };
    const address = (repository: string): string => `oci://${registry.host}/${repository}`;

    beforeAll(async () => {
      authority = createAuthority();
      registry = await start(authority);
    });

    afterAll(async () => {
      await registry.stop();
      authority.remove();
    });

    beforeEach(() => {
      workspace = createWorkspace();
      environment = loggedIn(workspace, authority, registry.host);
      workspace.write("module/main.tf", 'output "made" { value = 1 }\n');
      workspace.write("module/bin/run.sh", "#!/bin/sh\n", 0o755);
    });

    afterEach(() => workspace.remove());

    const commit = async (): Promise<string> => {
      const person = {
        GIT_AUTHOR_NAME: "A",
        GIT_AUTHOR_EMAIL: "a@example.com",
        GIT_COMMITTER_NAME: "A",
        GIT_COMMITTER_EMAIL: "a@example.com",
      };
      const git = (...args: string[]): Promise<string> =>
        runOk(real.paths.git, ["-C", workspace.path("module"), ...args], {
          environment: { ...environment, ...person },
        });
      await git("init", "-q");
      await git("add", ".");
      await git("commit", "-q", "-m", "first");
      await git("remote", "add", "origin", "https://user:canary-token@example.com/acme/vpc.git");
      return (await git("rev-parse", "HEAD")).trim();
    };

    it("is listed with its versions, the newest first", async () => {
      for (const version of ["1.9.0", "1.10.0", "1.10.0-rc.1"]) {
        workspace.write("module/version.tf", `# ${version}\n`);
        await json("push", "module", address("acme/list"), "--version", version);
      }
      expect(await json("versions", address("acme/list"))).toEqual({
        repository: `${registry.host}/acme/list`,
        versions: ["1.10.0", "1.10.0-rc.1", "1.9.0"],
        tags: ["1", "1.10", "1.9"],
      });
      const text = await scalrOci("versions", address("acme/list"));
      expect(text.stdout).toBe("1.10.0\n1.10.0-rc.1\n1.9.0\nother tags: 1, 1.10, 1.9\n");
      const missing = await scalrOci("versions", address("acme/missing"));
      expect(missing).toMatchObject({ exitCode: 1, stdout: "" });
      expect(missing.stderr).toContain("has no acme/missing");
    });

    it("says where it comes from, without the login of the repository", async () => {
      const revision = await commit();
      const pushed = await json(
        "push",
        "module",
        address("acme/origin"),
        "--version",
        "1.0.0",
        "--license",
        "MIT",
        "--annotation",
        "x=y=z",
      );
      const inspected = await json("inspect", `${address("acme/origin")}?tag=1`);
      expect(inspected).toMatchObject({
        digest: pushed.digest,
        artifactType: "application/vnd.opentofu.modulepkg",
        faults: [],
        annotations: {
          "org.opencontainers.image.source": "https://example.com/acme/vpc",
          "org.opencontainers.image.revision": revision,
          "org.opencontainers.image.version": "1.0.0",
          "org.opencontainers.image.licenses": "MIT",
          x: "y=z",
        },
        contents: [{ mediaType: "archive/zip", digest: pushed.zip.digest }],
      });
      expect(JSON.stringify(inspected)).not.toContain("canary");
      expect(inspected.referrers).toHaveLength(hasReferrers ? 1 : 0);
      const text = await scalrOci("inspect", pushed.pinned);
      expect(text.stdout).toContain("OpenTofu loads it as a module\n");
      expect(text.stdout).toContain("  org.opencontainers.image.source = https://example.com/acme/vpc\n");
    });

    it("is the same on a second push of the same commit, statement included", async () => {
      await commit();
      const first = await json("push", "module", address("acme/again"), "--version", "1.0.0");
      const second = await json("push", "module", address("acme/again"), "--version", "1.0.0");
      expect(second).toEqual({ ...first, outcome: "unchanged", upload: "present" });
      expect((await json("inspect", `${address("acme/again")}?tag=1.0.0`)).referrers).toHaveLength(
        hasReferrers ? 1 : 0,
      );
      const none = await json("push", "module", address("acme/none"), "--version", "1.0.0", "--no-provenance");
      expect(none).not.toHaveProperty("provenance");
    });

    it("is pulled into a directory that did not exist, whole or not at all", async () => {
      const pushed = await json("push", "module", address("acme/pulled"), "--version", "1.0.0");
      const pulled = await json("pull", `${address("acme/pulled")}?tag=1.0.0`);
      expect(pulled).toMatchObject({
        digest: pushed.digest,
        files: ["bin/run.sh", "main.tf"],
        directory: workspace.path("pulled"),
      });
      expect(readFileSync(workspace.path("pulled/main.tf"), "utf8")).toBe('output "made" { value = 1 }\n');
      expect(statSync(workspace.path("pulled/bin/run.sh")).mode & 0o111).toBe(0o111);
      const again = await scalrOci("pull", `${address("acme/pulled")}?tag=1.0.0`);
      expect(again.exitCode).toBe(1);
      expect(again.stderr).toContain("pulled is not an empty directory (TARGET_EXISTS)");
      const latest = await scalrOci("pull", address("acme/pulled"), "other");
      expect(latest.stderr).toContain("has no acme/pulled:latest");
      expect(readdirSync(workspace.directory)).not.toContain("other");
    });

    it("that would do harm is not unpacked", async () => {
      const harmful: Record<string, RawEntry[]> = {
        up: [{ name: "main.tf" }, { name: "../../escaped" }],
        link: [{ name: "main.tf" }, { name: "link", data: "/etc/passwd", mode: 0o120777 }],
        bomb: [{ name: "main.tf" }, { name: "zeros", claimedSize: 1_200_000_000 }],
      };
      for (const [name, entries] of Object.entries(harmful)) {
        await pushRaw(registry, authority, `acme/${name}`, makeRawZip(entries));
        const pulled = await scalrOci("pull", `${address(`acme/${name}`)}?tag=1.0.0`, name);
        expect(pulled).toMatchObject({ exitCode: 1, stdout: "" });
        expect(pulled.stderr).toContain("(PACKAGE_REFUSED)");
        expect(existsSync(workspace.path(name))).toBe(false);
        const verified = await scalrOci("verify", `${address(`acme/${name}`)}?tag=1.0.0`);
        expect(verified.exitCode).toBe(1);
        expect(verified.stdout).toContain("FAILED archive: the archive ");
      }
      expect(readdirSync(workspace.directory).sort()).toEqual(["home", "module", "run", "tmp", "tofu.tfrc"]);
    }, 60_000);

    it("that was pushed by oras is pulled", async () => {
      const chunks: Uint8Array[] = [];
      const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
      await writer.addBytes({ name: "main.tf", isExecutable: false }, Buffer.from("# by oras\n"));
      await writer.finish();
      workspace.write("module.zip", Buffer.concat(chunks));
      const args = ["push", "--plain-http=false", "--artifact-type", "application/vnd.opentofu.modulepkg"];
      await runOk(real.paths.oras, [...args, `${registry.host}/acme/oras:1.0.0`, "module.zip:archive/zip"], {
        environment,
        directory: workspace.directory,
      });
      expect((await json("pull", `${address("acme/oras")}?tag=1.0.0`)).files).toEqual(["main.tf"]);
      expect((await json("verify", `${address("acme/oras")}?tag=1.0.0`)).isPassed).toBe(true);
    });

    it("that is none is explained", async () => {
      workspace.write("x.tar.gz", "not a zip");
      await runOk(
        real.paths.oras,
        ["push", "--plain-http=false", `${registry.host}/acme/tar:1`, "x.tar.gz:application/gzip"],
        {
          environment,
          directory: workspace.directory,
        },
      );
      const faults = [
        "its artifactType is application/vnd.unknown.artifact.v1, expected application/vnd.opentofu.modulepkg",
        "it has 0 layers of archive/zip, expected one",
      ];
      expect((await json("inspect", `${address("acme/tar")}?tag=1`)).faults).toEqual(faults);
      const pulled = await scalrOci("pull", `${address("acme/tar")}?tag=1`);
      expect(pulled.stderr).toContain(`acme/tar:1 is not a module package: ${faults.join("; ")} (PACKAGE_REFUSED)`);
      const verified = await scalrOci("verify", `${address("acme/tar")}?tag=1`);
      expect(verified).toMatchObject({ exitCode: 1 });
      expect(verified.stdout).toContain("FAILED package: acme/tar:1 is not a module package");
    });

    it("is verified by its package, its archive and its origin", async () => {
      const revision = await commit();
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
      workspace.write("key.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
      workspace.write("key.pub", publicKey.export({ type: "spki", format: "pem" }));
      workspace.write("other.pub", other.publicKey.export({ type: "spki", format: "pem" }));
      await json("push", "module", address("acme/signed"), "--version", "1.0.0", "--sign-key", "key.pem");
      const verify = (...args: string[]): Promise<CliRun> =>
        scalrOci("verify", `${address("acme/signed")}?tag=1.0.0`, ...args);
      expect(await verify()).toMatchObject({ exitCode: 0 });
      const source = "https://example.com/acme/vpc";
      expect(await verify("--source", `${source}.git`)).toMatchObject({ exitCode: 0 });
      const demanded = await verify("--key", "key.pub", "--source", source, "--revision", revision);
      expect(demanded).toMatchObject({ exitCode: 0 });
      expect(demanded.stdout).toContain(`ok     provenance: ${source} at ${revision}, signed by the given key`);
      for (const [args, detail] of [
        [["--key", "other.pub"], "none is signed by the given key"],
        [["--source", "https://example.com/evil"], `it names ${source} at ${revision}`],
        [["--revision", "0".repeat(40)], `it names ${source} at ${revision}`],
      ] as const) {
        const result = await verify(...args);
        expect(result).toMatchObject({ exitCode: 1 });
        expect(result.stdout).toContain(`FAILED provenance: ${detail}`);
      }
      workspace.write("rubbish.pem", "no key");
      const unusable = await verify("--key", "rubbish.pem");
      expect(unusable.stderr).toContain("(KEY_UNUSABLE)");
      expect(unusable.stderr).not.toContain("genpkey");
      expect((await scalrOci("versions", address("acme/signed"))).stdout).toBe("1.0.0\nother tags: 1, 1.0\n");
    });

    it("is signed again with another key, and once with each", async () => {
      await commit();
      const sign = async (name: string): Promise<string | undefined> => {
        const args = ["module", address("acme/rotated"), "--version", "1.0.0", "--sign-key", `${name}.pem`];
        return (await json("push", ...args)).provenance;
      };
      for (const name of ["old", "new"]) {
        const { privateKey, publicKey } = generateKeyPairSync("ed25519");
        workspace.write(`${name}.pem`, privateKey.export({ type: "pkcs8", format: "pem" }));
        workspace.write(`${name}.pub`, publicKey.export({ type: "spki", format: "pem" }));
      }
      const [first, second, again] = [await sign("old"), await sign("new"), await sign("old")];
      expect([typeof first, second === first, again === first]).toEqual(["string", false, true]);
      for (const name of ["old", "new"]) {
        const verified = await scalrOci("verify", `${address("acme/rotated")}?tag=1.0.0`, "--key", `${name}.pub`);
        expect(verified).toMatchObject({ exitCode: 0 });
      }
      expect((await json("inspect", `${address("acme/rotated")}?tag=1.0.0`)).referrers).toHaveLength(2);
    });

    it("is not published when the key that shall sign it cannot", async () => {
      await commit();
      const { publicKey } = generateKeyPairSync("ed25519");
      const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
      workspace.write("key.pub", publicKey.export({ type: "spki", format: "pem" }));
      workspace.write("rsa.pem", rsa.privateKey.export({ type: "pkcs8", format: "pem" }));
      for (const key of ["key.pub", "rsa.pem"]) {
        const args = ["module", address("acme/unusable"), "--version", "1.0.0", "--sign-key", key];
        const result = await scalrOci("push", ...args);
        expect(result).toMatchObject({ exitCode: 2, stdout: "" });
        expect(result.stderr).toContain("expected an unencrypted Ed25519 or ECDSA private key in PEM (KEY_UNUSABLE)");
      }
      expect((await scalrOci("versions", address("acme/unusable"))).stderr).toContain("has no acme/unusable");
    });

    it("without a commit cannot be signed", async () => {
      workspace.write("key.pem", generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
      const outside = { ...environment, GIT_CEILING_DIRECTORIES: workspace.directory };
      const result = await runScalrOci(
        ["push", "module", address("acme/unsigned"), "--version", "1.0.0", "--sign-key", "key.pem"],
        { environment: outside, directory: workspace.directory },
      );
      expect(result).toMatchObject({ exitCode: 2, stdout: "" });
      expect(result.stderr).toContain("there is nothing to sign, expected a commit of a repository with an origin");
      expect(result.stderr).toContain("  commit all changes, and give the repository a remote called origin");
    });

    it("is not signed without what is signed, and the advice is what helps", async () => {
      await commit();
      workspace.write("key.pem", generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
      const push = ["push", "module", address("acme/unsigned"), "--version", "1.0.0", "--sign-key", "key.pem"];
      for (const option of ["--no-git", "--no-provenance"]) {
        const result = await scalrOci(...push, option);
        expect(result).toMatchObject({ exitCode: 2, stdout: "" });
        expect(result.stderr).toContain(`  leave out ${option}, or --sign-key`);
        expect(result.stderr).not.toContain("commit all");
      }
    });

    it("is copied within the registry, by mounting, and is not moved over another", async () => {
      await commit();
      const pushed = await json("push", "module", address("acme/one"), "--version", "1.0.0");
      const copied = await json("copy", `${address("acme/one")}?tag=1.0.0`, address("acme/two"));
      expect(copied).toMatchObject({
        reference: `${address("acme/two")}?tag=1.0.0`,
        digest: pushed.digest,
        outcome: "created",
      });
      expect(copied.referrers).toHaveLength(hasReferrers ? 1 : 0);
      expect((await json("pull", `${address("acme/two")}?tag=1.0.0`)).digest).toBe(pushed.digest);
      expect((await json("inspect", `${address("acme/two")}?tag=1.0.0`)).referrers).toHaveLength(hasReferrers ? 1 : 0);
      expect((await json("copy", `${address("acme/one")}?tag=1.0.0`, address("acme/two"))).outcome).toBe("unchanged");
      workspace.write("module/main.tf", "# other\n");
      await json("push", "module", address("acme/one"), "--version", "1.1.0");
      const refused = await scalrOci("copy", `${address("acme/one")}?tag=1.1.0`, `${address("acme/two")}?tag=1.0.0`);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("acme/two:1.0.0 exists with other content");
      const forced = await json(
        "copy",
        `${address("acme/one")}?tag=1.1.0`,
        `${address("acme/two")}?tag=1.0.0`,
        "--force",
      );
      expect(forced.outcome).toBe("moved");
    });

    it("is copied to another registry with all that is attached", async () => {
      const otherAuthority = authority;
      const target = await embeddedKind.start(otherAuthority);
      try {
        environment = loggedIn(workspace, authority, registry.host, target.host);
        await commit();
        const pushed = await json("push", "module", address("acme/moved"), "--version", "1.0.0");
        const there = `oci://${target.host}/mirror/moved`;
        const copied = await json("copy", pushed.pinned, `${there}?tag=2.0.0`);
        expect(copied).toMatchObject({ reference: `${there}?tag=2.0.0`, digest: pushed.digest, outcome: "created" });
        workspace.write("root/main.tf", `module "m" { source = "${there}?tag=2.0.0" }\n`);
        await runOk(real.paths.tofu, ["init", "-no-color"], { environment, directory: workspace.path("root") });
        expect((await json("inspect", `${there}?tag=2.0.0`)).referrers).toHaveLength(hasReferrers ? 1 : 0);
      } finally {
        await target.stop();
      }
    });

    it("may be a provider, which OpenTofu installs from a mirror", async () => {
      const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
      for (const one of [platform, "windows_arm64"]) {
        const chunks: Uint8Array[] = [];
        const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
        await writer.addBytes(
          { name: "terraform-provider-thing_v1.2.3", isExecutable: true },
          Buffer.from("#!/bin/sh\nexit 1\n"),
        );
        await writer.finish();
        workspace.write(`release/terraform-provider-thing_1.2.3_${one}.zip`, Buffer.concat(chunks));
      }
      workspace.write("release/SHA256SUMS", "left alone");
      const repository = "providers/acme/thing";
      const pushed = await json("push", "release", address(repository), "--provider");
      expect(pushed).toMatchObject({ tag: "1.2.3", outcome: "created" });
      expect(pushed.platforms).toHaveLength(2);
      expect((await json("push", "release", address(repository), "--provider")).outcome).toBe("unchanged");
      workspace.write(
        "tofu.tfrc",
        `provider_installation {\n  oci_mirror {\n    repository_template = "${registry.host}/providers/\${namespace}/\${type}"\n    include = ["example.test/*/*"]\n  }\n}\n`,
      );
      workspace.write(
        "root/main.tf",
        'terraform {\n  required_providers {\n    thing = {\n      source  = "example.test/acme/thing"\n      version = "~> 1.2"\n    }\n  }\n}\n',
      );
      await runOk(real.paths.tofu, ["init", "-no-color"], { environment, directory: workspace.path("root") });
      const installed = `root/.terraform/providers/example.test/acme/thing/1.2.3/${platform}/terraform-provider-thing_v1.2.3`;
      expect(statSync(workspace.path(installed)).mode & 0o111).toBe(0o111);
      const changed = makeRawZip([{ name: "terraform-provider-thing_v1.2.3", data: "changed" }]);
      workspace.write(`release/terraform-provider-thing_1.2.3_${platform}.zip`, changed);
      const refused = await scalrOci("push", "release", address(repository), "--provider");
      expect(refused.stderr).toContain(`${repository}:1.2.3 exists with other content`);
    });

    it("is no provider when OpenTofu could not install it", async () => {
      const name = "terraform-provider-thing_1.2.3_linux_amd64.zip";
      for (const [content, fault] of [
        ["no zip", `${name} is not a provider package: the archive cannot be read`],
        [makeRawZip([{ name: "README.md", data: "x" }]), `${name} holds no provider`],
        [makeRawZip([{ name: "terraform-provider-things_v1.2.3", data: "x" }]), `${name} holds no provider`],
        [makeRawZip([{ name: "sub/terraform-provider-thing_v1.2.3", data: "x" }]), `${name} holds no provider`],
      ] as const) {
        workspace.write(`rubbish/${name}`, content);
        const refused = await scalrOci("push", "rubbish", address("providers/acme/rubbish"), "--provider");
        expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
        expect(refused.stderr).toContain(fault);
      }
      expect((await scalrOci("versions", address("providers/acme/rubbish"))).stderr).toContain("has no providers/acme");
    });

    it("keeps its metadata, which a push that wants others says", async () => {
      const push = ["push", "module", address("acme/metadata"), "--version", "1.0.0"];
      const key = "org.opencontainers.image.licenses";
      expect(await json(...push, "--license", "MIT")).toMatchObject({ ignoredAnnotations: [] });
      expect(await json(...push, "--license", "MIT")).toMatchObject({ outcome: "unchanged", ignoredAnnotations: [] });
      const changed = await scalrOci(...push, "--license", "Apache-2.0");
      expect(changed.stdout).toContain(`  not changed ${key}; publish a new version to change it\n`);
      const more = await json(...push, "--license", "Apache-2.0", "--annotation", "a=b");
      expect(more).toMatchObject({ outcome: "unchanged", ignoredAnnotations: [key, "a"] });
    });

    it("has no private keys, which is said", async () => {
      workspace.write("module/id_rsa", "canary");
      const pushed = await scalrOci("push", "module", address("acme/keys"), "--version", "1.0.0");
      expect(pushed.stdout).toContain("  left out id_rsa, a private key; !NAME in .scalrociignore packs it\n");
      expect((await json("pull", address("acme/keys") + "?tag=1.0.0", "keys")).files).toEqual([
        "bin/run.sh",
        "main.tf",
      ]);
      expect((await scalrOci("verify", `${address("acme/keys")}?tag=1.0.0`)).stdout).toContain("2 files, none of");
      workspace.write("single/main.tf", "");
      await json("push", "single", address("acme/single"), "--version", "1.0.0");
      expect((await scalrOci("verify", `${address("acme/single")}?tag=1`)).stdout).toContain("1 file, not harmful\n");
    });
  });
});
