// Entry points hold named re-exports and nothing else; their names are what docs/exports.md lists.
import { publicNames } from "../../../scripts/generate/exports-page.ts";
import { readSource } from "../../support/source-files.ts";

describe("publicNames", () => {
  it("tells values from types and goes by the name outside", () => {
    const source = 'export { b, a as c, type D } from "./x.ts"; // export { no }\nexport type { E } from "./y.ts";';
    expect(publicNames(source)).toEqual({ values: ["b", "c"], types: ["D", "E"] });
  });
});

describe("entry points", () => {
  it.each(["index", "bridge", "cdktf", "cdktn", "testing"])("%s re-exports by name, without logic", (entry) => {
    const { text } = readSource(`src/${entry}.ts`);
    const rest = text.replace(/\/\/.*$/gm, "").replace(/export\s+(?:type\s+)?\{[^}]*\}\s+from\s+"[^"]+";/g, "");
    expect(rest.trim()).toBe("");
    const { values, types } = publicNames(text);
    expect(values.length + types.length).toBeGreaterThan(0);
    expect(new Set([...values, ...types]).size).toBe(values.length + types.length);
  });
});
