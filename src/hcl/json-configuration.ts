// Reads OpenTofu's JSON configuration, as people, CDKTF and CDK Terrain write it; OpenTofu's "JSON Configuration Syntax".
import { InputError } from "../base/errors.ts";
import type { Attribute, Block } from "./block.ts";

/** The block types that are looked at, and how many labels each has. */
const labelCounts: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  module: 1,
  provider: 1,
  variable: 1,
  output: 1,
  locals: 0,
};

/** @throws InputError CONFIGURATION_INVALID for what is no JSON object */
export function parseJsonConfiguration(text: string, file: string): readonly Block[] {
  const document = parseObject(text.startsWith("\uFEFF") ? text.slice(1) : text, file);
  try {
    return Object.entries(labelCounts).flatMap(([type, count]) => blocksOf(type, [], count, document[type]));
  } catch (thrown) {
    // Lists of lists, some thousands deep.
    if (thrown instanceof RangeError) throw invalid(file, thrown);
    throw thrown;
  }
}

/** Each level may be an object or a list of them. */
function blocksOf(type: string, labels: readonly string[], missing: number, value: unknown): Block[] {
  if (Array.isArray(value)) return value.flatMap((one) => blocksOf(type, labels, missing, one));
  if (!isRecord(value)) return [];
  if (missing === 0) return [readBlock(type, labels, value)];
  // "//" is a comment.
  return Object.entries(value).flatMap(([label, inner]) =>
    label === "//" ? [] : blocksOf(type, [...labels, label], missing - 1, inner),
  );
}

function readBlock(type: string, labels: readonly string[], value: Readonly<Record<string, unknown>>): Block {
  // Null is as good as nothing, but a variable whose default is null has one.
  const isSaid = (name: string, one: unknown) => one !== null || (type === "variable" && name === "default");
  const attributes = Object.entries(value).filter(([name, one]) => name !== "//" && isSaid(name, one));
  return {
    type,
    labels,
    attributes: new Map(attributes.map(([name, one]) => [name, readAttribute(one)])),
    blocks: [],
    line: undefined,
    constructPath: findConstructPath(value["//"]),
  };
}

function readAttribute(value: unknown): Attribute {
  const expression = typeof value === "string" ? bare(value) : JSON.stringify(value);
  const isLiteral = typeof value === "boolean" || (typeof value === "string" && !isTemplate(value));
  return { value: isLiteral ? value : undefined, expression, range: undefined, line: undefined };
}

/** Every text in JSON is a template. */
function isTemplate(text: string): boolean {
  return text.includes("${") || text.includes("%{");
}

function bare(text: string): string {
  return text.startsWith("${") && text.endsWith("}") ? text.slice(2, -1).trim() : text;
}

/** Both frameworks write `"//": { "metadata": { "path": … } }`. */
function findConstructPath(comment: unknown): string | undefined {
  const metadata = isRecord(comment) ? comment["metadata"] : undefined;
  const path = isRecord(metadata) ? metadata["path"] : undefined;
  return typeof path === "string" ? path : undefined;
}

function parseObject(text: string, file: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, cause);
  }
  if (isRecord(document)) return document;
  throw invalid(file);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(file: string, cause?: unknown): InputError {
  const message = `${file} cannot be read, it is no JSON object`;
  return new InputError("CONFIGURATION_INVALID", message, { path: file, cause });
}
