// Foreign text made fit for a message: the secrets of the request it answers are taken out, then what cannot be printed.
import type { Secret } from "../base/secret.ts";
import { printable } from "../base/text.ts";

const placeholder = "[secret]";
/** Details of JSON:API errors are one or two sentences. */
const maxDetailLength = 600;

/** One printable line without the secrets, also where they are spelled as in JSON or in a URL. */
export function scrub(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  for (const spelling of secrets.flatMap(spellings)) clean = clean.replaceAll(spelling, placeholder);
  return printable(clean, maxDetailLength);
}

/** Longest first, so that no spelling is cut by one that it contains. */
function spellings(secret: Secret): string[] {
  const text = secret.reveal();
  const all = [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())];
  return [...new Set(all)].filter((one) => one !== "").toSorted((one, other) => other.length - one.length);
}
