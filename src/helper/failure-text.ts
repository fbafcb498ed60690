// The helper's border for errors: the cause on one line, below it the remedy, indented. OpenTofu shows stdout in its diagnostic
// and does not wrap lines that begin with a blank.
import { errorCodes } from "../base/error-codes.ts";
import { toScalrOciError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

const maxLineLength = 500;

/** One or two lines without escapes and secrets, no line's end at the end. Never the text that means not found. */
export function failureText(thrown: unknown): string {
  const { code, message, hint } = toScalrOciError(thrown);
  const cause = printable(`${message} (${code})`, maxLineLength);
  return `${cause}\n  ${printable(hint ?? errorCodes[code].nextStep, maxLineLength)}`;
}
