// Numbers such as `1e3`, which HCL has and tree-sitter's grammar takes only with a fraction, as `1.0e3`; HCL Native Syntax
// Specification, "Numeric Literals". Where the grammar fails at one, the text is parsed again with another number in its place.
import type { Node, Parser, Tree } from "web-tree-sitter";

/** Behind the digits; letters directly behind a number mean nothing else. */
const exponent = /[eE][+-]?\d+/y;

/**
 * Parses a text.
 * @param replace another spelling of a number, given its digits and its exponent, that the grammar takes
 */
export function parseWithExponents(
  parser: Parser,
  text: string,
  replace: (digits: string, exponent: string) => string,
): Tree | null {
  let written = text;
  for (;;) {
    const tree = parser.parse(written);
    const found = tree?.rootNode.hasError === true ? findExponents(tree.rootNode, written) : [];
    if (found.length === 0) return tree;
    tree?.delete();
    // From the last to the first, so that the offsets stay right. Each round leaves fewer of them.
    for (const { start, end, digits } of found.toReversed()) {
      written =
        written.slice(0, start) + replace(digits, written.slice(start + digits.length, end)) + written.slice(end);
    }
  }
}

interface FoundExponent {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
}

/** In the order of the text. */
function findExponents(node: Node, text: string): FoundExponent[] {
  if (node.type !== "numeric_lit") return node.children.flatMap((child) => findExponents(child, text));
  exponent.lastIndex = node.endIndex;
  const isFollowed = exponent.test(text);
  return isFollowed ? [{ start: node.startIndex, end: exponent.lastIndex, digits: node.text }] : [];
}
