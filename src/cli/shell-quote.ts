// Texts in a form that a POSIX shell reads back unchanged; POSIX.1-2017 section 2.2.2.

/** Leaves plain words as they are. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
