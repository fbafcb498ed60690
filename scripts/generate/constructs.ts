// The L1 constructs, printed by the frameworks' own generators in tools/generate-l1 from our provider's schema.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../steps.ts";

const execute = promisify(execFile);
const tool = join(root, "tools", "generate-l1");
export const constructsDirectory = "src/constructs/generated";

/** True when the generators' own packages are there; they are 250 MB that only this needs. */
export function hasGenerators(): boolean {
  return existsSync(join(tool, "node_modules", ".package-lock.json"));
}

/** Installs what tools/generate-l1 locks. @throws Error with npm's output */
export async function installGenerators(): Promise<void> {
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  await execute("npm", ["ci", ...flags], { cwd: tool, maxBuffer: 16 * 1024 * 1024 });
}

/** What the generators print for a provider schema: contents by path from the project's root. */
export async function printConstructs(schemaFile: string): Promise<Map<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-l1-"));
  try {
    await execute(process.execPath, [join(tool, "generate.ts"), schemaFile, directory]);
    return new Map(
      filesBelow(directory).map((path) => [
        join(constructsDirectory, path),
        readFileSync(join(directory, path), "utf8"),
      ]),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The generated constructs that are there, as paths from the project's root. */
export function existingConstructs(): string[] {
  return filesBelow(join(root, constructsDirectory))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(constructsDirectory, path));
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}
