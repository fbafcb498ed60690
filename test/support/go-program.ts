// Builds Go programs that tests run, from a module in `tools/` with its sums committed; once, into the user's cache.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readdir, readFile, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findExecutable } from "../../tools/tofu/ensure-tofu.ts";

/** A minute on 2 cores with an empty Go cache, more on slower machines. */
const buildTimeoutMs = 600_000;

export interface GoProgram {
  /** Name of the executable. */
  readonly name: string;
  /** Folder in `tools/` with go.mod and go.sum, unless `directory` is given; the name of its folder in the cache. */
  readonly module: string;
  /** Absolute path of a module that lies elsewhere. */
  readonly directory?: string;
  /** Import path, or `.` for the module's own program. */
  readonly package: string;
}

/** Absolute path of the program: from the cache, else built; undefined when Go cannot build it. */
export async function findGoProgram(program: GoProgram): Promise<string | undefined> {
  const moduleDirectory = program.directory ?? join(import.meta.dirname, "..", "..", "tools", program.module);
  const cache = process.env["XDG_CACHE_HOME"] || join(process.env["HOME"] || homedir(), ".cache");
  const directory = join(cache, "scalr-oci", program.module, await keyOf(moduleDirectory));
  const path = join(directory, program.name);
  if (await isThere(path)) return path;
  if ((await findExecutable("go", process.env)) === undefined) return undefined;
  return await build(program, moduleDirectory, directory);
}

/** Changes with every file of the module. */
async function keyOf(moduleDirectory: string): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`);
  for (const name of (await readdir(moduleDirectory)).toSorted()) {
    hash.update(name).update(await readFile(join(moduleDirectory, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function build(program: GoProgram, moduleDirectory: string, directory: string): Promise<string | undefined> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, program.name);
  // Moved into place in one step: another test file may build it too.
  const staged = `${path}.${randomUUID()}`;
  const flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"];
  try {
    await promisify(execFile)("go", ["build", ...flags, "-o", staged, program.package], {
      cwd: moduleDirectory,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
      timeout: buildTimeoutMs,
    });
  } catch {
    return undefined;
  }
  await rename(staged, path);
  return path;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
