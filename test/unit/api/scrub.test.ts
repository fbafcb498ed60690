import { scrub } from "../../../src/api/scrub.ts";
import { Secret } from "../../../src/base/secret.ts";

describe("scrub", () => {
  it.each([
    ["plain", "pw is hunter2!", "hunter2", "pw is [secret]!"],
    ["quoted in JSON", String.raw`got "a\"b\\c"`, String.raw`a"b\c`, 'got "[secret]"'],
    ["encoded in a URL", "?p=a%26b%20c", "a&b c", "?p=[secret]"],
    ["several times", "aXa aXa", "aXa", "[secret] [secret]"],
    ["empty", "nothing to hide", "", "nothing to hide"],
    ["a lone surrogate", "x", "\ud800", "x"],
  ])("takes a secret out that is %s", (_, text, secret, expected) => {
    expect(scrub(text, [new Secret(secret)])).toBe(expected);
  });

  it("takes secrets out before the text is shortened, so that none is cut in half", () => {
    const secret = "s".repeat(400);
    expect(scrub(`${"x".repeat(500)}${secret}`, [new Secret(secret)])).toBe(`${"x".repeat(500)}[secret]`);
  });

  it("leaves one printable line", () => {
    expect(scrub("a\u001b[31mb\nc", [])).toBe("ab c");
  });
});
