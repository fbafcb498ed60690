import { parseHcl } from "../../../../src/cli/opentofu/hcl.ts";
import { thrownBy } from "../../../support/thrown.ts";

/** Items without their places in the text. */
function shape(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => (key === "start" || key === "end" ? undefined : item)),
  );
}

function block(keys: string[], ...items: unknown[]) {
  return { keys, assigned: false, value: { items } };
}

function set(key: string, value: unknown) {
  return { keys: [key], assigned: true, value };
}

describe("HCL 1", () => {
  it.each([
    ["", []],
    ["# comment\n// comment\n/* com\nment */", []],
    ["\ufeffa = 1", [set("a", 1)]],
    ['a = "b"', [set("a", "b")]],
    ["a = true\nb=false", [set("a", true), set("b", false)]],
    ["a = -1.5e3 b = 0x1F", [set("a", -1500), set("b", 31)]],
    ['"quoted key" = 1', [set("quoted key", 1)]],
    ['a = ["x", 1, true, []]', [set("a", ["x", 1, true, []])]],
    ['a = [\n  "x", # one\n  "y",\n]', [set("a", ["x", "y"])]],
    ["a = { b = 1, c = 2 }", [set("a", { items: [set("b", 1), set("c", 2)] })]],
    ['host "x" {}', [block(["host", "x"])]],
    ["host x { }", [block(["host", "x"])]],
    [
      'oci_credentials "ghcr.io" {\n  username = "u" // who\n}\n',
      [block(["oci_credentials", "ghcr.io"], set("username", "u"))],
    ],
    ["provider_installation {\n  direct {}\n}", [block(["provider_installation"], block(["direct"]))]],
    ['a = "q\\"uote \\\\ \\n \\t \\u00fc \\x41"', [set("a", 'q"uote \\ \n \t ü A')]],
    ['a = "${b["c"]} d"', [set("a", '${b["c"]} d')]],
    ["a = <<EOT\nline 1\n  line 2\nEOT\nb = 1", [set("a", "line 1\n  line 2\n"), set("b", 1)]],
    ["a = <<-EOT\n    x\n    y\n    EOT\n", [set("a", "x\ny\n")]],
    [
      'plugin_cache_dir = "$HOME/.cache"\r\ndisable_checkpoint = true\r\n',
      [set("plugin_cache_dir", "$HOME/.cache"), set("disable_checkpoint", true)],
    ],
  ])("%j", (text, items) => {
    expect(shape(parseHcl(text).items)).toEqual(items);
  });

  it("says where each item begins and ends", () => {
    const text = '# head\na = 1\noci_credentials "x" {\n  b = "}"\n}\nc = 2\n';
    const parts = parseHcl(text).items.map(({ start, end }) => text.slice(start, end));
    expect(parts).toEqual(["a = 1", 'oci_credentials "x" {\n  b = "}"\n}', "c = 2"]);
  });

  it.each([
    ["a", 1],
    ["a = ", 1],
    ["\na = b", 2],
    ["a = [1", 1],
    ["a = [1 2]", 1],
    ["a {", 1],
    ["}", 1],
    ["a = 1\n= 2", 2],
    ['a = "open', 1],
    ['a = "line\nbreak"', 1],
    ["a = <<EOT\nopen", 1],
    ['a "b" = 1', 1],
    ["a = @", 1],
    ["a { ".repeat(200), 1],
    [`a = ${"[".repeat(200)}`, 1],
  ])("%j cannot be read: line %d", (text, line) => {
    const error = thrownBy(() => parseHcl(text));
    expect(error.code).toBe("CLI_CONFIGURATION_INVALID");
    expect(error.message).toMatch(new RegExp(`^line ${line} cannot be read`));
  });

  it("an error does not repeat the text", () => {
    const error = thrownBy(() => parseHcl('password = "canary-1\n'));
    expect(`${error.message}${error.hint}`).not.toContain("canary");
  });
});
