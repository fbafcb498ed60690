// Licence notices of the packages inside a bundle, as one comment; most licences ask that they go wherever the code goes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../steps.ts";

/** A comment that names every package among the inputs with its licence text; equal texts stand once. Empty without packages. */
export function thirdPartyNotices(inputs: readonly string[]): string {
  const packages = [...new Set(inputs.flatMap(packageDirectory))].toSorted();
  if (packages.length === 0) return "";
  const holdersByText = new Map<string, string[]>();
  for (const directory of packages) {
    const text = licenceText(directory);
    holdersByText.set(text, [...(holdersByText.get(text) ?? []), title(directory)]);
  }
  const sections = [...holdersByText].map(([text, holders]) => `${holders.join("\n")}\n\n${text}`);
  const body = ["This file contains the following packages.", ...sections].join(`\n\n${"-".repeat(72)}\n`);
  return `/*!\n${body.replaceAll("*/", "* /")}\n*/\n`;
}

/** `node_modules/a/node_modules/@b/c/index.js` belongs to `node_modules/a/node_modules/@b/c`. */
function packageDirectory(input: string): string[] {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match?.[1] === undefined ? [] : [match[1]];
}

function title(directory: string): string {
  const { name, version, license } = manifestOf(directory);
  return `${name} ${version} (${license ?? "see below"})`;
}

/** @throws Error when a package brings neither a licence file nor a licence in its manifest: it may not be shipped */
function licenceText(directory: string): string {
  const file = readdirSync(join(root, directory)).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file !== undefined) return readFileSync(join(root, directory, file), "utf8").replaceAll("\r", "").trim();
  const { name, license } = manifestOf(directory);
  if (license === undefined) throw new Error(`${name} has no licence`);
  return `Licence: ${license}; the package brings no text of it.`;
}

function manifestOf(directory: string): { name: string; version: string; license?: string } {
  return JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8")) as ReturnType<typeof manifestOf>;
}
