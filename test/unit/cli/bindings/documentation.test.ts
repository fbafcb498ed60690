import { describe as describeText, describeDefault, toComment } from "../../../../src/cli/bindings/documentation.ts";

describe("a description in a comment", () => {
  it.each([
    ["plain", "plain"],
    [undefined, ""],
    ["  blanks around \n\n", "blanks around"],
    ["one\ntwo\r\n  three", "one\ntwo\n  three"],
    ["one\u2028two\u2029three\rfour", "one\ntwo\nthree\nfour"],
    ["ends */ here **/", "ends *\\/ here **\\/"],
    ["*/*/", "*\\/*\\/"],
    ["@deprecated for all", "\\@deprecated for all"],
    ["see {@link x} and (@y)", "see {\\@link x} and (\\@y)"],
    ["mail me@example.com", "mail me@example.com"],
    ["\u001b[31mred\u0007", "red\ufffd"],
    ["\u202eright to left", "\ufffdright to left"],
  ])("%j is %j", (text, written) => {
    expect(describeText(text)).toBe(written);
  });

  it("is bounded", () => {
    expect(describeText("x\n".repeat(10_000)).split("\n")).toHaveLength(100);
    expect(describeText("x".repeat(1_000_000))).toHaveLength(1000);
  });

  it("has its default on one line", () => {
    expect(describeDefault("{\n  a = 1\n  b = @x */\n}")).toBe("@default { a = 1 b = \\@x *\\/ }");
    expect(describeDefault("x".repeat(1000)).length).toBeLessThan(200);
  });

  it("is a comment of as many lines as it needs", () => {
    expect(toComment(["", ""], "")).toEqual([]);
    expect(toComment(["a", ""], "  ")).toEqual(["  /** a */"]);
    expect(toComment(["a\n\nb", "@default 1"], "  ")).toEqual([
      "  /**",
      "   * a",
      "   *",
      "   * b",
      "   * @default 1",
      "   */",
    ]);
  });
});
