// Texts from outside made safe to print: one line, no terminal escapes, no invisible or direction-changing characters.

/** Longest excerpt of foreign text in a message, in UTF-16 code units. */
const maxExcerptLength = 120;

/** Control sequences, ECMA-48 section 5.4, and operating system commands, section 8.3.89, with their payload. */
const escapeSequences =
  /(?:\u001b\[|\u009b)[0-9;:<=>?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/g;
/** Line ends and tabs, which become one blank. */
const breaks = /[\t-\r\u0085\u2028\u2029]+/g;
/** Control, format (zero width, direction), private use, unassigned and lone surrogate characters; Unicode general category C. */
const invisible = /\p{C}/gu;

/** Puts foreign text on one line, takes terminal escapes out, shows other invisible characters as U+FFFD, and shortens it. */
export function printable(text: string, maxLength: number = maxExcerptLength): string {
  // Only the beginning can be shown, so only a bounded part of it is looked at.
  const start = text.slice(0, maxLength * 8);
  const clean = start.replace(escapeSequences, "").replace(breaks, " ").replace(invisible, "\ufffd");
  if (clean.length <= maxLength && start.length === text.length) return clean;
  return `${clean.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
