// Reads HCL's native syntax with tree-sitter's grammar; HCL Native Syntax Specification.
import { Language, type Node, Parser } from "web-tree-sitter";
import { InputError } from "../base/errors.ts";
import type { Attribute, Block, TextRange } from "./block.ts";
import { readGrammar } from "./grammar.ts";

/**
 * @param file name for messages
 * @throws InputError CONFIGURATION_INVALID with the line of the first mistake
 */
export type ParseHcl = (text: string, file: string) => readonly Block[];

/** Loads the parser, which takes some 20 ms; what it returns may be called often. */
export async function loadHclParser(): Promise<ParseHcl> {
  const { runtime, language } = readGrammar();
  await Parser.init({ wasmBinary: runtime });
  const parser = new Parser().setLanguage(await Language.load(language));
  return (text, file) => {
    // A byte order mark is allowed and means nothing; a blank in its place keeps all offsets.
    const tree = parser.parse(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text);
    if (tree === null) throw invalid(file, 1);
    try {
      if (tree.rootNode.hasError) throw invalid(file, findMistake(tree.rootNode));
      return blocksIn(childOf(tree.rootNode, "body"));
    } finally {
      tree.delete();
    }
  };
}

function blocksIn(body: Node | undefined): Block[] {
  return childrenOf(body, "block").map((block) => {
    const [type, ...labels] = block.namedChildren.filter(
      ({ type: kind }) => kind === "identifier" || kind === "string_lit",
    );
    const inner = childOf(block, "body");
    return {
      type: type?.text ?? "",
      labels: labels.map((label) => (label.type === "identifier" ? label.text : unescape(quoted(label)))),
      attributes: new Map(childrenOf(inner, "attribute").map(readAttribute)),
      blocks: blocksIn(inner),
      line: lineOf(block),
      constructPath: undefined,
    };
  });
}

function readAttribute(attribute: Node): [string, Attribute] {
  const expression = childOf(attribute, "expression");
  const literal = childOf(expression, "literal_value")?.namedChildren[0];
  const text = literal?.type === "string_lit" ? quoted(literal) : undefined;
  const value = text === undefined ? switchOf(literal) : unescape(text);
  const read = {
    value,
    expression: expression?.text ?? "",
    range: literal !== undefined && text !== undefined && text === value ? rangeInQuotes(literal) : undefined,
    line: lineOf(attribute),
  };
  return [childOf(attribute, "identifier")?.text ?? "", read];
}

function switchOf(literal: Node | undefined): boolean | undefined {
  return literal?.type === "bool_lit" ? literal.text === "true" : undefined;
}

/** What stands between the quotes; the grammar's own node leaves out blanks at its ends. */
function quoted(literal: Node): string {
  return literal.text.slice(1, -1);
}

function rangeInQuotes({ startIndex, endIndex }: Node): TextRange {
  return { start: startIndex + 1, end: endIndex - 1 };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Backslash escapes, and `$${` and `%%{` for what would begin a template. */
function unescape(text: string): string {
  return text.replace(
    /\\(?:u(?<short>[0-9a-fA-F]{4})|U(?<long>[0-9a-fA-F]{8})|(?<one>[\s\S]))|(?<sign>[$%])\k<sign>\{/g,
    (_match, short?: string, long?: string, one?: string, sign?: string) => {
      const code = short ?? long;
      if (code !== undefined) return codePoint(Number.parseInt(code, 16));
      return one === undefined ? `${sign ?? ""}{` : (escapes[one] ?? one);
    },
  );
}

function codePoint(code: number): string {
  return code > 0x10ffff ? "\uFFFD" : String.fromCodePoint(code);
}

function findMistake(node: Node): number {
  const inner = node.children.find((child) => child.hasError);
  return node.isError || node.isMissing || inner === undefined ? lineOf(node) : findMistake(inner);
}

function childOf(node: Node | undefined, type: string): Node | undefined {
  return childrenOf(node, type)[0];
}

function childrenOf(node: Node | undefined, type: string): Node[] {
  return node?.namedChildren.filter((child) => child.type === type) ?? [];
}

function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

function invalid(file: string, line: number): InputError {
  return new InputError("CONFIGURATION_INVALID", `${file} cannot be read, line ${line} is not HCL`, { path: file });
}
