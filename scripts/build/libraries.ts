// Compiles the public entry points with tsc: ES modules for all, CommonJS for the construct libraries.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../steps.ts";

const execute = promisify(execFile);

/** Writes the entry points that package.json exports, with their declarations, into the directory. */
export async function buildLibraries(directory: string): Promise<void> {
  await compile("tsconfig.build.json", directory);
}

/** @throws Error with the compiler's output */
async function compile(project: string, outDirectory: string): Promise<void> {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  try {
    await execute(tsc, ["-p", project, "--outDir", outDirectory], { cwd: root });
  } catch (cause) {
    throw new Error(`tsc -p ${project}\n${(cause as { stdout?: string }).stdout ?? String(cause)}`, { cause });
  }
}
