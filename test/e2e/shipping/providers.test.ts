// The provider as it is published: made by `npm run build:providers`, installed by OpenTofu from a filesystem mirror and from an OCI
// mirror, and then used against our server and Debian's docker-registry; the Bun binary and the Node script.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../../src/base/version.ts";
import { extractZip } from "../../../src/registry/zip-reader.ts";
import { findPlatform } from "../../../scripts/build/binaries/platforms.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorld, type World } from "../support/world.ts";

const minuteMs = 60_000;
/** A download of two runtimes, on a fresh machine, is most of it. */
const buildTimeoutMs = 8 * minuteMs;
const real = await realParts("tofu", "docker-registry", "htpasswd", "bun", "file");
const login = { username: "robot", password: `a"b'c` };
const platform = findPlatform(process.platform, process.arch)?.name ?? "";
const other = platform === "linux_arm64" ? "linux_amd64" : "linux_arm64";
const prefix = `terraform-provider-scalr_${version}`;

real.describe("a published provider", () => {
  let world: World;
  let release: string;

  beforeAll(async () => {
    world = await createWorld({ registry: { auth: "htpasswd", ...login }, tofu: real.paths.tofu });
    release = world.workspace.path("release");
    const args = [join(root, "scripts", "build-providers.ts"), "--output", release];
    await runOk(process.execPath, [...args, "--platform", platform, "--platform", other], {
      // The cache of runtimes is the machine's: a download for each run would be a waste.
      environment: process.env,
      timeoutMs: buildTimeoutMs,
    });
  }, buildTimeoutMs);
  afterAll(async () => world[Symbol.asyncDispose]());

  const kinds = [
    { kind: "binary", directory: () => release, executable: `terraform-provider-scalr_v${version}` },
    { kind: "script", directory: () => join(release, "node"), executable: "terraform-provider-scalr" },
  ];
  const [binary] = kinds;

  describe.each(kinds)("as a $kind", ({ kind, directory, executable }) => {
    it("has a package for each platform, their checksums and a manifest", () => {
      const sums = readFileSync(join(directory(), `${prefix}_SHA256SUMS`), "utf8")
        .trimEnd()
        .split("\n");
      const names = [`${prefix}_${platform}.zip`, `${prefix}_${other}.zip`, `${prefix}_manifest.json`];
      expect(sums.map((line) => line.split("  ")[1])).toEqual(names.toSorted());
      for (const line of sums) {
        const [digest, name = ""] = line.split("  ");
        const content = readFileSync(join(directory(), name));
        expect(createHash("sha256").update(content).digest("hex")).toBe(digest);
      }
      expect(JSON.parse(readFileSync(join(directory(), `${prefix}_manifest.json`), "utf8"))).toEqual({
        version: 1,
        metadata: { protocol_versions: ["6.0"] },
      });
      const others = readdirSync(directory()).filter((name) => !name.startsWith(prefix) && name !== "node");
      expect(others).toEqual([]);
    });

    it("is installed from a filesystem mirror and does its work", async () => {
      const mirror = world.workspace.path(`mirror-${kind}`);
      const place = join(mirror, "registry.opentofu.org", "scalr-oci", "scalr");
      mkdirSync(place, { recursive: true });
      copyFileSync(join(directory(), `${prefix}_${platform}.zip`), join(place, `${prefix}_${platform}.zip`));
      const installation = `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;
      const project = await openProject(`mirrored-${kind}`, installation);
      expect(project.installed(executable)).toBe(true);
      await project.createAndDestroy();
    });

    it("is installed from an OCI mirror and does its work", async () => {
      const namespace = `${kind}-providers`;
      const variables = {
        [`SCALR_OCI_USERNAME_${suffix()}`]: login.username,
        [`SCALR_OCI_PASSWORD_${suffix()}`]: login.password,
      };
      const address = `oci://${world.registry.host}/${namespace}/scalr-oci/scalr`;
      await world.runOk("scalr-oci", ["push", directory(), address, "--provider"], { variables });
      const template = `${world.registry.host}/${namespace}/$\{namespace}/$\{type}`;
      const installation = `oci_mirror {\n    repository_template = "${template}"\n    include = ["registry.opentofu.org/scalr-oci/*"]\n  }`;
      const project = await openProject(`from-oci-${kind}`, installation);
      expect(project.installed(executable)).toBe(true);
      await project.createAndDestroy();
    });

    it("takes nothing from the directory that it is started in", async () => {
      const folder = `hostile-${kind}`;
      const marker = world.workspace.path(`${folder}-preloaded`);
      world.workspace.write(`${folder}/.env`, "SCALR_HOSTNAME=evil.example.test\nSCALR_TOKEN=stolen\n");
      world.workspace.write(`${folder}/bunfig.toml`, 'preload = ["./preload.cjs"]\n');
      const preload = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "preloaded");\n`;
      world.workspace.write(`${folder}/preload.cjs`, preload);
      world.workspace.write(`${folder}/package.json`, '{ "type": "module" }\n');
      world.workspace.write(`${folder}/probe.cjs`, "console.log(process.env.SCALR_HOSTNAME);\n");
      const options = { environment: world.workspace.environment(), directory: world.workspace.path(folder) };
      // The bait works: a runtime that looks around takes it.
      const probe = await runOk(real.paths.bun, ["run", "./probe.cjs"], options);
      expect([probe.trim(), existsSync(marker)]).toEqual(["evil.example.test", true]);
      world.workspace.write(`${folder}-preloaded`, "before");
      const path = await unpacked(directory(), executable);
      const { stdout, exitCode } = await run(path, ["--version"], options);
      expect({ stdout, exitCode }).toEqual({ stdout: `terraform-provider-scalr ${version}\n`, exitCode: 0 });
      expect(readFileSync(marker, "utf8")).toBe("before");
      await planWithoutHostname(folder, directory());
    });
  });

  it("is a binary for the platform that its name says", async () => {
    const words = { linux_amd64: "x86-64", linux_arm64: "ARM aarch64" } as Readonly<Record<string, string>>;
    for (const name of [platform, other]) {
      const path = await unpacked(binary?.directory() ?? "", binary?.executable ?? "", name);
      const said = await runOk(real.paths.file, ["--brief", path], { environment: { PATH: process.env["PATH"] } });
      expect(said).toContain(words[name]);
    }
  });

  it("tells the licences of what is inside", async () => {
    const directory = join(await unpacked(release, binary?.executable ?? ""), "..");
    const notices = readFileSync(join(directory, "THIRD_PARTY_NOTICES"), "utf8");
    expect(notices).toMatch(/Bun \d+\.\d+\.\d+.*MIT/);
    expect(notices).toMatch(/^undici \d.*MIT/m);
    expect(readFileSync(join(directory, "LICENSE"), "utf8")).toContain("Apache License");
  });

  function suffix(): string {
    return world.registry.host.replaceAll("-", "__").replace(/[.:]/g, "_");
  }

  /** The executable of one package, unpacked. @returns its absolute path */
  async function unpacked(directory: string, executable: string, name = platform): Promise<string> {
    const target = world.workspace.path("unpacked", directory.endsWith("node") ? "node" : "bun", name);
    if (!existsSync(target)) {
      mkdirSync(target, { recursive: true });
      await extractZip(join(directory, `${prefix}_${name}.zip`), target, { maxUnpackedBytes: 500_000_000 });
    }
    return join(target, executable);
  }

  /** Only what the directory holds says where the API is: the provider must not find it. */
  async function planWithoutHostname(folder: string, directory: string): Promise<void> {
    const mirror = world.workspace.path(`${folder}-mirror`);
    const place = join(mirror, "registry.opentofu.org", "scalr-oci", "scalr");
    mkdirSync(place, { recursive: true });
    copyFileSync(join(directory, `${prefix}_${platform}.zip`), join(place, `${prefix}_${platform}.zip`));
    const tofurc = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
    const variables = { TF_CLI_CONFIG_FILE: world.workspace.write(`${folder}.tofurc`, tofurc) };
    world.workspace.write(`${folder}/main.tf`, `${requirement}data "scalr_docker_integration" "x" { name = "x" }\n`);
    await world.runOk(real.paths.tofu, ["init", "-no-color"], { directory: folder, variables });
    const { exitCode, stderr } = await world.run(real.paths.tofu, ["plan", "-no-color"], {
      directory: folder,
      variables,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("SCALR_HOSTNAME");
    expect(stderr).not.toContain("evil.example.test");
  }

  async function openProject(
    folder: string,
    installation: string,
  ): Promise<{ installed: (executable: string) => boolean; createAndDestroy: () => Promise<void> }> {
    const tofurc = world.workspace.write(`${folder}.tofurc`, `provider_installation {\n  ${installation}\n}\n`);
    const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
    world.workspace.write("home/.docker/config.json", JSON.stringify({ auths: { [world.registry.host]: { auth } } }));
    world.workspace.write(`${folder}/main.tf`, requirement + resource(folder, world.registry.url));
    const variables = {
      ...world.management,
      TF_CLI_CONFIG_FILE: tofurc,
      TF_VAR_password: login.password,
    };
    const tofu = (...args: string[]) => world.runOk(real.paths.tofu, args, { directory: folder, variables });
    await tofu("init", "-no-color");
    return {
      installed: (executable) => {
        const place = ["registry.opentofu.org", "scalr-oci", "scalr", version, platform, executable];
        const file = statSync(world.workspace.path(folder, ".terraform", "providers", ...place), {
          throwIfNoEntry: false,
        });
        return file !== undefined && (file.mode & 0o111) === 0o111;
      },
      createAndDestroy: async () => {
        expect(await tofu("apply", "-auto-approve", "-no-color")).toContain("1 added, 0 changed, 0 destroyed");
        expect(await tofu("plan", "-detailed-exitcode", "-no-color")).toContain("No changes");
        expect(await tofu("destroy", "-auto-approve", "-no-color")).toContain("1 destroyed");
      },
    };
  }
});

const requirement = `
terraform {
  required_providers {
    scalr = { source = "scalr-oci/scalr" }
  }
}
`;

const resource = (name: string, url: string) => `
variable "password" {
  type      = string
  ephemeral = true
}
resource "scalr_docker_integration" "x" {
  name                = "${name}"
  registry_url        = "${url}"
  username            = "${login.username}"
  password_wo         = var.password
  password_wo_version = 1
}
`;
