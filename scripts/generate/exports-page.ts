// `docs/exports.md`: every public name of the package by entry point, so that a change of the surface shows in a diff.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../steps.ts";
import { page } from "./page.ts";

const entryPoints = ["index", "bridge", "cdktf", "cdktn", "testing"] as const;

export function exportsPage(): string {
  const sections = entryPoints.flatMap((entry) => {
    const { values, types } = publicNames(readFileSync(join(root, "src", `${entry}.ts`), "utf8"));
    const subpath = entry === "index" ? "scalr-oci" : `scalr-oci/${entry}`;
    return [`## \`${subpath}\``, ...bullets("Values", values), ...bullets("Types", types)];
  });
  const introduction =
    "What can be imported, and from where. Names that are not here are private, whatever path leads to them.";
  return page("Public names", "the entry points in src", [introduction, ...sections]);
}

export interface PublicNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** The names in the `export { … } from "…"` and `export type { … } from "…"` statements of an entry point. */
export function publicNames(source: string): PublicNames {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  const values: string[] = [];
  const types: string[] = [];
  for (const [, typeOnly, list = ""] of code.matchAll(/export\s+(type\s+)?\{([^}]*)\}/g)) {
    for (const item of list.split(",").map((text) => text.trim())) {
      if (item === "") continue;
      const isType = typeOnly !== undefined || item.startsWith("type ");
      (isType ? types : values).push(item.split(/\s+/).at(-1) ?? item);
    }
  }
  return { values: values.toSorted(), types: types.toSorted() };
}

/** One name a line: a diff shows which came and went. */
function bullets(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${title}:`, names.map((name) => `- \`${name}\``).join("\n")];
}
