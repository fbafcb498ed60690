import { loadHclParser, type ParseHcl } from "../../../src/hcl/hcl-parser.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("the HCL parser", () => {
  let parse: ParseHcl;
  beforeAll(async () => {
    parse = await loadHclParser();
  });
  const attribute = (expression: string) => parse(`a {\n  x = ${expression}\n}\n`, "main.tf")[0]?.attributes.get("x");

  it.each([
    ['"text"', "text"],
    ['""', ""],
    ['"  blanks at both ends "', "  blanks at both ends "],
    ['"é😀"', "é😀"],
    [String.raw`"a \"b\" \\ \t \n \r"`, 'a "b" \\ \t \n \r'],
    [String.raw`"\u00e9 \U0001F600"`, "é 😀"],
    ['"$${x} %%{y}"', "${x} %{y}"],
    ["true", true],
    ["false", false],
    ["12", undefined],
    ["1e3", undefined],
    ["[1E+3, 2e-10, 1.5e3, -4e2]", undefined],
    ['f("1e3", e3, 5e0)', undefined],
    ["null", undefined],
    ["var.x", undefined],
    ['"a ${var.x}"', undefined],
    ['"%{ if true }a%{ endif }"', undefined],
    ['upper("a")', undefined],
    ['["a"]', undefined],
    ["<<EOT\na\nEOT", undefined],
  ])("reads %s as %j", (expression, value) => {
    expect(attribute(expression)).toMatchObject({ value, expression });
  });

  it("says where a text stands, whatever stands before it", () => {
    const text = '\uFEFF# é😀\r\nmodule "a" {\r\n  source = "oci://h/é😀" # c\r\n}\r\n';
    const found = parse(text, "main.tf")[0]?.attributes.get("source");
    expect(text.slice(found?.range?.start, found?.range?.end)).toBe("oci://h/é😀");
    expect(found).toMatchObject({ value: "oci://h/é😀", line: 3 });
  });

  it("has no place for a text that is written with escapes", () => {
    expect(attribute(String.raw`"\u0061"`)).toMatchObject({ value: "a", range: undefined });
  });

  it("reads blocks, labels with and without quotes, nested blocks and lines", () => {
    const [one, two] = parse('resource "a" b {\n  x = 1\n  inner "l" {\n    y = "z"\n  }\n}\nlocals {}\n', "main.tf");
    expect(one).toMatchObject({ type: "resource", labels: ["a", "b"], line: 1 });
    expect(one?.blocks).toMatchObject([{ type: "inner", labels: ["l"], line: 3 }]);
    expect(one?.blocks[0]?.attributes.get("y")?.value).toBe("z");
    expect(two).toMatchObject({ type: "locals", labels: [], line: 7, blocks: [] });
  });

  it("reads nothing from an empty file", () => {
    expect(parse("", "main.tf")).toEqual([]);
    expect(parse("# a comment\n", "main.tf")).toEqual([]);
  });

  it.each([
    ['module "a" {\n  source =\n}\n', 2],
    ['module "a" {\n}\n\nmodule {{\n', 4],
    ["}\n", 1],
  ])("refuses %j and names the line %i or a later one", (text, line) => {
    const error = thrownBy(() => parse(text, "main.tf"));
    expect(error).toMatchObject({ code: "CONFIGURATION_INVALID" });
    expect(Number(/line (\d+)/.exec(error.message)?.[1])).toBeGreaterThanOrEqual(line);
  });
});
