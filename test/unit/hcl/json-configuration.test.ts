import { parseJsonConfiguration } from "../../../src/hcl/json-configuration.ts";
import { thrownBy } from "../../support/thrown.ts";

const parse = (document: unknown) => parseJsonConfiguration(JSON.stringify(document), "main.tf.json");

describe("JSON configuration", () => {
  it.each([
    [{ module: { a: { source: "x" } } }, "module", ["a"]],
    [{ module: [{ a: { source: "x" } }] }, "module", ["a"]],
    [{ module: { a: [{ source: "x" }] } }, "module", ["a"]],
    [{ resource: { t: { n: { source: "x" } } } }, "resource", ["t", "n"]],
    [{ resource: [{ t: [{ n: [{ source: "x" }] }] }] }, "resource", ["t", "n"]],
    [{ provider: { scalr: [{ source: "x" }] } }, "provider", ["scalr"]],
  ])("reads %j", (document, type, labels) => {
    const [block, ...rest] = parse({ "//": { note: "none" }, ...document });
    expect(rest).toEqual([]);
    expect(block).toMatchObject({ type, labels });
    expect(block?.attributes.get("source")?.value).toBe("x");
  });

  it.each([
    ["text", { value: "text", expression: "text" }],
    [true, { value: true, expression: "true" }],
    ["${scalr.eu}", { value: undefined, expression: "scalr.eu" }],
    ["a ${var.b}", { value: undefined, expression: "a ${var.b}" }],
    ["%{if true}a%{endif}", { value: undefined }],
    [{ a: 1 }, { value: undefined, expression: '{"a":1}' }],
  ])("reads the value %j", (value, expected) => {
    expect(parse({ module: { a: { source: value } } })[0]?.attributes.get("source")).toMatchObject(expected);
  });

  it("leaves out comments and attributes that are null", () => {
    const blocks = parse({ module: { "//": "none", a: { "//": "none", source: null } } });
    expect(blocks).toHaveLength(1);
    expect(blocks[0]?.attributes.size).toBe(0);
  });

  it("knows the construct that a CDK wrote down", () => {
    const document = { module: { a: { "//": { metadata: { path: "platform/a", uniqueId: "a" } }, source: "x" } } };
    expect(parse(document)[0]?.constructPath).toBe("platform/a");
  });

  it.each(["", "[]", "1", "{"])("refuses %j", (text) => {
    expect(thrownBy(() => parseJsonConfiguration(text, "main.tf.json")).code).toBe("CONFIGURATION_INVALID");
  });
});
