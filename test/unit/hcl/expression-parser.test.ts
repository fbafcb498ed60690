import { loadExpressionParser, type ParseExpression } from "../../../src/hcl/hcl-parser.ts";

describe("the expression parser", () => {
  let parse: ParseExpression;
  beforeAll(async () => {
    parse = await loadExpressionParser();
  });
  const literal = (value: unknown) => ({ kind: "literal", value });
  const reference = (...path: unknown[]) => ({ kind: "reference", path });

  it.each([
    ['"a"', literal("a")],
    ['""', literal("")],
    ['"a\\n\\u00e9$${x}"', literal("a\né${x}")],
    ["12", literal(12)],
    ["1.5", literal(1.5)],
    ["1e3", literal(1000)],
    ["12E-1", literal(1.2)],
    ["1.5e+2", literal(150)],
    ["true", literal(true)],
    ["null", literal(null)],
    ["(null)", literal(null)],
    ['"a ${b}"', { kind: "template" }],
    ['"%{ if a }b%{ endif }"', { kind: "template" }],
    ['"${var.a}"', reference("var", "a")],
    ["var.a", reference("var", "a")],
    ["(var.a)", reference("var", "a")],
    ['a.b[0].c["k"]', reference("a", "b", undefined, "c", undefined)],
    ["a.b.0.c", reference("a", "b", undefined, "c")],
    ["a.b[*].c", { kind: "splat", path: ["a", "b", undefined, "c"] }],
    ["a.b.*.c", { kind: "splat", path: ["a", "b", undefined, "c"] }],
    ["a.b[*].c[0]", { kind: "splat", path: ["a", "b", undefined, "c", undefined] }],
    [
      "a.b.*.c[0].d",
      { kind: "access", of: { kind: "splat", path: ["a", "b", undefined, "c"] }, path: [undefined, "d"] },
    ],
    ["[]", { kind: "list", items: [] }],
    ["[1, a]", { kind: "list", items: [literal(1), reference("a")] }],
    [
      '{ a = 1, "b" = 2, (c) = 3, "${d}" = 4, e.f = 5 }',
      {
        kind: "object",
        entries: [
          { name: "a", value: literal(1) },
          { name: "b", value: literal(2) },
          { name: undefined, value: literal(3) },
          { name: undefined, value: literal(4) },
          { name: undefined, value: literal(5) },
        ],
      },
    ],
    ['f("a", 1)', { kind: "call", name: "f", arguments: [literal("a"), literal(1)] }],
    ["core::f(1,)", { kind: "call", name: "core::f", arguments: [literal(1)] }],
    ["f(a...)", { kind: "call", name: "f", arguments: [] }],
    ["f(\n  # why\n  1\n)", { kind: "call", name: "f", arguments: [literal(1)] }],
    ["f(1).a[0]", { kind: "access", of: { kind: "call", name: "f", arguments: [literal(1)] }, path: ["a", undefined] }],
    ["f(1)[*].a", { kind: "other" }],
    ["a[*].b[*].c", { kind: "other" }],
    ["a ? 1 : 2", { kind: "conditional", whenTrue: literal(1), whenFalse: literal(2) }],
    ["a == b", { kind: "operation", operator: "==" }],
    ["!a", { kind: "operation", operator: "!" }],
    ["a + 1", { kind: "operation", operator: "+" }],
    ["[for x in y : x.z if x.a]", { kind: "for-list", value: reference("x", "z") }],
    ["{ for k, v in y : k => v.z }", { kind: "for-object", value: reference("v", "z"), isGrouped: false }],
    ["{ for k, v in y : v.z => k... }", { kind: "for-object", value: reference("k"), isGrouped: true }],
  ])("reads %s", (text, expression) => {
    expect(parse(text)).toEqual(expression);
  });

  it.each([
    ["<<EOT\na\n  b\nEOT", "a\n  b\n"],
    ["<<-EOT\n    a\n\n      b\n    EOT", "a\n\n  b\n"],
    ["<<EOT\n$${a} %%{b}\\n\nEOT", "${a} %{b}\\n\n"],
    ["<<EOT\r\na\r\nEOT", "a\n"],
    ["<<EOT\nEOT", ""],
  ])("reads the heredoc %j", (text, value) => {
    expect(parse(text)).toEqual(literal(value));
  });

  it("knows that a heredoc has something to evaluate", () => {
    expect(parse("<<EOT\n${a}\nEOT")).toEqual({ kind: "template" });
  });

  it.each(["", "a }", "1 2", "a\nb = 1", "a-${b}", "a}-${b", "[", "{ a = }", "1e", "1ex", "1 e3"])(
    "has nothing for %j",
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );

  it("has nothing for what is nested without end, and goes on", () => {
    const depth = 50_000;
    expect(parse(`${"[".repeat(depth)}${"]".repeat(depth)}`)).toBeUndefined();
    expect(parse("1")).toEqual(literal(1));
  });
});
