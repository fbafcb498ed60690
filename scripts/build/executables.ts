// Bundles each executable into one file that runs wherever it is put: a package folder, a provider mirror, a user's project.
import { build, type BuildOptions, type Metafile, transform } from "esbuild";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { root } from "../steps.ts";
import { embeddedGrammar } from "./embedded-grammar.ts";
import { thirdPartyNotices } from "./notices.ts";
import { joinParts, type Part } from "./single-file.ts";

export interface Executable {
  readonly name: string;
  /** Path from the project's root; `src/bin/NAME.ts` unless given. */
  readonly entry?: string;
  /** The oldest Node that it promises to run on, for esbuild. */
  readonly target: string;
  /** A shell script in the sources that starts Node, where a `#!` line is not enough. */
  readonly launcher?: string;
}

export const executables: readonly Executable[] = [
  { name: "scalr-oci", target: "node22.19" },
  { name: "docker-credential-scalr", target: "node20", launcher: "src/helper/launcher.sh" },
  { name: "terraform-provider-scalr", target: "node22.19" },
];

/** Identifiers stay as they are: a stack trace in a bug report should say where. */
const minify = { minifySyntax: true, minifyWhitespace: true } as const;

/** Writes `DIRECTORY/NAME`, executable, with the notices of what is bundled at its end. @throws Error when esbuild warns */
export async function buildExecutable(executable: Executable, directory: string): Promise<void> {
  const { name, target, entry = entryOf(name) } = executable;
  const { parts, inputs } = await bundle(entry, { ...minify, target });
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  const launcher = executable.launcher && readFileSync(join(root, executable.launcher), "utf8");
  writeFileSync(file, `${joinParts(parts, launcher)}${thirdPartyNotices(inputs)}`);
  chmodSync(file, 0o755);
}

/** Where a program of ours starts. */
export function entryOf(name: string): string {
  return `src/bin/${name}.ts`;
}

/** The program cut at its dynamic imports, the entry first, each part as CommonJS. */
async function bundle(entry: string, options: BuildOptions): Promise<{ parts: Part[]; inputs: string[] }> {
  const { warnings, outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: root,
    // Names of parts come from the paths of their inputs: the same ones where node_modules is a link.
    preserveSymlinks: true,
    entryPoints: [entry],
    outdir: "out",
    bundle: true,
    // Splitting works for ES modules only; each part becomes CommonJS below.
    splitting: true,
    format: "esm",
    platform: "node",
    legalComments: "none",
    // ES modules lack these; the packages use them only to find files of their own, which a single file does not bring.
    define: { __dirname: '""', __filename: '""' },
    plugins: [embeddedGrammar],
    loader: { ".wasm": "binary" },
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [warning] = warnings;
  if (warning !== undefined) throw new Error(`${warning.text} (${warning.location?.file ?? "?"})`);
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const parts = outputFiles.map(async ({ path, text }) => {
    const output = outputs.get(basename(path));
    return { name: basename(path), code: await toCommonJs(text, options), imports: staticImports(output?.imports ?? []) };
  });
  const isEntry = (part: Part) => outputs.get(part.name)?.entryPoint === entry;
  const all = await Promise.all(parts);
  return { parts: [...all.filter(isEntry), ...all.filter((part) => !isEntry(part))], inputs: Object.keys(metafile.inputs) };
}

/** `import` in all its forms becomes `require`, which single-file.ts answers. */
async function toCommonJs(code: string, options: BuildOptions): Promise<string> {
  const { minifySyntax, minifyWhitespace, target } = options as Required<BuildOptions>;
  const supported = { "dynamic-import": false };
  const result = await transform(code, { minifySyntax, minifyWhitespace, target, format: "cjs", platform: "node", supported });
  return result.code;
}

/** Names of the parts that a part needs when it starts. @throws Error for a package that was left outside the bundle */
function staticImports(imports: Metafile["outputs"][string]["imports"]): string[] {
  const outside = imports.find(({ path, external }) => external === true && !isBuiltin(path));
  if (outside !== undefined) throw new Error(`${outside.path} is left outside the bundle`);
  return imports.filter(({ kind, external }) => kind === "import-statement" && external !== true).map(({ path }) => basename(path));
}
