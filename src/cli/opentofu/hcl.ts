// Reads the syntax of OpenTofu's CLI configuration, HCL 1 without interpolation; github.com/hashicorp/hcl, hcl/scanner and hcl/parser.
//
//   file   = { item [ "," ] }
//   item   = key { key } ( "=" value | object )        key = identifier | string
//   value  = string | heredoc | number | "true" | "false" | list | object
//   list   = "[" [ value { "," value } [ "," ] ] "]"    object = "{" { item [ "," ] } "}"
import { InputError } from "../../base/errors.ts";

export interface HclItem {
  /** `oci_credentials "ghcr.io" { … }` has two. */
  readonly keys: readonly string[];
  /** True for `key = value`, false for a block. */
  readonly assigned: boolean;
  readonly value: HclValue;
  /** Where the item begins and ends in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

export interface HclObject {
  readonly items: readonly HclItem[];
}

export type HclValue = string | number | boolean | readonly HclValue[] | HclObject;

/** Deeper nesting than any configuration has; a bound for the parser's stack. */
const maxDepth = 100;

/** @throws InputError CLI_CONFIGURATION_INVALID with the line that cannot be read; never with its text, which may hold a secret */
export function parseHcl(text: string): HclObject {
  const scanner = new Scanner(text);
  const items = parseItems(scanner, "end", 0);
  return { items };
}

export function isHclObject(value: HclValue): value is HclObject {
  return typeof value === "object" && !Array.isArray(value);
}

type Token =
  | { readonly kind: "end" | "=" | "{" | "}" | "[" | "]" | "," }
  | { readonly kind: "identifier" | "string"; readonly text: string }
  | { readonly kind: "number"; readonly value: number };

function parseItems(scanner: Scanner, closing: "end" | "}", depth: number): HclItem[] {
  if (depth > maxDepth) throw scanner.invalid("less nesting");
  const items: HclItem[] = [];
  while (scanner.peek().kind !== closing) {
    items.push(parseItem(scanner, depth));
    if (scanner.peek().kind === ",") scanner.next();
  }
  scanner.next();
  return items;
}

function parseItem(scanner: Scanner, depth: number): HclItem {
  const start = scanner.peekStart();
  const keys: string[] = [];
  for (;;) {
    const token = scanner.next();
    if (token.kind === "identifier" || token.kind === "string") {
      keys.push(token.text);
      continue;
    }
    if (keys.length === 0 || (token.kind !== "=" && token.kind !== "{")) throw scanner.invalid("a name, = or {");
    if (token.kind === "=" && keys.length > 1) throw scanner.invalid("{ after a label");
    const assigned = token.kind === "=";
    const value = assigned ? parseValue(scanner, depth) : { items: parseItems(scanner, "}", depth + 1) };
    return { keys, assigned, value, start, end: scanner.position };
  }
}

function parseValue(scanner: Scanner, depth: number): HclValue {
  const token = scanner.next();
  switch (token.kind) {
    case "string":
      return token.text;
    case "number":
      return token.value;
    case "{":
      return { items: parseItems(scanner, "}", depth + 1) };
    case "[":
      return parseList(scanner, depth + 1);
    case "identifier":
      if (token.text === "true" || token.text === "false") return token.text === "true";
      throw scanner.invalid("a value");
    default:
      throw scanner.invalid("a value");
  }
}

function parseList(scanner: Scanner, depth: number): HclValue[] {
  if (depth > maxDepth) throw scanner.invalid("less nesting");
  const values: HclValue[] = [];
  while (scanner.peek().kind !== "]") {
    values.push(parseValue(scanner, depth));
    if (scanner.peek().kind === ",") scanner.next();
    else if (scanner.peek().kind !== "]") throw scanner.invalid(", or ]");
  }
  scanner.next();
  return values;
}

const blank = /(?:[\s\ufeff]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const identifier = /[\p{L}_][\p{L}\p{Nd}_.-]*/uy;
const number = /-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
/** A quoted string; `${…}` may hold quotes of its own, which HCL 1 keeps as text. */
const quoted = /"(?<body>(?:\\[\s\S]|\$\{[^}\n]*\}|[^"\\\n])*)"/y;
const heredoc = /<<(?<indented>-?)(?<marker>[\p{L}\p{Nd}_]+)\r?\n/uy;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };

class Scanner {
  readonly #text: string;
  #position = 0;
  #ahead: { readonly token: Token; readonly start: number; readonly end: number } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Behind the token that was taken last. */
  get position(): number {
    return this.#position;
  }

  peek(): Token {
    return this.#look().token;
  }

  peekStart(): number {
    return this.#look().start;
  }

  next(): Token {
    const { token, end } = this.#look();
    this.#position = end;
    this.#ahead = undefined;
    return token;
  }

  invalid(expected: string): InputError {
    const line = this.#text.slice(0, this.#position).split("\n").length;
    return new InputError("CLI_CONFIGURATION_INVALID", `line ${line} cannot be read, expected ${expected}`, {
      expected,
    });
  }

  #look(): { readonly token: Token; readonly start: number; readonly end: number } {
    this.#ahead ??= this.#scan();
    return this.#ahead;
  }

  #scan(): { readonly token: Token; readonly start: number; readonly end: number } {
    const start = this.#position + (this.#match(blank, this.#position)?.[0].length ?? 0);
    const here = this.#text.charAt(start);
    if (here === "") return { token: { kind: "end" }, start, end: start };
    if (here === "=" || here === "{" || here === "}" || here === "[" || here === "]" || here === ",") {
      return { token: { kind: here }, start, end: start + 1 };
    }
    const scanned = this.#scanWord(start);
    if (scanned === undefined) {
      this.#position = start;
      throw this.invalid("a name, a value or a bracket");
    }
    return { ...scanned, start };
  }

  #scanWord(start: number): { readonly token: Token; readonly end: number } | undefined {
    const name = this.#match(identifier, start)?.[0];
    if (name !== undefined) return { token: { kind: "identifier", text: name }, end: start + name.length };
    const digits = this.#match(number, start)?.[0];
    if (digits !== undefined) return { token: { kind: "number", value: Number(digits) }, end: start + digits.length };
    const string = this.#match(quoted, start);
    if (string !== null) {
      return {
        token: { kind: "string", text: unescape(string.groups?.["body"] ?? "") },
        end: start + string[0].length,
      };
    }
    return this.#scanHeredoc(start);
  }

  #scanHeredoc(start: number): { readonly token: Token; readonly end: number } | undefined {
    const head = this.#match(heredoc, start);
    const { marker, indented } = head?.groups ?? {};
    if (head === null || marker === undefined) return undefined;
    const bodyStart = start + head[0].length;
    const closing = new RegExp(`^[ \\t]*${marker}[ \\t]*\\r?$`, "m").exec(this.#text.slice(bodyStart));
    if (closing === null) return undefined;
    const body = this.#text.slice(bodyStart, bodyStart + closing.index);
    const text = indented === "-" ? body.replace(/^[ \t]+/gm, "") : body;
    return { token: { kind: "string", text }, end: bodyStart + closing.index + closing[0].length };
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }
}

function unescape(body: string): string {
  return body.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([\s\S]))/g, (_, ...groups) => {
    const [short, long, byte, letter] = groups as (string | undefined)[];
    const code = short ?? long ?? byte;
    if (code !== undefined) return toCharacter(Number.parseInt(code, 16));
    return escapes[letter ?? ""] ?? letter ?? "";
  });
}

function toCharacter(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : "\ufffd";
}
