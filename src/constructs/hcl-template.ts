// Text that OpenTofu takes as it is; OpenTofu language, "Strings and Templates": `${` and `%{` begin an expression.

/** Writes a text so that OpenTofu reads exactly that text from a string of its JSON syntax. */
export function escapeTemplate(text: string): string {
  // A replacement text would read $$ as one $.
  return text.replace(/[$%]\{/g, (opening) => `${opening.charAt(0)}${opening}`);
}
