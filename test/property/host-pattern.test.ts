import fc from "fast-check";
import { compareWeights, parseHostPattern } from "../../src/names/host-pattern.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(?:-[a-z0-9]{1,4})?$/);
const port = fc.option(
  fc.integer({ min: 1, max: 65_535 }).filter((one) => one !== 443),
  { nil: undefined },
);
const host = fc.record({ labels: fc.array(label, { minLength: 1, maxLength: 5 }), port });
const write = ({ labels, port: number }: { labels: readonly string[]; port: number | undefined }) =>
  `${labels.join(".")}${number === undefined ? "" : `:${number}`}`;
/** A host's labels, some of them with a star in the place of a part. */
const starred = host.chain((one) =>
  fc
    .tuple(...one.labels.map((text) => fc.constantFrom(text, "*", `${text.slice(0, 1)}*`)))
    .map((labels) => ({ text: write({ ...one, labels }), host: one, labels })),
);

/** The same decision without an expression: label by label. */
function covers(labels: readonly string[], wanted: readonly string[]): boolean {
  return (
    labels.length === wanted.length &&
    labels.every((pattern, index) => {
      const text = wanted[index] ?? "";
      const [start = "", ...rest] = pattern.split("*");
      return rest.length === 0 ? text === pattern : text.startsWith(start) && text.length > start.length;
    })
  );
}

describe("a pattern with stars", () => {
  it("covers a host exactly when each label and the port do", () => {
    fc.assert(
      fc.property(starred, host, ({ text, host: own, labels }, other) => {
        fc.pre(text !== "*");
        const pattern = parseHostPattern(text);
        const around = [
          { ...own, port: other.port },
          { ...own, labels: [...own.labels, ...other.labels] },
        ];
        for (const one of [own, other, ...around]) {
          const expected = covers(labels, one.labels) && one.port === own.port;
          expect(pattern.matches(parseRegistryHost(write(one)))).toBe(expected);
        }
      }),
    );
  });

  it("never covers what has a label more, before or behind", () => {
    fc.assert(
      fc.property(starred, label, ({ text, host: own }, more) => {
        fc.pre(text !== "*");
        const pattern = parseHostPattern(text);
        for (const labels of [
          [more, ...own.labels],
          [...own.labels, more],
        ])
          expect(pattern.matches(parseRegistryHost(write({ ...own, labels })))).toBe(false);
      }),
    );
  });

  it("is less exact than each host that it covers, and the order is one", () => {
    fc.assert(
      fc.property(starred, starred, starred, (one, two, three) => {
        const a = parseHostPattern(one.text);
        const b = parseHostPattern(two.text);
        const c = parseHostPattern(three.text);
        expect(compareWeights(a, b)).toBe(0 - compareWeights(b, a));
        if (compareWeights(a, b) >= 0 && compareWeights(b, c) >= 0)
          expect(compareWeights(a, c)).toBeGreaterThanOrEqual(0);
        if (one.text.includes("*")) expect(compareWeights(parseHostPattern(write(one.host)), a)).toBeGreaterThan(0);
      }),
    );
  });
});
