// Turns nodes of tree-sitter's HCL grammar into expressions.
import type { Node } from "web-tree-sitter";
import type { Expression, ObjectEntry } from "./expression.ts";
import { readHeredoc, unescapeQuoted } from "./text-literal.ts";

/** @param node of the kind `expression` */
export function readExpression(node: Node): Expression {
  const [head, ...rest] = node.namedChildren.filter(({ type }) => type !== "comment");
  if (head === undefined) return { kind: "other" };
  if (head.type === "variable_expr") return readReference(head, rest);
  const read = readers[head.type]?.(head) ?? { kind: "other" };
  if (rest.length === 0) return read;
  const path = readSteps(rest);
  return path === undefined ? { kind: "other" } : { kind: "access", of: read, path };
}

const readers: Readonly<Record<string, (node: Node) => Expression>> = {
  // Parentheses.
  expression: readExpression,
  literal_value: readLiteral,
  template_expr: readTemplate,
  collection_value: readCollection,
  function_call: readCall,
  conditional: readConditional,
  operation: readOperation,
  for_expr: readFor,
};

function readLiteral(node: Node): Expression {
  const literal = node.namedChildren[0];
  switch (literal?.type) {
    case "string_lit":
      return { kind: "literal", value: unescapeQuoted(literal.text.slice(1, -1)) };
    case "numeric_lit":
      return { kind: "literal", value: Number(literal.text) };
    case "bool_lit":
      return { kind: "literal", value: literal.text === "true" };
    case "null_lit":
      return { kind: "literal", value: null };
    default:
      return { kind: "other" };
  }
}

/** Text around an interpolation makes it a text; an interpolation alone is what is in it. */
function readTemplate(node: Node): Expression {
  const template = node.namedChildren[0];
  const parts = childrenOf(template).filter(({ type }) => type.startsWith("template_"));
  const isText = parts.every(({ type }) => type === "template_literal");
  if (template?.type === "heredoc_template") {
    return isText ? { kind: "literal", value: readHeredoc(template.text) } : { kind: "template" };
  }
  const [only] = parts;
  const inner = parts.length === 1 && only?.type === "template_interpolation" ? expressionsOf(only)[0] : undefined;
  return inner === undefined ? { kind: "template" } : readExpression(inner);
}

function readCollection(node: Node): Expression {
  const collection = node.namedChildren[0];
  if (collection?.type !== "object") return { kind: "list", items: expressionsOf(collection).map(readExpression) };
  const elements = childrenOf(collection).filter(({ type }) => type === "object_elem");
  return { kind: "object", entries: elements.map(readEntry) };
}

function readEntry(element: Node): ObjectEntry {
  const [key, value] = expressionsOf(element);
  return { name: keyOf(key), value: value === undefined ? { kind: "other" } : readExpression(value) };
}

/** A word stands for itself. */
function keyOf(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const key = readExpression(node);
  if (key.kind === "literal" && typeof key.value === "string") return key.value;
  const isWord = key.kind === "reference" && key.path.length === 1 && node.namedChildren[0]?.type === "variable_expr";
  return isWord ? key.path[0] : undefined;
}

function readCall(node: Node): Expression {
  const name = childrenOf(node).find(({ type }) => type === "identifier");
  const list = childrenOf(node).find(({ type }) => type === "function_arguments");
  const isSpread = childrenOf(list).some(({ type }) => type === "ellipsis");
  // How many arguments `f(x...)` has is not known.
  return { kind: "call", name: name?.text ?? "", arguments: isSpread ? [] : expressionsOf(list).map(readExpression) };
}

function readConditional(node: Node): Expression {
  const [, whenTrue, whenFalse] = expressionsOf(node);
  if (whenTrue === undefined || whenFalse === undefined) return { kind: "other" };
  return { kind: "conditional", whenTrue: readExpression(whenTrue), whenFalse: readExpression(whenFalse) };
}

function readOperation(node: Node): Expression {
  const operation = node.namedChildren[0];
  const operator = operation?.children.find(({ isNamed }) => !isNamed);
  return { kind: "operation", operator: operator?.text ?? "" };
}

function readFor(node: Node): Expression {
  const inner = node.namedChildren[0];
  const values = expressionsOf(inner);
  const value = values.at(inner?.type === "for_object_expr" ? 1 : 0);
  if (value === undefined) return { kind: "other" };
  if (inner?.type !== "for_object_expr") return { kind: "for-list", value: readExpression(value) };
  const isGrouped = childrenOf(inner).some(({ type }) => type === "ellipsis");
  return { kind: "for-object", value: readExpression(value), isGrouped };
}

function readReference(head: Node, steps: readonly Node[]): Expression {
  const last = steps.at(-1);
  const hasSplat = last?.type === "splat";
  const path = readSteps(hasSplat ? steps.slice(0, -1) : steps);
  if (path === undefined) return { kind: "other" };
  if (hasSplat) return readSplat([head.text, ...path], last);
  return { kind: "reference", path: [head.text, ...path] };
}

/** @returns names, and undefined for each index; undefined when there is something else among them */
function readSteps(steps: readonly Node[]): (string | undefined)[] | undefined {
  if (!steps.every(({ type }) => type === "get_attr" || type === "index")) return undefined;
  return steps.map(({ type, namedChildren }) => (type === "get_attr" ? namedChildren[0]?.text : undefined));
}

/** What follows `[*]` is done with each; what follows `.*` only up to an index, which is one of the list. */
function readSplat(path: readonly (string | undefined)[], node: Node): Expression {
  const splat = node.namedChildren[0];
  const steps = readSteps(childrenOf(splat));
  if (steps === undefined) return { kind: "other" };
  const index = splat?.type === "attr_splat" ? steps.indexOf(undefined) : -1;
  const end = index === -1 ? steps.length : index;
  const each: Expression = { kind: "splat", path: [...path, undefined, ...steps.slice(0, end)] };
  return end === steps.length ? each : { kind: "access", of: each, path: steps.slice(end) };
}

function expressionsOf(node: Node | undefined): Node[] {
  return childrenOf(node).filter(({ type }) => type === "expression");
}

function childrenOf(node: Node | undefined): Node[] {
  return node?.namedChildren ?? [];
}
