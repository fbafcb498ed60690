// `npm run generate`: writes the files that are made from others; with --check says which are not current and fails.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  constructsDirectory,
  existingConstructs,
  hasGenerators,
  installGenerators,
  printConstructs,
} from "./generate/constructs.ts";
import { exportsPage } from "./generate/exports-page.ts";
import { environmentPage, errorsPage } from "./generate/pages.ts";
import { providerDocs } from "./generate/provider-docs.ts";
import { providerSchema } from "./generate/provider-schema.ts";
import { root } from "./steps.ts";

const schemaFile = `${constructsDirectory}/provider-schema.json`;
const isCheck = process.argv.includes("--check");

const pages = new Map([
  ["docs/errors.md", errorsPage()],
  ["docs/environment.md", environmentPage()],
  ["docs/exports.md", exportsPage()],
  ...providerDocs(),
  [schemaFile, providerSchema()],
]);
const stale = update(pages);
stale.push(...(await updateConstructs()));
if (isCheck && stale.length > 0) {
  console.error(`not current: ${stale.join(", ")}\nrun npm run generate and commit the result`);
  process.exitCode = 1;
}

/** Writes the files whose content is another, or with --check only names them. @returns their paths */
function update(wanted: ReadonlyMap<string, string>): string[] {
  const changed = [...wanted].filter(([path, content]) => readIfThere(path) !== content);
  for (const [path, content] of isCheck ? [] : changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.log(`wrote ${path}`);
  }
  return changed.map(([path]) => path);
}

/** The constructs follow the schema. A check without the generators' packages leaves them out and says so. */
async function updateConstructs(): Promise<string[]> {
  if (!hasGenerators()) {
    if (isCheck) {
      console.log("L1 constructs not compared: tools/generate-l1 has no node_modules");
      return [];
    }
    await installGenerators();
  }
  const printed = await printConstructs(join(root, schemaFile));
  const superfluous = existingConstructs().filter((path) => !printed.has(path));
  if (!isCheck) for (const path of superfluous) rmSync(join(root, path));
  return [...update(printed), ...superfluous];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}
