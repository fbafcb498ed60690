// Texts of a module as TSDoc comments: whatever they hold, they end where they should and are no tag of TSDoc; tsdoc.org.
import { printable } from "../../base/text.ts";

/** A description is a page at most. */
const maxLines = 100;
const maxLineLength = 1000;
/** A default longer than this does not help who reads it in an editor. */
const maxDefaultLength = 160;

/** @param paragraphs empty ones are left out @returns the lines of a comment; none without text */
export function toComment(paragraphs: readonly string[], indentation: string): string[] {
  const texts = paragraphs.filter((text) => text !== "");
  const lines = texts.flatMap((text) => text.split("\n"));
  if (lines.length === 0) return [];
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return [`${indentation}/** ${only} */`];
  return [`${indentation}/**`, ...lines.map((line) => `${indentation} * ${line}`.trimEnd()), `${indentation} */`];
}

/** A description: its lines, without what an editor or a compiler would take for something else. */
export function describe(text: string | undefined): string {
  const lines = (text ?? "").trim().split(/\r\n|[\n\r\u2028\u2029]/);
  return lines.slice(0, maxLines).map(escapeLine).join("\n");
}

/** `@default` with an expression of HCL. */
export function describeDefault(expression: string): string {
  return `@default ${escapeLine(printable(expression.replace(/\s*\n\s*/g, " "), maxDefaultLength))}`;
}

function escapeLine(line: string): string {
  const clean = printable(line, maxLineLength).trimEnd();
  // Between a word and its @, as in an address of e-mail, there is no tag.
  return clean.replaceAll("*/", "*\\/").replace(/(^|[^\p{L}\p{N}\\])@/gu, "$1\\@");
}
