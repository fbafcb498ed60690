// Builds dist when a source is newer than it, so that a second demo starts at once.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../steps.ts";
import type { Commands, Variables } from "./commands.ts";

/** What dist is made from. */
const inputs = ["src", join("scripts", "build"), join("scripts", "build.ts"), "package-lock.json"];
/** The last file that a build writes is as good as any: dist is swapped in whole. */
const output = join("dist", "bin", "scalr-oci");

/** @param announce called before a build, which takes seconds */
export async function ensureBuild(commands: Commands, announce: () => void): Promise<void> {
  if (existsSync(join(root, output)) && newest(inputs) <= modifiedAt(output)) return;
  announce();
  const environment = { ...process.env } as Variables;
  await commands.runOk([process.execPath, join("scripts", "build.ts")], { environment, directory: root });
}

function newest(paths: readonly string[]): number {
  return Math.max(...paths.flatMap((path) => [modifiedAt(path), ...below(path).map(modifiedAt)]));
}

function below(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [];
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
}

function modifiedAt(path: string): number {
  return statSync(join(root, path)).mtimeMs;
}
