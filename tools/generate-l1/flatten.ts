// Makes a generated L1 file fit the project: one file a construct, ES module imports, no links to pages that do not exist.

/** The first line says what the file is; the second keeps the project's strict compiler settings out of it. */
const header = [
  "// L1 construct, made by `npm run generate` from provider-schema.json; never edited.",
  "// @ts-nocheck",
];

/** @param text an index.ts as the generators of cdktf and cdktn print it */
export function flattenL1(text: string): string {
  const body = text
    .split("\n")
    // What the generators say about themselves; it begins with a page in a provider registry, where this provider is not.
    .filter((line) => !/^\/\/ (?:https:|generated from terraform )/.test(line))
    .filter((line) => !/Docs at Terraform Registry/.test(line))
    // A guess of the generators about providers older than this one.
    .filter((line) => !/Please be aware that the id field|If you experience problems setting this value/.test(line))
    .map(withoutLinks)
    .map((line) => line.replace(/(from '\.\.\/)([a-z0-9-]+)(?:\/index(?:\.js)?)?'/, "from './$2.ts'").trimEnd())
    .join("\n");
  const tidy = body.replace(/(?:\n[ \t]*\*)+\n([ \t]*\*\/)/g, "\n$1").replace(/\n{3,}/g, "\n\n");
  return `${header.join("\n")}\n${tidy.trim()}\n`;
}

/** `{@link ADDRESS LABEL}` becomes LABEL. */
function withoutLinks(line: string): string {
  return line.replace(/\{@link \S+ ([^}]*)\}/g, "$1");
}
