import { printable } from "../../../src/base/text.ts";

describe("printable", () => {
  it.each([
    ["plain text, letters of any script", "Größe 寿司 🍣", "Größe 寿司 🍣"],
    ["lines, tabs and line separators", "one\r\n\ttwo\u2028three", "one two three"],
    ["colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["a control sequence in one byte", "\u009b31mred", "red"],
    ["a window title", "\u001b]0;evil\u0007text", "text"],
    ["a hyperlink", "\u001b]8;;https://evil.test\u001b\\click\u001b]8;;\u001b\\", "click"],
    ["a bell and a lone escape", "a\u0007b\u001bc", "a\ufffdb\ufffdc"],
    ["an escape sequence left open", "a\u001b[31", "a\ufffd[31"],
    ["NUL", "ghcr.io\0.evil.test", "ghcr.io\ufffd.evil.test"],
    ["direction overrides and isolates", "a\u202eb\u2066c", "a\ufffdb\ufffdc"],
    ["zero width", "a\u200bb\ufeffc\u00add", "a\ufffdb\ufffdc\ufffdd"],
    ["tags, an invisible alphabet", "a\u{e0041}b", "a\ufffdb"],
    ["a lone surrogate", "a\ud800b", "a\ufffdb"],
  ])("makes %s safe", (_what, text, safe) => expect(printable(text)).toBe(safe));

  it("shortens to the length asked for, and never through a character", () => {
    expect(printable("x".repeat(120))).toBe("x".repeat(120));
    expect(printable("x".repeat(121))).toBe(`${"x".repeat(119)}…`);
    expect(printable("abcdef", 4)).toBe("abc…");
    expect(printable("ab🍣def", 4)).toBe("ab…");
  });

  it("looks only at the beginning of a long text", () => {
    const startedAt = performance.now();
    expect(printable("\u001b".repeat(20_000_000))).toHaveLength(120);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it("says that something was left out also when the beginning is all escapes", () => {
    expect(printable(`${"\u001b[0m".repeat(1000)}text`)).toBe("…");
  });
});
