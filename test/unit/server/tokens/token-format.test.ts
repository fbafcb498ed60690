// How tokens look, and that a wrong one is known by its looks.
import { createToken, hashToken, isToken } from "../../../../src/server/tokens/token-format.ts";

describe("a token", () => {
  it.each([
    ["access", /^scalroci_at_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/],
    ["run", /^scalroci_rt_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/],
  ] as const)("for %s has its prefix, 256 random bits and a checksum", (kind, pattern) => {
    const tokens = Array.from({ length: 200 }, () => createToken(kind).reveal());
    for (const token of tokens) {
      expect(token).toMatch(pattern);
      expect(isToken(token)).toBe(true);
    }
    expect(new Set(tokens).size).toBe(200);
  });

  it("with one character changed, lost or added is none", () => {
    const token = createToken("run").reveal();
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === "x" ? "y" : "x";
      expect(isToken(`${token.slice(0, index)}${other}${token.slice(index + 1)}`)).toBe(false);
      expect(isToken(`${token.slice(0, index)}${token.slice(index + 1)}`)).toBe(false);
    }
    expect(isToken(`${token}x`)).toBe(false);
    expect(isToken(` ${token}`)).toBe(false);
    expect(isToken(token.replace("_rt_", "_at_"))).toBe(false);
  });

  it("is stored as a hash that does not hold it", () => {
    const token = createToken("access").reveal();
    expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken(token)).toBe(hashToken(token));
    expect(token).not.toContain(hashToken(token));
  });
});
