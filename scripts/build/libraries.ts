// Compiles the public entry points with tsc: ES modules for all, CommonJS for the construct libraries.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../steps.ts";
import { buildTestingLibrary } from "./testing-library.ts";
import { copyConstructSources, frameworks } from "./construct-sources.ts";

const execute = promisify(execFile);

/** Writes the entry points that package.json exports, with their declarations, into the directory. */
export async function buildLibraries(directory: string): Promise<void> {
  await Promise.all([
    compile("tsconfig.build.json", directory),
    buildTestingLibrary(directory),
    // Each has its own tsconfig and its own copy of the shared sources: CommonJS beside the ES modules of the rest.
    ...frameworks.map(async (name) => {
      copyConstructSources(name);
      await compile(`tsconfig.${name}.json`, join(directory, name));
      writeFileSync(join(directory, name, "package.json"), '{ "type": "commonjs" }\n');
    }),
  ]);
}

/** @throws Error with the compiler's output */
async function compile(project: string, outDirectory: string): Promise<void> {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  try {
    await execute(tsc, ["-p", project, "--outDir", outDirectory], { cwd: root });
  } catch (cause) {
    const output = (cause as { stdout?: string }).stdout;
    throw new Error(`tsc -p ${project}\n${output === undefined || output === "" ? String(cause) : output}`, { cause });
  }
}
