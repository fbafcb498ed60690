// Go programs that tests hold against our registry code: oras, and the OCI distribution specification's conformance suite.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findExecutable } from "../../tools/tofu/ensure-tofu.ts";

const moduleDirectory = join(import.meta.dirname, "..", "..", "tools", "registry-tools");
/** A minute on 2 cores with an empty Go cache. */
const buildTimeoutMs = 600_000;

const packages = {
  oras: "oras.land/oras/cmd/oras",
  "oci-conformance": "github.com/opencontainers/distribution-spec/conformance",
} as const;

/** Absolute path of the program: from the cache, else built from `tools/registry-tools`; undefined when Go cannot build it. */
export async function findRegistryTool(name: keyof typeof packages): Promise<string | undefined> {
  const sums = await readFile(join(moduleDirectory, "go.sum"));
  const key = createHash("sha256")
    .update(sums)
    .update(`${process.platform}-${process.arch}`)
    .digest("hex")
    .slice(0, 16);
  const cache = process.env["XDG_CACHE_HOME"] || join(process.env["HOME"] || homedir(), ".cache");
  const directory = join(cache, "scalr-oci", "registry-tools", key);
  const path = join(directory, name);
  if (await isThere(path)) return path;
  if ((await findExecutable("go", process.env)) === undefined) return undefined;
  return await build(packages[name], directory, path);
}

async function build(goPackage: string, directory: string, path: string): Promise<string | undefined> {
  await mkdir(directory, { recursive: true });
  const staged = `${path}.${randomUUID()}`;
  const flags = ["-mod=readonly", "-buildvcs=false", "-ldflags", "-s -w"];
  try {
    await promisify(execFile)("go", ["build", ...flags, "-o", staged, goPackage], {
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
