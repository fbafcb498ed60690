// Copies of the sources of the construct libraries, one for each framework: the text is written for cdktn, for cdktf its name changes.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../steps.ts";

export type Framework = "cdktf" | "cdktn";
export const frameworks: readonly Framework[] = ["cdktf", "cdktn"];

/** What the constructs are made of; of these the compiler takes what the entry point reaches. */
const copied = ["base", "names", "constructs", "api/documents/integration-attributes.ts", "api/settings.ts"];
/** Made for the network: one ES module beside the CommonJS libraries, see below. */
const online = ["online-checks.ts", "api-comparison.ts", "registry-probe.ts", "module-probe.ts", "at-most.ts"].map((name) =>
  join("constructs", "preflight", name),
);
/** What loads them, and from where a built library has to: the ES module lies in `dist`, two folders above `dist/FRAMEWORK`. */
const onlineAddress = {
  source: 'import("./online-checks.ts")',
  built: 'import("../../../constructs/preflight/online-checks.js" as string)',
};

/**
 * Writes the sources that one framework's entry point needs into `build/constructs/FRAMEWORK`. Files that are right stay untouched,
 * so that several processes may ask at once.
 * @returns the folder, laid out as `src`
 */
export function copyConstructSources(framework: Framework): string {
  const target = join(root, "build", "constructs", framework);
  const sources = sourcesOf(framework).map((path) => [path, textFor(framework, path)] as const);
  const wanted = new Map([...sources, ["package.json", '{ "type": "commonjs" }\n']]);
  for (const [path, text] of wanted) ensureFile(join(target, path), text);
  for (const path of filesBelow(target)) if (!wanted.has(path)) rmSync(join(target, path), { force: true });
  return target;
}

function sourcesOf(framework: Framework): string[] {
  const source = join(root, "src");
  const ours = copied.flatMap((part) =>
    part.endsWith(".ts") ? [part] : filesBelow(join(source, part)).map((path) => join(part, path)),
  );
  const other = framework === "cdktf" ? "cdktn" : "cdktf";
  const isOther = (path: string) => path.startsWith(join("constructs", "generated", other));
  return [`${framework}.ts`, ...ours.filter((path) => path.endsWith(".ts") && !isOther(path) && !online.includes(path))];
}

function textFor(framework: Framework, path: string): string {
  const text = readFileSync(join(root, "src", path), "utf8").replace(onlineAddress.source, onlineAddress.built);
  // The generated constructs are checked here, under the options of tsconfig.cdktf.json and tsconfig.cdktn.json.
  if (path.includes("generated")) return text.replace(/^\/\/ @ts-nocheck\n/m, "");
  if (framework === "cdktn" || !path.startsWith("constructs")) return text;
  return text.replaceAll('from "cdktn"', 'from "cdktf"').replaceAll("/generated/cdktn/", "/generated/cdktf/");
}

function ensureFile(path: string, text: string): void {
  if (readIfThere(path) === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function filesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".draft"))
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
}
