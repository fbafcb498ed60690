// What of an attribute's value stands in the program itself; OpenTofu language, "Strings and Templates" and "Expressions".

/** A text that has no expression in it, as OpenTofu reads it; undefined for everything else. */
export function plainTextOf(value: unknown): string | undefined {
  if (typeof value !== "string" || splitTemplate(value).expressions.length > 0) return undefined;
  return value.replace(/([$%])\1\{/g, "$1{");
}

/** True for a value with any text of its own: around expressions, or as a literal in one that could become part of the result. */
export function hasOwnText(value: unknown): boolean {
  // Of a list or object only an expression that chooses from it can tell.
  if (typeof value === "object" || value === undefined) return false;
  if (typeof value !== "string") return true;
  const { texts, expressions } = splitTemplate(value);
  return texts !== "" || expressions.some(hasLiteral);
}

/** Paths of variables and locals that the value's expressions name, such as `var.token` and `local.login.password`. */
export function findReferences(value: unknown): string[][] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(findReferences);
  if (typeof value !== "string") return [];
  return splitTemplate(value).expressions.flatMap((expression) => {
    const dotted = expression.replace(index, ".$<key>").replace(literal, "");
    return [...dotted.matchAll(reference)].map(([path]) => path.split("."));
  });
}

const literal = /"(?:[^"\\]|\\.)*"/g;
const index = /\[\s*"?(?<key>[\w-]+)"?\s*\]/g;
const reference = /(?<![\w.-])(?:var|local)(?:\.[\w-]+)+/g;
/** Functions whose literals choose or take away something, and are not in the result. */
const choosing: ReadonlySet<string> = new Set(["file", "lookup", "regex", "split", "trim", "trimprefix", "trimsuffix"]);

interface Template {
  /** Everything outside expressions, joined. */
  readonly texts: string;
  readonly expressions: readonly string[];
}

function splitTemplate(text: string): Template {
  const expressions: string[] = [];
  let texts = "";
  for (let at = 0; at < text.length;) {
    const opening = /^([$%])(\1?)\{/.exec(text.slice(at, at + 3));
    if (opening === null || opening[2] !== "") {
      const length = opening?.[0].length ?? 1;
      texts += text.slice(at, at + length);
      at += length;
      continue;
    }
    const end = endOfExpression(text, at + 2);
    expressions.push(text.slice(at + 2, end));
    at = end + 1;
  }
  return { texts, expressions };
}

/** Where the brace stands that closes an expression; the end of the text where none does. */
function endOfExpression(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}]/g;
  token.lastIndex = start;
  let depth = 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === "{") depth += 1;
    if (match[0] === "}") depth -= 1;
    if (depth === 0) return match.index;
  }
  return text.length;
}

/** True when an expression has a literal that is neither empty, nor a key, nor compared with, nor what a function chooses by. */
function hasLiteral(expression: string): boolean {
  const calls: string[] = [];
  const token = /"(?:[^"\\]|\\.)*"|([A-Za-z_][\w-]*)?\(|\)/g;
  for (const match of expression.matchAll(token)) {
    if (match[0] === ")") calls.pop();
    else if (match[0].endsWith("(")) calls.push(match[1] ?? "");
    else if (match[0] !== '""' && !choosing.has(calls.at(-1) ?? "") && !isKey(expression, match)) return true;
  }
  return false;
}

function isKey(expression: string, { index, 0: text }: RegExpExecArray): boolean {
  const before = expression.slice(Math.max(0, index - 16), index);
  const after = expression.slice(index + text.length, index + text.length + 16);
  return /[\w\])]\[\s*$|[=!]=\s*$/.test(before) || /^\s*[=!]=/.test(after);
}
