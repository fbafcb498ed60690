// One place of a text that changes, and how it is shown: our own characters, never those of others.

export interface TextEdit {
  /** In UTF-16 code units of the text as it was. */
  readonly start: number;
  readonly end: number;
  /** What stands there afterwards. */
  readonly text: string;
}

export function applyEdit(text: string, { start, end, text: next }: TextEdit): string {
  return `${text.slice(0, start)}${next}${text.slice(end)}`;
}

/**
 * The lines that go and the lines that come, `-` and `+` in front. Where ours begin or end within a line, what others have on it
 * is shown as `…`: it may be a secret.
 */
export function showEdit(text: string, edit: TextEdit): string[] {
  const gone = showPart(text, edit.start, text.slice(edit.start, edit.end), edit.end).map((line) => `-${line}`);
  return [...gone, ...showPart(text, edit.start, edit.text, edit.end).map((line) => `+${line}`)];
}

function showPart(text: string, start: number, part: string, end: number): string[] {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  const head = text.slice(lineStart, start).trim() === "" ? "" : "…";
  const tail = part.endsWith("\n") || text.slice(end, lineEnd < 0 ? undefined : lineEnd).trim() === "" ? "" : "…";
  const lines = part.replace(/\n$/, "").split(/\r?\n/);
  if (part.trim() === "") return [];
  return lines.map((line, index) => `${index === 0 ? head : ""}${line}${index === lines.length - 1 ? tail : ""}`);
}
