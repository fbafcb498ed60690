// Finds an OpenTofu to run, or gets one: PATH, our cache, the official release (checksum verified), a build from its Go module.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, chmod, constants, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Environment } from "../../src/base/env.ts";

const execute = promisify(execFile);
/** The Go module of the version that everything is tested with. */
const pinnedModule = import.meta.dirname;

/** The oldest OpenTofu that the provider and the examples work with: write-only attributes and ephemeral values came with 1.11. */
const oldestVersion = [1, 11] as const;
/** A release is about 30 MB; on a slow line building it ourselves is the better way after this. */
const downloadTimeoutMs = 120_000;
/** A machine without a way to the release host should not wait for it. */
const checksumsTimeoutMs = 10_000;
/** 4 minutes on 2 cores with an empty Go cache; slower machines get the rest. */
const buildTimeoutMs = 1_200_000;
/** The first Go that can fetch a newer toolchain by itself. */
const oldestGo = [1, 21] as const;

export interface EnsureTofuOptions {
  readonly environment: Environment;
  /** Told, a line at a time, what takes long. */
  readonly report?: (line: string) => void;
  /** Where releases lie, `vVERSION/FILE` below it; a mirror may be given. */
  readonly releasesUrl?: string;
}

interface Attempt extends Required<EnsureTofuOptions> {
  /** The folder with the go.mod that names the version. */
  readonly module: string;
}

/** Older versions that the bridge is tested with by `npm run test:matrix`; each has a folder here. */
export const olderVersions = ["1.10", "1.11"] as const;
export type OlderVersion = (typeof olderVersions)[number];

const officialReleases = "https://github.com/opentofu/opentofu/releases/download";

/** An OpenTofu that is on this machine already: on PATH or in our cache. @returns its absolute path, or undefined */
export async function findTofu(environment: Environment): Promise<string | undefined> {
  return (await findOnPath(environment)).path ?? (await findInCache(environment, pinnedModule));
}

/**
 * An OpenTofu of at least 1.11, got if need be.
 * @returns its absolute path
 * @throws Error saying in one message what was tried and what the reader can do
 */
export async function ensureTofu(options: EnsureTofuOptions): Promise<string> {
  const { environment, report = () => {}, releasesUrl = officialReleases } = options;
  const onPath = await findOnPath(environment);
  const found = onPath.path ?? (await findInCache(environment, pinnedModule));
  if (found !== undefined) return found;
  const reasons = [onPath.reason];
  const ways = environment["CI"] === "true" ? [buildTofu] : [downloadRelease, buildTofu];
  for (const way of ways) {
    try {
      return await way({ environment, report, releasesUrl, module: pinnedModule });
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    [
      `no OpenTofu ${oldestVersion.join(".")} or newer could be had:`,
      ...reasons.map((reason) => `  - ${reason}`),
      "install OpenTofu and put `tofu` on PATH, or install Go and run this again",
    ].join("\n"),
  );
}

/** One of the older versions, when our cache has it. @returns its absolute path, or undefined */
export async function findOlderTofu(version: OlderVersion, environment: Environment): Promise<string | undefined> {
  return await findInCache(environment, join(pinnedModule, version));
}

/** One of the older versions, built if need be. @returns its absolute path @throws Error when it cannot be built */
export async function ensureOlderTofu(version: OlderVersion, options: EnsureTofuOptions): Promise<string> {
  const { environment, report = () => {}, releasesUrl = officialReleases } = options;
  const found = await findOlderTofu(version, environment);
  return found ?? (await buildTofu({ environment, report, releasesUrl, module: join(pinnedModule, version) }));
}

/** Version that a Go module pins, such as `1.12.6`; that of this folder unless given. */
export async function pinnedVersion(module: string = pinnedModule): Promise<string> {
  const text = await readFile(join(module, "go.mod"), "utf8");
  const version = /github\.com\/opentofu\/opentofu v(\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined) throw new Error("go.mod names no OpenTofu version");
  return version;
}

/** Where the cached binary lies, whether or not it is there: keyed by version, the Go module's checksums and the platform. */
export async function cachedTofuPath(environment: Environment, module: string = pinnedModule): Promise<string> {
  const sums = await readFile(join(module, "go.sum"));
  const digest = createHash("sha256").update(sums).digest("hex").slice(0, 16);
  const root = environment["XDG_CACHE_HOME"] || join(environment["HOME"] || homedir(), ".cache");
  const key = `${await pinnedVersion(module)}-${digest}-${process.platform}-${process.arch}`;
  return join(root, "scalr-oci", "tofu", key, executableName("tofu"));
}

async function findOnPath(environment: Environment): Promise<{ path?: string; reason: string }> {
  const path = await findExecutable("tofu", environment);
  if (path === undefined) return { reason: "PATH: no `tofu` on it" };
  const version = await versionOf(path, environment).catch(() => undefined);
  if (version === undefined) return { reason: "PATH: the `tofu` on it does not run" };
  if (!isAtLeast(version, oldestVersion)) return { reason: `PATH: \`tofu\` on it is ${version}` };
  return { path, reason: "" };
}

async function findInCache(environment: Environment, module: string): Promise<string | undefined> {
  const path = await cachedTofuPath(environment, module);
  return (await isExecutable(path)) ? path : undefined;
}

async function downloadRelease({ environment, report, releasesUrl, module }: Attempt): Promise<string> {
  const version = await pinnedVersion(module);
  const archive = `tofu_${version}_${releasePlatform()}.tar.gz`;
  const base = `${releasesUrl}/v${version}`;
  try {
    const sums = (await download(`${base}/tofu_${version}_SHA256SUMS`, checksumsTimeoutMs)).toString("utf8");
    const expected = checksumFor(archive, sums);
    report(`downloading OpenTofu ${version} (official release, about 30 MB)`);
    const bytes = await download(`${base}/${archive}`, downloadTimeoutMs);
    if (createHash("sha256").update(bytes).digest("hex") !== expected) {
      throw new Error(`checksum of ${archive} is not the one in SHA256SUMS`);
    }
    return await withTemporaryDirectory(async (directory) => {
      const file = join(directory, archive);
      await writeFile(file, bytes);
      await execute("tar", ["-xzf", file, "-C", directory, executableName("tofu")], {
        env: toolEnvironment(environment),
      });
      return await install(join(directory, executableName("tofu")), environment, module);
    });
  } catch (error) {
    throw new Error(`official release: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** @throws Error when the list has no such file */
function checksumFor(archive: string, sums: string): string {
  for (const line of sums.split("\n")) {
    const [digest, name] = line.trim().split(/\s+/);
    if (name === archive && digest !== undefined && /^[0-9a-f]{64}$/.test(digest)) return digest;
  }
  throw new Error(`${archive} is not in SHA256SUMS`);
}

async function download(url: string, timeoutMs: number): Promise<Buffer> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new Error("the release host cannot be reached", { cause });
  }
  if (!response.ok) throw new Error(`the release host answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function buildTofu({ environment, report, module }: Attempt): Promise<string> {
  const toolchain = await goToolchain(environment, module);
  report(`building OpenTofu ${await pinnedVersion(module)} from its Go module (about 4 minutes on 2 cores, once)`);
  return await withTemporaryDirectory(async (directory) => {
    const output = join(directory, executableName("tofu"));
    // Without version.dev=no the version is a prerelease, which fails ordinary required_version constraints.
    const flags = [
      "-mod=readonly",
      "-buildvcs=false",
      "-ldflags",
      "-s -w -X github.com/opentofu/opentofu/version.dev=no",
    ];
    try {
      await execute("go", ["build", ...flags, "-o", output, "github.com/opentofu/opentofu/cmd/tofu"], {
        cwd: module,
        env: { ...environment, CGO_ENABLED: "0", GOWORK: "off", ...toolchain },
        timeout: buildTimeoutMs,
        maxBuffer: 64 * 1024 * 1024,
      });
    } catch (cause) {
      throw new Error(`built from its Go module: ${lastLine(cause)}`, { cause });
    }
    return await install(output, environment, module);
  });
}

/** What to add to the environment so that the Go at hand builds the module; a Go that is too old fetches a newer one as a module. */
async function goToolchain(environment: Environment, module: string): Promise<Record<string, string>> {
  let installed: string;
  try {
    // GOTOOLCHAIN=local and a neutral folder: the version of the installed Go, not of the one that go.mod would switch to.
    const env = { ...environment, GOTOOLCHAIN: "local" };
    installed = (await execute("go", ["version"], { env, cwd: tmpdir() })).stdout;
  } catch (cause) {
    throw new Error("built from its Go module: no `go` on PATH", { cause });
  }
  const version = /go(\d+\.\d+(?:\.\d+)?)/.exec(installed)?.[1] ?? "0.0";
  if (!isAtLeast(version, oldestGo)) {
    throw new Error(`built from its Go module: Go on PATH is ${version}, expected ${oldestGo.join(".")} or newer`);
  }
  const wanted = /^go (\d+\.\d+(?:\.\d+)?)$/m.exec(await readFile(join(module, "go.mod"), "utf8"))?.[1] ?? "0.0";
  return isAtLeast(version, numbersOf(wanted)) ? {} : { GOTOOLCHAIN: `go${wanted}` };
}

/** Puts a binary into the cache, atomically: several processes may do so at once. */
async function install(binary: string, environment: Environment, module: string): Promise<string> {
  await chmod(binary, 0o755);
  await versionOf(binary, environment);
  const target = await cachedTofuPath(environment, module);
  await mkdir(dirname(target), { recursive: true });
  const staged = `${target}.${randomUUID()}`;
  await writeFile(staged, await readFile(binary), { mode: 0o755 });
  await rename(staged, target);
  return target;
}

async function versionOf(tofu: string, environment: Environment): Promise<string> {
  const { stdout } = await execute(tofu, ["version", "-json"], { env: toolEnvironment(environment), timeout: 30_000 });
  return (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
}

/** Without TF_CLI_CONFIG_FILE and friends: tofu prints warnings about them in front of its JSON. */
function toolEnvironment(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = { CHECKPOINT_DISABLE: "1" };
  for (const name of ["PATH", "HOME", "TMPDIR", "SystemRoot", "USERPROFILE", "TEMP"]) {
    const value = environment[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** Absolute path of a program on PATH, or undefined. */
export async function findExecutable(name: string, environment: Environment): Promise<string | undefined> {
  for (const directory of (environment["PATH"] ?? "").split(delimiter)) {
    if (directory === "") continue;
    const path = join(directory, executableName(name));
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = numbersOf(version);
  for (const [index, wanted] of least.entries()) {
    const got = parts[index] ?? 0;
    if (got !== wanted) return got > wanted;
  }
  return true;
}

function numbersOf(version: string): number[] {
  return version.split(/[.-]/).map(Number);
}

function releasePlatform(): string {
  const systems: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
  const processors: Record<string, string> = { x64: "amd64", arm64: "arm64" };
  return `${systems[process.platform] ?? process.platform}_${processors[process.arch] ?? process.arch}`;
}

function executableName(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr || message || String(error)).trim().split("\n").at(-1) ?? "it failed";
}

async function withTemporaryDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "scalr-oci-tofu-"));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
