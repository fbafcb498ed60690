// Programs of npm packages that tests run, installed from a lock file of their own in `tools/`; once, into the user's cache.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "./source-files.ts";

/** The largest are 640 MB in some 600 packages: 25 to 45 seconds on 2 cores with an empty npm cache. */
const installTimeoutMs = 600_000;

/** Absolute path of a program: from the cache, else installed; undefined when npm cannot. @param folder in `tools/` */
export async function findNpmProgram(folder: string, name: string): Promise<string | undefined> {
  const directory = await cacheDirectory(folder);
  const path = join(directory, "node_modules", ".bin", name);
  if (await isThere(path)) return path;
  const installation = installing.get(folder) ?? install(folder, directory);
  installing.set(folder, installation);
  return (await installation) ? path : undefined;
}

/** All programs of a folder are one installation. */
const installing = new Map<string, Promise<boolean>>();

function lockDirectory(folder: string): string {
  return join(root, "tools", folder);
}

async function cacheDirectory(folder: string): Promise<string> {
  const lock = await readFile(join(lockDirectory(folder), "package-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex").slice(0, 16);
  const cache = process.env["XDG_CACHE_HOME"] || join(process.env["HOME"] || homedir(), ".cache");
  return join(cache, "scalr-oci", folder, `${digest}-${process.platform}-${process.arch}`);
}

/** No install script runs: none is needed by these tests. */
async function install(folder: string, directory: string): Promise<boolean> {
  const staged = `${directory}.${randomUUID()}`;
  try {
    await mkdir(staged, { recursive: true });
    for (const name of ["package.json", "package-lock.json"])
      await copyFile(join(lockDirectory(folder), name), join(staged, name));
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
