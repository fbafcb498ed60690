// Bundles each executable into one file that runs wherever it is put: a package folder, a provider mirror, a user's project.
import { build } from "esbuild";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { root } from "../steps.ts";
import { thirdPartyNotices } from "./notices.ts";

export interface Executable {
  readonly name: string;
  /** The oldest Node that it promises to run on, for esbuild. */
  readonly target: string;
}

export const executables: readonly Executable[] = [
  { name: "scalr-oci", target: "node22.19" },
  { name: "docker-credential-scalr", target: "node20" },
  { name: "terraform-provider-scalr", target: "node22.19" },
];

/**
 * Without an extension, Node reads a file as an ES module or as CommonJS by what the nearest package.json says, and a provider is
 * copied below users' own. These words and the absence of `import` make the file valid and equal as both.
 */
const head = ["#!/usr/bin/env node", '"use strict";var require=process.getBuiltinModule??require;'].join("\n");

/** Writes `DIRECTORY/NAME`, executable, with the notices of what is bundled at its end. @throws Error when esbuild warns */
export async function buildExecutable({ name, target }: Executable, directory: string): Promise<void> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [`src/bin/${name}.ts`],
    bundle: true,
    platform: "node",
    format: "cjs",
    target,
    // Identifiers stay: a stack trace in a bug report should say where.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    // ES modules lack these; the packages use them only to find files of their own, which a single file does not bring.
    define: { __dirname: '""', __filename: '""' },
    banner: { js: head },
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [warning] = result.warnings;
  if (warning !== undefined) throw new Error(`${name}: ${warning.text} (${warning.location?.file ?? "?"})`);
  const code = result.outputFiles[0]?.text ?? "";
  for (const { path, external } of Object.values(result.metafile.outputs).flatMap(({ imports }) => imports)) {
    if (external === true && !isBuiltin(path)) throw new Error(`${name}: ${path} is left outside the bundle`);
  }
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  writeFileSync(file, `${code}${thirdPartyNotices(Object.keys(result.metafile.inputs))}`);
  chmodSync(file, 0o755);
}
