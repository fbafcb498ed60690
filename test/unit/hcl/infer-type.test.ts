import type { Attribute } from "../../../src/hcl/block.ts";
import { loadExpressionParser, type ParseExpression } from "../../../src/hcl/hcl-parser.ts";
import { createTypeInference } from "../../../src/hcl/infer-type.ts";
import { expressionOf } from "../../../src/hcl/module-interface.ts";
import { formatValueType, readTypeExpression, type ValueType } from "../../../src/hcl/value-type.ts";

describe("the type of an expression", () => {
  let parse: ParseExpression;
  beforeAll(async () => {
    parse = await loadExpressionParser();
  });
  const typeOf = (text: string): ValueType => {
    const type = readTypeExpression(parse(text) ?? { kind: "other" });
    if (type === undefined) throw new Error(`${text} is no type`);
    return type;
  };
  const attribute = (expression: string): Attribute => ({
    value: undefined,
    expression,
    range: undefined,
    line: 1,
  });
  const infer = (text: string): string | undefined => {
    const variables = new Map([
      ["name", typeOf("string")],
      ["zones", typeOf("list(string)")],
      ["ports", typeOf("set(number)")],
      ["nets", typeOf("map(object({ cidr = string, tags = map(string) }))")],
      ["anything", typeOf("any")],
      ["pair", typeOf("tuple([string, number])")],
    ]);
    const locals = new Map([
      ["count", attribute("length(var.zones)")],
      ["copy", attribute("local.count")],
      ["round", attribute("local.trip")],
      ["trip", attribute("local.round")],
      ["config", attribute('{ a = { b = "x" } }')],
    ]);
    const type = createTypeInference(variables, locals, (one) => expressionOf(one, parse))(attribute(text));
    return type === undefined ? undefined : formatValueType(type);
  };

  it.each([
    ['"a"', "string"],
    ['"a ${b}"', "string"],
    ["1", "number"],
    ["true", "bool"],
    ["var.name", "string"],
    ['"${var.ports}"', "set(number)"],
    ["var.zones[0]", "string"],
    ['var.nets["a"].cidr', "string"],
    ["var.nets.a.tags", "map(string)"],
    ["var.nets", "map(object({ cidr = string, tags = map(string) }))"],
    ["local.count", "number"],
    ["local.copy", "number"],
    ["local.config.a.b", "string"],
    ["path.module", "string"],
    ["terraform.workspace", "string"],
    ["aws_vpc.this.id", "string"],
    ["aws_vpc.this[0].id", "string"],
    ["data.aws_vpc.this.id", "string"],
    ["aws_subnet.this[*].id", "list(string)"],
    ["aws_subnet.this.*.id", "list(string)"],
    ["aws_subnet.this.*.id[0]", "string"],
    ["[for one in aws_subnet.this : one.arn]", "list(string)"],
    ["var.zones[*]", "list(string)"],
    ["a == b", "bool"],
    ["!a", "bool"],
    ["a && b", "bool"],
    ["-a", "number"],
    ["a + 1", "number"],
    ["length(a)", "number"],
    ['join(",", a)', "string"],
    ["core::upper(a)", "string"],
    ["keys(a)", "list(string)"],
    ["can(a)", "bool"],
    ["toset(var.zones)", "set(string)"],
    ["tolist(var.ports)", "list(number)"],
    ["one(var.zones)", "string"],
    ["sensitive(var.name)", "string"],
    ["values(var.nets)", "list(object({ cidr = string, tags = map(string) }))"],
    ["try(aws_vpc.this[0].id, null)", "string"],
    ['try(aws_vpc.this[0].arn, "")', "string"],
    ["try(var.zones, [])", "list(string)"],
    ["coalesce(var.name, foo.bar.baz)", "string"],
    ['concat(aws_vpc.this.*.id, [""])', "list(string)"],
    ['concat(aws_vpc.this[*].id, [""], [])[0]', "string"],
    ['lookup(var.nets, "a", null).cidr', "string"],
    ["length(a)", "number"],
    ['a ? "x" : "y"', "string"],
    ['a ? "x" : null', "string"],
    ["a ? null : 1", "number"],
    ["a ? var.zones : []", "list(string)"],
    ["a ? [] : var.zones", "list(string)"],
    ['["a", "b"]', "list(string)"],
    ['["a", 1]', "tuple([string, number])"],
    ['{ a = 1, "b c" = "x", d = foo.bar.baz }', 'object({ a = number, "b c" = string, d = any })'],
    ['[for x in y : "${x}-1"]', "list(string)"],
    ['{ for k, v in y : k => "a${v}" }', "map(string)"],
    ['{ for k, v in y : k => "a${v}"... }', "map(list(string))"],
  ])("%s is %s", (text, type) => {
    expect(infer(text)).toBe(type);
  });

  it.each([
    "null",
    "aws_vpc.this.cidr",
    'try(foo.bar.baz, "")',
    "try(var.name, 1)",
    "try()",
    "concat(var.zones, foo.bar.baz)",
    "concat(var.zones, [1])",
    "concat()",
    "concat(var.zones...)",
    "f(1)[0]",
    "var.zones[*].a.b",
    "aws_vpc.this",
    "module.a.id",
    "each.value.id",
    "self.id",
    "var.anything",
    "var.anything.a",
    "var.missing",
    "var.nets.a.missing",
    "var.pair[0]",
    "local.missing",
    "local.round",
    "foo(a)",
    "merge(a, b)",
    "tolist(foo.bar.baz)",
    'a ? "x" : 1',
    "[foo.bar.baz]",
    "[for x in y : x]",
    "{ for k, v in y : k => v }",
    '{ (a) = "x" }',
    "f(1).id",
  ])("%s is not known", (text) => {
    expect(infer(text)).toBeUndefined();
  });
});
