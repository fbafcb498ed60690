// The credential helper for machines without Node: made by `npm run build:helpers`, unpacked with tar, and then held to the same
// conversations as the file of the npm package, which its archive has byte for byte.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../../src/base/version.ts";
import { extractZip } from "../../../src/registry/zip-reader.ts";
import { buildExecutable, executables } from "../../../scripts/build/executables.ts";
import { findExecutablePlatform } from "../../../scripts/build/binaries/executable-format.ts";
import { findPlatform } from "../../../scripts/build/binaries/platforms.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type ConnectProxy, startConnectProxy } from "../../support/connect-proxy.ts";
import { type FakeRunApi, startFakeRunApi } from "../../support/fake-run-api.ts";
import { checkPages } from "../../support/mac-signature.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const minuteMs = 60_000;
/** A download of three runtimes, on a fresh machine, is most of it. */
const buildTimeoutMs = 8 * minuteMs;
const real = await realParts("bun");
const program = "docker-credential-scalr";
const standalone = `${program}-standalone`;
const platform = findPlatform(process.platform, process.arch)?.name ?? "";
const notFound = "credentials not found in native keychain\n";
const canary = "canary-b1n";
const apiName = "scalr.example.test";

real.describe("the helper for machines without Node", () => {
  let workspace: Workspace;
  let authority: Authority;
  let api: FakeRunApi;
  let proxy: ConnectProxy;
  let release: string;
  let unpacked: string;

  beforeAll(async () => {
    workspace = createWorkspace();
    authority = createAuthority();
    api = await startFakeRunApi(authority, ["localhost", apiName]);
    api.logins["ghcr.io"] = `robot:${canary}`;
    api.alive.add(runToken);
    const port = portOf(api.hostname);
    proxy = await startConnectProxy({ [`${apiName}:${port}`]: port });
    release = workspace.path("release");
    unpacked = workspace.path("unpacked");
    const platforms = [platform, "darwin_amd64", "darwin_arm64", "windows_amd64"].flatMap((name) => [
      "--platform",
      name,
    ]);
    const args = [join(root, "scripts", "build-helpers.ts"), "--output", release, ...platforms];
    // The cache of runtimes is the machine's: a download for each run would be a waste.
    await runOk(process.execPath, args, { environment: process.env, timeoutMs: buildTimeoutMs });
    mkdirSync(unpacked);
    await runOk("tar", ["-xzf", archive(`${platform}.tar.gz`), "-C", unpacked], { environment: process.env });
    await buildExecutable(packaged, workspace.path("package"));
  }, buildTimeoutMs);
  afterAll(async () => {
    await api.stop();
    await proxy.stop();
    authority.remove();
    workspace.remove();
  });

  const packaged = executables.find(({ name }) => name === program) ?? { name: program, target: "node20" };
  const runToken = `scalroci_rt_${"R".repeat(43)}abcdef`;
  const archive = (name: string) => join(release, `${program}_${version}_${name}`);
  const runCredentials = () => ({ SCALR_HOSTNAME: api.hostname, SCALR_OCI_TOKEN: runToken });

  const ways = [
    { way: "its launcher", file: () => join(unpacked, program), node: false },
    { way: "its binary alone", file: () => join(unpacked, standalone), node: false },
    { way: "the file of the package, with Node", file: () => workspace.path("package", program), node: true },
  ];

  it("has an archive for each platform and their checksums, nothing else", () => {
    const names = [`${platform}.tar.gz`, "darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "windows_amd64.zip"].map(
      (name) => `${program}_${version}_${name}`,
    );
    const sums = `${program}_${version}_SHA256SUMS`;
    expect(readdirSync(release).toSorted()).toEqual([...names, sums].toSorted());
    const lines = readFileSync(join(release, sums), "utf8").trimEnd().split("\n");
    const expected = names.toSorted().map((name) => {
      const digest = createHash("sha256").update(readFileSync(join(release, name)));
      return `${digest.digest("hex")}  ${name}`;
    });
    expect(lines).toEqual(expected);
  });

  it("unpacks with the rights of programs, the licences beside them", () => {
    const modes = readdirSync(unpacked).map((name) => [name, statSync(join(unpacked, name)).mode & 0o777]);
    expect(Object.fromEntries(modes)).toEqual({
      [program]: 0o755,
      [standalone]: 0o755,
      LICENSE: 0o644,
      NOTICE: 0o644,
      THIRD_PARTY_NOTICES: 0o644,
    });
    expect(readFileSync(join(unpacked, "THIRD_PARTY_NOTICES"), "utf8")).toMatch(/Bun \d+\.\d+\.\d+.*MIT/);
  });

  it("has the very launcher of the npm package", () => {
    const [ours, packages] = [join(unpacked, program), workspace.path("package", program)].map((file) =>
      readFileSync(file),
    );
    expect(ours?.equals(packages ?? Buffer.alloc(0))).toBe(true);
  });

  it.each([
    ["darwin_amd64", "tar.gz", standalone],
    ["darwin_arm64", "tar.gz", standalone],
    ["windows_amd64", "zip", `${program}.exe`],
  ] as const)("for %s is an executable of that platform", async (name, kind, file) => {
    const directory = workspace.path(`for-${name}`);
    mkdirSync(directory);
    const path = archive(`${name}.${kind}`);
    if (kind === "zip") await extractZip(path, directory, { maxUnpackedBytes: 500_000_000 });
    else await runOk("tar", ["-xzf", path, "-C", directory], { environment: process.env });
    const executable = readFileSync(join(directory, file));
    expect(findExecutablePlatform(executable.subarray(0, 4096))).toBe(name);
    // macOS ends a program whose pages are not what was signed.
    if (name.startsWith("darwin")) expect(checkPages(executable)).toMatchObject({ wrong: 0, isWhole: true });
    expect(existsSync(join(directory, program))).toBe(kind !== "zip");
  });

  describe.each(ways)("$way", ({ file, node }) => {
    /** On a machine without Node, unless the way is the package's. */
    async function ask(
      action: string,
      stdin: string,
      variables: Record<string, string | undefined> = {},
      directory?: string,
    ) {
      const PATH = node ? undefined : { PATH: "/usr/bin:/bin" };
      const environment = workspace.environment({
        trust: authority.certificateFile,
        variables: { SCALR_OCI_NO_CACHE: "1", ...PATH, ...variables },
      });
      const { stdout, stderr, exitCode } = await run(file(), [action], { environment, stdin, directory });
      return { stdout, stderr, exitCode };
    }
    const answer = (username: string, secret: string, url = "https://ghcr.io") => ({
      stdout: `${JSON.stringify({ ServerURL: url, Username: username, Secret: secret })}\n`,
      stderr: "",
      exitCode: 0,
    });

    it("answers from the environment", async () => {
      const variables = { SCALR_OCI_USERNAME_ghcr_io: "robot", SCALR_OCI_PASSWORD_ghcr_io: `"'\\ü` };
      expect(await ask("get", "https://ghcr.io", variables)).toEqual(answer("robot", `"'\\ü`));
    });

    it("stores, lists, gives and erases", async () => {
      const login = JSON.stringify({ ServerURL: "quay.io", Username: "bot", Secret: canary });
      const done = { stdout: "", stderr: "", exitCode: 0 };
      expect(await ask("store", login)).toEqual(done);
      expect(JSON.parse((await ask("list", "")).stdout)).toEqual({ "quay.io": "bot" });
      expect(await ask("get", "https://quay.io")).toEqual(answer("bot", canary, "https://quay.io"));
      expect(await ask("erase", "https://quay.io")).toEqual(done);
      expect(await ask("get", "https://quay.io")).toEqual({ stdout: notFound, stderr: "", exitCode: 1 });
      expect(await ask("list", "")).toEqual({ ...done, stdout: "{}\n" });
    });

    it("says not found for a host that nobody knows, and what it is", async () => {
      expect(await ask("get", "https://nope.example")).toEqual({ stdout: notFound, stderr: "", exitCode: 1 });
      expect((await ask("version", "")).stdout).toBe(`${program} (scalr-oci) ${version}\n`);
    });

    it("reads run credentials over TLS, with the authorities of SSL_CERT_FILE", async () => {
      expect(await ask("get", "https://ghcr.io", runCredentials())).toEqual(answer("robot", canary));
      expect(await ask("get", "https://other.example", runCredentials())).toMatchObject({ stdout: notFound });
      const before = api.server.requests.length;
      const refused = await ask("get", "https://ghcr.io", { ...runCredentials(), SSL_CERT_FILE: undefined });
      expect(refused).toMatchObject({ exitCode: 1, stderr: "" });
      expect(refused.stdout).toMatch(/^management api at \S+ is not trusted .*its authority is unknown .*\n {2}\S/);
      expect(api.server.requests.length).toBe(before);
    });

    it("goes through the proxy of HTTPS_PROXY, with its login, and says when that refuses", async () => {
      const port = portOf(api.hostname);
      const HTTPS_PROXY = proxy.url.replace("//", "//me:pass@");
      const variables = { ...runCredentials(), HTTPS_PROXY, SCALR_HOSTNAME: `${apiName}:${port}` };
      expect(await ask("get", "https://ghcr.io", variables)).toEqual(answer("robot", canary));
      const authorization = `Basic ${Buffer.from("me:pass").toString("base64")}`;
      expect(proxy.tunnels.at(-1)).toEqual({ target: `${apiName}:${port}`, authorization });
      const other = await ask("get", "https://ghcr.io", { ...variables, SCALR_HOSTNAME: "other.example.test" });
      expect(other.stdout).toContain("the proxy answers 403");
    });

    it("gives no login after a redirect", async () => {
      api.intercept(/./, () => ({ status: 302, headers: { location: "https://evil.example/" } }));
      const { stdout, exitCode } = await ask("get", "https://ghcr.io", runCredentials());
      api.intercept(/./);
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining("redirects, got 302")]);
    });

    it("takes nothing from the directory that it is started in", async () => {
      const directory = hostileDirectory();
      const options = { environment: workspace.environment(), directory };
      // The bait works: a runtime that looks around takes it.
      const probe = await runOk(real.paths.bun, ["run", "./probe.cjs"], options);
      expect([probe.trim(), existsSync(join(directory, "preloaded"))]).toEqual(["evil", true]);
      await runOk("rm", ["preloaded"], options);
      const variables = node ? undefined : { PATH: "/usr/bin:/bin" };
      expect(await ask("get", "https://ghcr.io", variables, directory)).toEqual({
        stdout: notFound,
        stderr: "",
        exitCode: 1,
      });
      expect(await ask("get", "https://ghcr.io", { ...variables, ...runCredentials() }, directory)).toEqual(
        answer("robot", canary),
      );
      expect(existsSync(join(directory, "preloaded"))).toBe(false);
    });
  });

  it("is found beside what a link on PATH leads to, and is not turned into another program by variables", async () => {
    const bin = workspace.path("links");
    mkdirSync(bin);
    symlinkSync(join(unpacked, program), join(bin, program));
    const variables = { PATH: `${bin}:/usr/bin:/bin`, BUN_BE_BUN: "1", BUN_OPTIONS: "--preload ./nothing.ts" };
    const environment = workspace.environment({ variables });
    const { stdout, exitCode } = await run("sh", ["-c", `${program} version`], { environment });
    expect([exitCode, stdout]).toEqual([0, `${program} (scalr-oci) ${version}\n`]);
  });

  it("keeps answers for the launcher, which then starts nothing", async () => {
    const environment = workspace.environment({
      trust: authority.certificateFile,
      variables: { ...runCredentials(), PATH: "/usr/bin:/bin" },
    });
    const get = () => run(join(unpacked, program), ["get"], { environment, stdin: "https://ghcr.io" });
    const first = await get();
    const requests = api.server.requests.length;
    // With a program that always fails in the place of the binary, only the shell can answer.
    const second = await run(join(unpacked, program), ["get"], {
      environment: { ...environment, SCALR_OCI_NODE: "/bin/false" },
      stdin: "https://ghcr.io",
    });
    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(second.stdout).toBe(first.stdout);
    expect(api.server.requests.length).toBe(requests);
  });

  /** Everything that a runtime or a package manager might take from a directory. */
  function hostileDirectory(): string {
    const write = (name: string, text: string) => workspace.write(`hostile/${name}`, text);
    const mark = `require("node:fs").writeFileSync("preloaded", "");\n`;
    write(".env", `MARK=evil\nSCALR_OCI_USERNAME_ghcr_io=evil\nSCALR_OCI_PASSWORD_ghcr_io=evil\n`);
    write("bunfig.toml", 'preload = ["./preload.cjs"]\n');
    write("preload.cjs", mark);
    write("package.json", '{ "type": "module", "imports": { "#x": "./preload.cjs" } }\n');
    write(".npmrc", "node-options=--require=./preload.cjs\n");
    write("tsconfig.json", '{ "compilerOptions": { "paths": { "undici": ["./preload.cjs"] } } }\n');
    for (const name of ["undici", "https", "node:https"]) write(`node_modules/${name}/index.js`, mark);
    write("probe.cjs", "console.log(process.env.MARK);\n");
    return workspace.path("hostile");
  }
});

function portOf(host: string): number {
  return Number(host.split(":").at(-1));
}
