// Bundles `scalr-oci/testing`: its server needs packages that users of the library do not install.
import { build, type Plugin } from "esbuild";
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "../steps.ts";
import { thirdPartyNotices } from "./notices.ts";

const execute = promisify(execFile);
const entry = "testing";
/** CommonJS packages inside an ES module ask for Node's own modules by `require`. */
const requireForPackages =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/** Writes testing.js, its parts and the declarations that it reaches. @throws Error when one of them needs a package that is not installed */
export async function buildTestingLibrary(directory: string): Promise<void> {
  await Promise.all([writeModule(directory), writeDeclarations(directory)]);
}

/** Floors that a test also has from other entry points: one class, one symbol, whichever of them it came by. */
const sharedFloors = /^(?:base|names|bridge)\//;

/** Leaves them outside the bundle: tsc compiles them (tsconfig.build.json). */
const sharedModules: Plugin = {
  name: "shared modules",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\.?\// }, ({ importer, path }) => {
      const source = relative(join(root, "src"), join(dirname(importer), path)).replaceAll("\\", "/");
      return sharedFloors.test(source) ? { path: `./${source.replace(/\.ts$/, ".js")}`, external: true } : undefined;
    });
  },
};

async function writeModule(directory: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { [entry]: `src/${entry}.ts` },
    outdir: directory,
    // Beside testing.js, so that the ways to the shared modules are the same for all.
    chunkNames: `${entry}-[name]-[hash]`,
    bundle: true,
    // The server is a part of its own, loaded when a test starts one.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    external: installedPackages(),
    plugins: [sharedModules],
    banner: { js: requireForPackages },
    define: { __dirname: '""', __filename: '""' },
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  });
  for (const { path, external } of Object.values(metafile.outputs).flatMap(({ imports }) => imports)) {
    if (external === true && !path.startsWith("./")) refuseMissing(path, "the module");
  }
  appendFileSync(join(directory, `${entry}.js`), thirdPartyNotices(Object.keys(metafile.inputs)));
}

async function writeDeclarations(directory: string): Promise<void> {
  const staging = mkdtempSync(join(root, "build", "declarations-"));
  try {
    const project = join(staging, "tsconfig.json");
    const options = { declaration: true, emitDeclarationOnly: true, outDir: "out", rootDir: join(root, "src") };
    writeFileSync(
      project,
      JSON.stringify({
        extends: join(root, "tsconfig.build.json"),
        compilerOptions: options,
        files: [join(root, "src", `${entry}.ts`)],
      }),
    );
    await execute(join(root, "node_modules", ".bin", "tsc"), ["-p", project]);
    copyReachable(`${entry}.d.ts`, join(staging, "out"), directory);
  } finally {
    rmSync(staging, { recursive: true });
  }
}

/** Copies a declaration file and, from there, every one that it imports. */
function copyReachable(start: string, from: string, to: string): void {
  const waiting = [start];
  const seen = new Set<string>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(from, path), join(to, path));
    for (const specifier of importsOf(readFileSync(join(from, path), "utf8"))) {
      if (specifier.startsWith(".")) waiting.push(join(dirname(path), specifier.replace(/\.[jt]s$/, ".d.ts")));
      else refuseMissing(specifier, `the type of ${path}`);
    }
  }
}

function importsOf(declarations: string): string[] {
  return [...declarations.matchAll(/(?:\bfrom\s*|\bimport\()"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function refuseMissing(specifier: string, what: string): void {
  const isInstalled = installedPackages().some((name) => specifier === name || specifier.startsWith(`${name}/`));
  if (isBuiltin(specifier) || isInstalled) return;
  throw new Error(`${what} needs ${specifier}, which users do not have`);
}

function installedPackages(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
  return Object.keys(manifest.dependencies);
}
