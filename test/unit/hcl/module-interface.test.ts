import type { ConfigurationModule } from "../../../src/hcl/configuration.ts";
import { loadExpressionParser, loadHclParser } from "../../../src/hcl/hcl-parser.ts";
import { parseJsonConfiguration } from "../../../src/hcl/json-configuration.ts";
import { type ModuleInterface, readModuleInterface } from "../../../src/hcl/module-interface.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("the interface of a module", () => {
  let read: (files: Readonly<Record<string, string>>) => ModuleInterface;
  beforeAll(async () => {
    const [parse, parseExpression] = [await loadHclParser(), await loadExpressionParser()];
    read = (files) => {
      const module: ConfigurationModule = {
        directory: "/",
        files: Object.entries(files).map(([name, text]) => ({
          path: `/${name}`,
          name,
          text,
          blocks: name.endsWith(".json") ? parseJsonConfiguration(text, name) : parse(text, name),
          isOverride: name.includes("override"),
        })),
      };
      return readModuleInterface(module, parseExpression);
    };
  });
  const variable = (body: string) => read({ "main.tf": `variable "x" {\n${body}\n}\n` }).variables[0];
  const output = (body: string) => read({ "main.tf": `output "x" {\n${body}\n}\n` }).outputs[0];

  it("has nothing for a module that has neither", () => {
    expect(read({ "main.tf": "locals {}\n" })).toEqual({ variables: [], outputs: [] });
    expect(read({})).toEqual({ variables: [], outputs: [] });
  });

  it.each([
    ["", { type: { kind: "any" }, isRequired: true, isNullable: true, isSensitive: false, isEphemeral: false }],
    ["type = string", { type: { kind: "string" }, isRequired: true, defaultText: undefined }],
    ['default = "a"', { isRequired: false, defaultText: '"a"' }],
    ["default = null", { isRequired: false, defaultText: "null" }],
    ["default = {\n a = 1\n }", { isRequired: false, defaultText: "{\n a = 1\n }" }],
    ["nullable = false", { isNullable: false }],
    ['nullable = "false"', { isNullable: false }],
    ["nullable = true", { isNullable: true }],
    ["sensitive = true", { isSensitive: true }],
    ['sensitive = "true"', { isSensitive: true }],
    ["ephemeral = true", { isEphemeral: true }],
    ['description = "a"', { description: "a" }],
    ["description = <<-EOT\n  a\n    b\n  EOT", { description: "a\n  b\n" }],
    ['deprecated = "use y"', { deprecated: "use y" }],
    ['validation {\n condition = true\n error_message = ""\n}', { isRequired: true }],
  ])("of the variable { %s }", (body, expected) => {
    expect(variable(body)).toMatchObject(expected);
  });

  it.each([
    ['value = "a"', { type: { kind: "string" } }],
    ["value = foo.bar.baz", { type: undefined }],
    ['value = 1\ndescription = "d"\nsensitive = true', { description: "d", isSensitive: true }],
    ["value = 1\nephemeral = true", { isEphemeral: true }],
  ])("of the output { %s }", (body, expected) => {
    expect(output(body)).toMatchObject(expected);
  });

  it("is the same from JSON", () => {
    const json = {
      variable: {
        name: { type: "string", description: "d", default: "a" },
        nets: [{ type: "map(object({ cidr = optional(string) }))", default: {}, nullable: false }],
        none: { type: "string", default: null, sensitive: true },
        bare: {},
        many: { type: "list(string)", default: ["a", "${b}"] },
      },
      locals: { n: "${length(var.many)}" },
      output: {
        whole: { value: "${var.name}" },
        part: { value: "a-${var.name}" },
        parts: { value: "${var.name}-${var.name}" },
        text: { value: "x", sensitive: true },
        many: { value: ["a", "b"] },
        n: { value: "${local.n}" },
      },
    };
    const { variables, outputs } = read({ "main.tf.json": JSON.stringify(json) });
    expect(variables).toMatchObject([
      { name: "bare", isRequired: true, type: { kind: "any" } },
      { name: "many", isRequired: false, type: { kind: "list" }, defaultText: '["a","${b}"]' },
      { name: "name", isRequired: false, type: { kind: "string" }, description: "d", defaultText: '"a"' },
      { name: "nets", isRequired: false, type: { kind: "map", element: { kind: "object" } }, isNullable: false },
      { name: "none", isRequired: false, isSensitive: true, defaultText: "null" },
    ]);
    expect(outputs.map(({ name, type }) => [name, type?.kind])).toEqual([
      ["many", "list"],
      ["n", "number"],
      ["part", "string"],
      ["parts", "string"],
      ["text", "string"],
      ["whole", "string"],
    ]);
  });

  it("is sorted, whatever the files", () => {
    const [one, two] = ['variable "b" {}\noutput "d" { value = 1 }\n', 'variable "a" {}\noutput "c" { value = 1 }\n'];
    const wanted = read({ "a.tf": one, "b.tf": two });
    expect(read({ "a.tf": two, "b.tf": one })).toEqual(wanted);
    expect(wanted.variables.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(wanted.outputs.map(({ name }) => name)).toEqual(["c", "d"]);
  });

  it("is changed by override files, attribute by attribute", () => {
    const { variables, outputs } = read({
      "main.tf": 'variable "x" {\n type = string\n description = "d"\n}\noutput "o" { value = var.x }\n',
      "override.tf": 'variable "x" {\n type = number\n default = 1\n}\n',
      "z_override.tf.json": '{ "output": { "o": { "sensitive": true } }, "variable": { "x": { "default": 2 } } }',
    });
    expect(variables).toMatchObject([
      { type: { kind: "number" }, description: "d", isRequired: false, defaultText: "2" },
    ]);
    expect(outputs).toMatchObject([{ type: { kind: "number" }, isSensitive: true }]);
  });

  it.each([
    [
      { "main.tf": '\nvariable "x" {\n  type = strng\n}\n' },
      "main.tf:2: variable x has a type that is none, got strng, expected such as list(string)",
    ],
    [
      { "main.tf": 'variable "x" {\n  type = "string"\n}\n' },
      'main.tf:1: variable x has a type that is none, got "string"',
    ],
    [
      { "v.tf.json": '{"variable":{"x":{"type":"list("}}}' },
      "v.tf.json: variable x has a type that is none, got list(",
    ],
    [
      { "a.tf": 'variable "x" {}\n', "b.tf": '\nvariable "x" {}\n' },
      "b.tf:2: variable x is declared twice, the first time in a.tf:1",
    ],
    [
      { "a.tf": 'output "x" { value = 1 }\noutput "x" { value = 2 }\n' },
      "a.tf:2: output x is declared twice, the first time in a.tf:1",
    ],
    [{ "override.tf": 'variable "x" {}\n' }, "override.tf:1: variable x is overridden and not declared"],
    [{ "a.tf": 'output "x" {}\n' }, "a.tf:1: output x has no value, expected one"],
    [{ "a.tf": "variable {}\n" }, "a.tf:1: variable has the name nothing, expected one identifier"],
    [{ "a.tf": 'variable "a" "b" {}\n' }, "a.tf:1: variable has the name a b, expected one identifier"],
    [{ "a.tf": 'variable "1" {}\n' }, "a.tf:1: variable has the name 1, expected one identifier"],
    [{ "a.tf.json": '{"variable":{"a*/b":{}}}' }, "a.tf.json: variable has the name a*/b, expected one identifier"],
    [{ "a.tf": 'variable "for_each" {}\n' }, "a.tf:1: variable has the name for_each, which is an argument of module"],
  ])("refuses %j with file and line", (files, message) => {
    const thrown = thrownBy(() => read(files));
    expect(thrown).toMatchObject({ code: "CONFIGURATION_INVALID", kind: "input" });
    expect((thrown as Error).message).toContain(message);
  });

  it("knows OpenTofu's identifiers", () => {
    expect(
      read({ "a.tf": 'variable "_a-b" {}\nvariable "ümlaut" {}\nvariable "__proto__" {}\n' }).variables,
    ).toHaveLength(3);
  });
});
