// Takes sensitive values out of texts that people will read: diagnostics and logs.
import type { Decimal } from "./decimal.ts";
import { isUnknown } from "./unknown.ts";
import type { Dynamic, ObjectShape, Shape } from "./value-type.ts";

const replacement = "(sensitive value)";

/** Shorter values are masked only where they stand alone: inside words they say nothing and their mask would garble the text. */
const shortLength = 4;

export type Mask = (text: string) => string;

/** A mask for these values in the forms in which texts carry them: plain, in JSON, in URLs, in base64. */
export function createMask(secrets: ReadonlySet<string>): Mask {
  if (secrets.size === 0) return (text) => text;
  const patterns = [...new Set([...secrets].flatMap(spellings))]
    .sort((a, b) => b.length - a.length)
    .map((spelling) => (spelling.length < shortLength ? `(?<![\\w])${escape(spelling)}(?![\\w])` : escape(spelling)));
  const pattern = new RegExp(patterns.join("|"), "g");
  return (text) => text.replace(pattern, replacement);
}

function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret, "utf8").toString("base64");
  const all = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()), base64];
  return all.filter((spelling) => spelling !== "");
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Adds every text and number of `value` that the schema says is sensitive or write-only. */
export function collectSecrets(shape: Shape, value: unknown, secrets: Set<string>, isSecret = false): void {
  if (value === null || value === undefined || isUnknown(value)) return;
  const inner = (element: Shape, part: unknown) => collectSecrets(element, part, secrets, isSecret);
  switch (shape.kind) {
    case "string":
    case "number":
      if (isSecret && value !== "") secrets.add(textOf(value as string | number | bigint | Decimal));
      return;
    case "bool":
      return;
    case "list":
    case "set":
    case "map":
      for (const element of Object.values(value)) inner(shape.element, element);
      return;
    case "tuple":
      shape.elements.forEach((element, index) => inner(element, (value as readonly unknown[])[index]));
      return;
    case "object":
      collectFromObject(shape, value as Readonly<Record<string, unknown>>, secrets, isSecret);
      return;
    case "dynamic":
      inner((value as Dynamic).type, (value as Dynamic).value);
  }
}

function collectFromObject(
  shape: ObjectShape,
  values: Readonly<Record<string, unknown>>,
  secrets: Set<string>,
  isSecret: boolean,
): void {
  for (const { name, shape: inner, attribute } of shape.fields) {
    const isHidden = attribute?.options.sensitive === true || attribute?.options.writeOnly === true;
    collectSecrets(inner, values[name], secrets, isSecret || isHidden);
  }
}

function textOf(value: string | number | bigint | Decimal): string {
  return value.toString();
}
