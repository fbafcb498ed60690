// A provider as users install it: one script with a `#!` line, or a binary of Bun; in a filesystem mirror.
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "esbuild";
import { compileBinary } from "../../../../scripts/build/binaries/binary.ts";
import { findPlatform } from "../../../../scripts/build/binaries/platforms.ts";
import type { Workspace } from "../../../support/workspace.ts";

const version = "1.0.0";

/** Bundles the entry into the workspace. @returns the script's absolute path */
export async function packageProvider(workspace: Workspace, name: string, entry: string): Promise<string> {
  const script = workspace.path("package", `terraform-provider-${name}`);
  await build({
    entryPoints: [entry],
    outfile: script,
    bundle: true,
    platform: "node",
    // The script has no extension and no package.json beside it, so it is CommonJS.
    format: "cjs",
    target: "node22",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  chmodSync(script, 0o755);
  return script;
}

/** Compiles the entry into the workspace. @param entry a path from the project's root @returns the binary's absolute path */
export async function compileProvider(workspace: Workspace, name: string, entry: string): Promise<string> {
  const platform = findPlatform(process.platform, process.arch);
  if (platform === undefined) throw new Error(`Bun has no runtime for ${process.platform} ${process.arch}`);
  const file = workspace.path("binary", `terraform-provider-${name}`);
  await compileBinary({ entry, platform, file, environment: process.env });
  return file;
}

/** Puts the script into a mirror. @param address with the host @returns the CLI configuration that names the mirror */
export function mirrorProvider(workspace: Workspace, address: string, script: string): string {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const directory = workspace.path("mirror", address, version, `${process.platform}_${architecture}`);
  mkdirSync(dirname(directory), { recursive: true });
  symlinkSync(dirname(script), directory);
  const path = JSON.stringify(workspace.path("mirror"));
  return `provider_installation {\n  filesystem_mirror {\n    path = ${path}\n  }\n}\n`;
}
