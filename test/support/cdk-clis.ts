// The command lines of CDKTF and CDK Terrain, installed from the lock file in tools/cdk-clis; once, into the user's cache.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "./source-files.ts";

const lockDirectory = join(root, "tools", "cdk-clis");
/** 640 MB in some 600 packages: 25 to 45 seconds on 2 cores with an empty npm cache. */
const installTimeoutMs = 600_000;

/** Absolute path of `cdktf` or `cdktn`: from the cache, else installed; undefined when npm cannot. */
export async function findCdkCli(name: "cdktf" | "cdktn"): Promise<string | undefined> {
  const directory = await cacheDirectory();
  const path = join(directory, "node_modules", ".bin", name);
  if (await isThere(path)) return path;
  installing ??= install(directory);
  return (await installing) ? path : undefined;
}

/** Both command lines are one installation. */
let installing: Promise<boolean> | undefined;

async function cacheDirectory(): Promise<string> {
  const lock = await readFile(join(lockDirectory, "package-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex").slice(0, 16);
  const cache = process.env["XDG_CACHE_HOME"] || join(process.env["HOME"] || homedir(), ".cache");
  return join(cache, "scalr-oci", "cdk-clis", `${digest}-${process.platform}-${process.arch}`);
}

/** No install script runs: the only one would get a terminal library's binary from elsewhere, which these tests do not need. */
async function install(directory: string): Promise<boolean> {
  const staged = `${directory}.${randomUUID()}`;
  try {
    await mkdir(staged, { recursive: true });
    for (const name of ["package.json", "package-lock.json"])
      await copyFile(join(lockDirectory, name), join(staged, name));
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    await promisify(execFile)("npm", ["ci", ...flags], {
      cwd: staged,
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` },
      timeout: installTimeoutMs,
      maxBuffer: 16 * 1024 * 1024,
    });
    // In one step: another test file may install them too.
    await rename(staged, directory);
  } catch {
    await rm(staged, { recursive: true, force: true });
  }
  return await isThere(join(directory, "node_modules", ".bin"));
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
