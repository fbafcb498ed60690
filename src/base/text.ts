// Texts from outside made safe to print.

/** Longest excerpt of foreign text in a message. */
const maxExcerptLength = 120;

/** Takes control characters and terminal escapes out of foreign text and shortens it. */
export function printable(text: string, maxLength: number = maxExcerptLength): string {
  const clean = text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, "");
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1)}…`;
}
