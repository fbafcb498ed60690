// Texts as HCL writes them, between quotes and as heredocs; HCL Native Syntax Specification, "Template Expressions".

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Backslash escapes, and `$${` and `%%{` for what would begin a template. */
export function unescapeQuoted(text: string): string {
  return text.replace(
    /\\(?:u(?<short>[0-9a-fA-F]{4})|U(?<long>[0-9a-fA-F]{8})|(?<one>[\s\S]))|(?<sign>[$%])\k<sign>\{/g,
    (_match, short?: string, long?: string, one?: string, sign?: string) => {
      const code = short ?? long;
      if (code !== undefined) return codePoint(Number.parseInt(code, 16));
      return one === undefined ? `${sign ?? ""}{` : (escapes[one] ?? one);
    },
  );
}

/**
 * What a heredoc without templates says.
 * @param text from `<<` to the closing word
 */
export function readHeredoc(text: string): string {
  const lines = text.split(/\r?\n/);
  const content = lines.slice(1, -1);
  const isIndented = lines[0]?.startsWith("<<-") === true;
  const margin = isIndented ? Math.min(...content.filter((line) => line.trim() !== "").map(indentOf)) : 0;
  return content.map((line) => `${line.slice(margin).replace(/([$%])\1\{/g, "$1{")}\n`).join("");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function codePoint(code: number): string {
  return code > 0x10ffff ? "\uFFFD" : String.fromCodePoint(code);
}
