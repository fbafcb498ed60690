// The project's own source files and what they import, for the tests that hold the architecture.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

export interface SourceFile {
  /** Path from the project's root, such as `src/base/secret.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written, such as `../base/secret.ts` or `zod`. */
  readonly specifier: string;
  /** Path from the root of the file it names; undefined for packages and built-in modules. */
  readonly file: string | undefined;
  /** `type`: erased at run time; `dynamic`: loaded when it is needed. */
  readonly kind: "static" | "dynamic" | "type";
}

/** Every TypeScript file under a folder of the project, generated code left out, in the order of paths. */
export function sourceFiles(directory: string): SourceFile[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !/(^|\/)(generated|node_modules)\//.test(path))
    .toSorted()
    .map(readSource);
}

export function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, imports: importsOf(path, text) };
}

/** The imports and re-exports of a text; comments do not count. */
export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  for (const match of code.matchAll(importPattern)) {
    const { typeWord, from, bare, dynamic } = match.groups ?? {};
    const specifier = from ?? bare ?? dynamic ?? "";
    const kind = dynamic !== undefined ? "dynamic" : typeWord !== undefined ? "type" : "static";
    const isFile = specifier.startsWith(".");
    const file = isFile ? join(dirname(path), specifier).replaceAll("\\", "/") : undefined;
    found.push({ specifier, file, kind });
  }
  return found;
}

const importPattern = new RegExp(
  [
    /^\s*(?:import|export)\s+(?<typeWord>type\s+(?!,|from\b))?[\w*\s{},$]*?\bfrom\s*"(?<from>[^"]+)"/.source,
    /^\s*import\s+"(?<bare>[^"]+)"/.source,
    /\bimport\(\s*"(?<dynamic>[^"]+)"\s*\)/.source,
  ].join("|"),
  "gm",
);

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/**
 * The shortest way of imports from one file to another that `isGoal` names.
 * @returns the files on the way, both ends included; undefined when there is none
 */
export function importChain(
  files: ReadonlyMap<string, SourceFile>,
  start: string,
  isGoal: (path: string) => boolean,
  kinds: readonly Import["kind"][],
): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  for (const path of cameFrom.keys()) {
    if (path !== start && isGoal(path)) return wayTo(path, cameFrom);
    for (const { file, specifier, kind } of files.get(path)?.imports ?? []) {
      const target = file ?? specifier;
      if (kinds.includes(kind) && !cameFrom.has(target)) cameFrom.set(target, path);
    }
  }
  return undefined;
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const way: string[] = [];
  for (let at: string | undefined = path; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}
