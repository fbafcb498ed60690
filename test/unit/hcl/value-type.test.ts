import { loadExpressionParser, type ParseExpression } from "../../../src/hcl/hcl-parser.ts";
import { readTypeExpression } from "../../../src/hcl/value-type.ts";

describe("a type expression", () => {
  let parse: ParseExpression;
  beforeAll(async () => {
    parse = await loadExpressionParser();
  });
  const read = (text: string) => {
    const expression = parse(text);
    return expression === undefined ? undefined : readTypeExpression(expression);
  };
  const [string, number, bool, any] = [{ kind: "string" }, { kind: "number" }, { kind: "bool" }, { kind: "any" }];
  const attribute = (name: string, type: unknown, more: object = {}) => ({
    name,
    type,
    isOptional: false,
    default: undefined,
    ...more,
  });

  it.each([
    ["string", string],
    ["number", number],
    ["bool", bool],
    ["any", any],
    ["list", { kind: "list", element: any }],
    ["map", { kind: "map", element: any }],
    ["list(string)", { kind: "list", element: string }],
    ["set(number)", { kind: "set", element: number }],
    ["map(list(bool))", { kind: "map", element: { kind: "list", element: bool } }],
    ["tuple([string, any])", { kind: "tuple", elements: [string, any] }],
    ["tuple([])", { kind: "tuple", elements: [] }],
    ["object({})", { kind: "object", attributes: [] }],
    [
      "object({\n  a = string # why\n  b : number\n})",
      { kind: "object", attributes: [attribute("a", string), attribute("b", number)] },
    ],
    [
      'object({ a = optional(string), b = optional(string, "x"), c = optional(list(number), []), d = optional(any, null) })',
      {
        kind: "object",
        attributes: [
          attribute("a", string, { isOptional: true }),
          attribute("b", string, { isOptional: true, default: { kind: "literal", value: "x" } }),
          attribute("c", { kind: "list", element: number }, { isOptional: true, default: { kind: "list", items: [] } }),
          attribute("d", any, { isOptional: true }),
        ],
      },
    ],
  ])("is read from %s", (text, type) => {
    expect(read(text)).toEqual(type);
  });

  it.each([
    "text",
    "set",
    "tuple",
    "object",
    "optional(string)",
    "list()",
    "list(string, number)",
    "list(text)",
    "tuple(string)",
    "tuple([text])",
    "object(string)",
    "object({ a = text })",
    "object({ (a) = string })",
    "object({ a = optional() })",
    "object({ a = optional(string, 1, 2) })",
    "var.type",
    "foo(string)",
    '"string"',
    "1",
  ])("is none for %s", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it("is none when it is nested deeper than anybody writes", () => {
    const nested = (depth: number) => `${"list(".repeat(depth)}string${")".repeat(depth)}`;
    expect(read(nested(60))).toBeDefined();
    expect(read(nested(70))).toBeUndefined();
    expect(read(nested(20_000))).toBeUndefined();
  });
});
