// Reads HCL's native syntax with tree-sitter's grammar; HCL Native Syntax Specification.
import { Language, type Node, Parser, type Tree } from "web-tree-sitter";
import { InputError } from "../base/errors.ts";
import type { Attribute, Block, TextRange } from "./block.ts";
import { parseWithExponents } from "./exponents.ts";
import type { Expression } from "./expression.ts";
import { readExpression } from "./expression-nodes.ts";
import { readGrammar } from "./grammar.ts";
import { unescapeQuoted } from "./text-literal.ts";

/**
 * @param file name for messages
 * @throws InputError CONFIGURATION_INVALID with the line of the first mistake
 */
export type ParseHcl = (text: string, file: string) => readonly Block[];

/** Reads an expression that stands alone; undefined when the text is none. */
export type ParseExpression = (text: string) => Expression | undefined;

/** Loads the parser, which takes some 20 ms; what it returns may be called often. */
export async function loadHclParser(): Promise<ParseHcl> {
  const parser = await loadParser();
  return (text, file) => {
    // A byte order mark is allowed and means nothing; a blank in its place keeps all offsets, and so do digits for an exponent.
    const source = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
    let tree: Tree | null = null;
    try {
      tree = parseWithExponents(parser, source, (digits, exponent) => digits + "0".repeat(exponent.length));
      if (tree === null) throw invalid(file, 1);
      if (tree.rootNode.hasError) throw invalid(file, findMistake(tree.rootNode));
      return blocksIn(childOf(tree.rootNode, "body"), source);
    } catch (thrown) {
      // Nobody nests blocks some thousands deep.
      if (thrown instanceof RangeError) throw invalid(file, 1);
      throw thrown;
    } finally {
      tree?.delete();
    }
  };
}

export async function loadExpressionParser(): Promise<ParseExpression> {
  const parser = await loadParser();
  return (text) => {
    let tree: Tree | null = null;
    try {
      tree = parseWithExponents(parser, `x = ${text}\n`, (digits, exponent) => `${digits}.0${exponent}`);
      const attributes = childrenOf(childOf(tree?.rootNode, "body"), "attribute");
      const expression = childOf(attributes[0], "expression");
      if (tree?.rootNode.hasError !== false || attributes.length !== 1 || expression === undefined) return undefined;
      return readExpression(expression);
    } catch (thrown) {
      if (thrown instanceof RangeError) return undefined;
      throw thrown;
    } finally {
      tree?.delete();
    }
  };
}

async function loadParser(): Promise<Parser> {
  const { runtime, language } = readGrammar();
  await Parser.init({ wasmBinary: runtime });
  return new Parser().setLanguage(await Language.load(language));
}

function blocksIn(body: Node | undefined, source: string): Block[] {
  return childrenOf(body, "block").map((block) => {
    const [type, ...labels] = block.namedChildren.filter(
      ({ type: kind }) => kind === "identifier" || kind === "string_lit",
    );
    const inner = childOf(block, "body");
    return {
      type: type?.text ?? "",
      labels: labels.map((label) => (label.type === "identifier" ? label.text : unescapeQuoted(quoted(label)))),
      attributes: new Map(childrenOf(inner, "attribute").map((attribute) => readAttribute(attribute, source))),
      blocks: blocksIn(inner, source),
      line: lineOf(block),
      constructPath: undefined,
    };
  });
}

function readAttribute(attribute: Node, source: string): [string, Attribute] {
  const expression = childOf(attribute, "expression");
  const literal = childOf(expression, "literal_value")?.namedChildren[0];
  const text = literal?.type === "string_lit" ? quoted(literal) : undefined;
  const value = text === undefined ? switchOf(literal) : unescapeQuoted(text);
  const read = {
    value,
    expression: source.slice(expression?.startIndex, expression?.endIndex ?? 0),
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
