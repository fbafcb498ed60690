import fc from "fast-check";
import { redactUrl } from "../../src/base/redact.ts";
import { parseRetryAfter } from "../../src/base/retry.ts";
import { printable } from "../../src/base/text.ts";

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.constantFrom("\u001b[31m", "\u001b", "[31m", "\u009b", "\u001b]0;x\u0007", "\ud83c", "\n", "\u202e", "🍣"),
    ),
  )
  .map((parts) => parts.join(""));
const runs = { numRuns: 2000 };

describe("printable", () => {
  it("gives one line of visible characters, no longer than asked, and changes it no further", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
        const safe = printable(text, maxLength);
        expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
        expect(safe.length).toBeLessThanOrEqual(maxLength);
        expect(printable(safe, maxLength)).toBe(safe);
      }),
      runs,
    );
  });
});

describe("redactUrl", () => {
  const canary = fc.stringMatching(/^canary-[a-z0-9]{12}$/);
  it("never lets through user info, a fragment, or a query value that is not on its list", () => {
    fc.assert(
      fc.property(canary, fc.webUrl(), fc.stringMatching(/^[A-Za-z_[\]%.-]{1,12}$/), (secret, url, key) => {
        fc.pre(!["digest", "last", "n", "scope", "service", "sort", "tag"].includes(key));
        for (const text of [
          url.replace("://", `://bot:${secret}@`),
          `${url}?${key}=${secret}`,
          `${url}?${secret}`,
          `${url}#${secret}`,
          `${secret} ${url}`,
        ]) {
          expect(redactUrl(text)).not.toContain(secret);
        }
      }),
      runs,
    );
  });
});

describe("parseRetryAfter", () => {
  it("takes any text without throwing, and gives no negative wait", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.date({ noInvalidDate: true }).map(String)), (header) => {
        const waitMs = parseRetryAfter(header, 0);
        return waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0);
      }),
      runs,
    );
  });
});
