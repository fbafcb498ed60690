// The manifest that users get: without what only this repository's development needs.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./steps.ts";

const manifestFile = join(root, "package.json");
/** The real manifest waits here while npm packs the other. */
const keptFile = join(root, "build", "package.json.kept-while-packing");

/** Left in, optional dependencies would reach users: 189 MB of Node. Scripts would name files that are not in the package. */
const developmentOnly = new Set(["scripts", "devDependencies", "optionalDependencies", "overrides", "allowScripts"]);

export function packedManifest(manifest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(manifest).filter(([name]) => !developmentOnly.has(name)));
}

/** Puts the packed manifest in place. */
export function replaceManifest(): void {
  restoreManifest();
  const text = readFileSync(manifestFile, "utf8");
  mkdirSync(dirname(keptFile), { recursive: true });
  writeFileSync(keptFile, text);
  const packed = packedManifest(JSON.parse(text) as Record<string, unknown>);
  writeFileSync(manifestFile, `${JSON.stringify(packed, undefined, 2)}\n`);
}

/** Brings the real manifest back; also after a pack that was interrupted. */
export function restoreManifest(): void {
  if (existsSync(keptFile)) renameSync(keptFile, manifestFile);
}
