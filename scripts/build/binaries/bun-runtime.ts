// Gets the Bun runtime of a platform: from the user's cache, else from the npm registry, by exact version, its integrity checked.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bunVersion, type RuntimePackage } from "./platforms.ts";

const execute = promisify(execFile);
/** A package is about 50 MB. */
const downloadTimeoutMs = 300_000;

export interface BunRuntimeOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Told, a line at a time, what takes long. */
  readonly report?: (line: string) => void;
}

/** @returns the runtime's absolute path @throws Error when it cannot be had or is not the one that is expected */
export async function ensureBunRuntime(
  runtime: RuntimePackage,
  { environment, report = () => {} }: BunRuntimeOptions,
): Promise<string> {
  const path = cachedPath(runtime, environment);
  if (await isThere(path)) return path;
  report(`downloading ${runtime.name} ${bunVersion} (about 50 MB, once)`);
  await mkdir(dirname(dirname(path)), { recursive: true });
  const scratch = await mkdtemp(join(dirname(dirname(path)), ".download-"));
  try {
    const tarball = await download(runtime, scratch, environment);
    verify(runtime, await readFile(tarball));
    await execute("tar", ["-xzf", tarball, "-C", scratch, `package/${runtime.file}`]);
    const extracted = join(scratch, "package", runtime.file);
    await chmod(extracted, 0o755);
    await mkdir(dirname(path), { recursive: true });
    // In one step: another process may do the same.
    const staged = `${path}.${randomUUID()}`;
    await rename(extracted, staged);
    await rename(staged, path);
    return path;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Where it lies in the cache, there or not. A new version or package has a place of its own. */
function cachedPath(runtime: RuntimePackage, environment: NodeJS.ProcessEnv): string {
  const cache = environment["XDG_CACHE_HOME"] || join(environment["HOME"] || homedir(), ".cache");
  const key = createHash("sha256").update(runtime.integrity).digest("hex").slice(0, 16);
  return join(cache, "scalr-oci", "bun", `${bunVersion}-${key}`, runtime.file.split("/").at(-1) ?? "bun");
}

async function download(
  { name }: RuntimePackage,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const args = ["pack", `${name}@${bunVersion}`, "--json", "--ignore-scripts", "--pack-destination", directory];
  try {
    const { stdout } = await execute("npm", args, {
      cwd: directory,
      env: environment,
      timeout: downloadTimeoutMs,
      shell: process.platform === "win32",
    });
    const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
    if (packed === undefined) throw new Error("npm pack made no file");
    return join(directory, packed.filename);
  } catch (cause) {
    throw new Error(`${name} ${bunVersion} could not be downloaded from the npm registry`, { cause });
  }
}

/** @throws Error when the tarball is another one than was pinned */
export function verify({ name, integrity }: RuntimePackage, tarball: Uint8Array): void {
  const actual = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  if (actual !== integrity) throw new Error(`${name} ${bunVersion} has the integrity ${actual}, expected ${integrity}`);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
