import fc from "fast-check";
import { toVariableSuffix } from "../../src/credentials/environment-source.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,3}[a-z0-9])?$/);
const name = fc
  .tuple(fc.array(label, { maxLength: 2 }), fc.stringMatching(/^[a-z]{2,3}$/))
  .map(([labels, last]) => [...labels, last].join("."));
const address = fc.oneof(
  { weight: 4, arbitrary: name },
  fc.ipV4(),
  fc.ipV6().map((text) => `[${text}]`),
);
const host = fc
  .tuple(address, fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }))
  .map(([text, port]) => parseRegistryHost(port === undefined ? text : `${text}:${port}`).credentialKey);

describe("the spelling of a host in the name of a variable", () => {
  it("is never shared by two hosts", () => {
    fc.assert(
      fc.property(fc.array(host, { minLength: 2, maxLength: 200 }), (hosts) => {
        const distinct = new Set(hosts);
        expect(new Set([...distinct].map(toVariableSuffix)).size).toBe(distinct.size);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["a.b", "a-b"],
    ["a-b.test", "a.b.test"],
    ["a.b:5", "a.b.x5"],
    ["[::1]:5", "[::1:5]"],
    ["[1::2]", "[1:2::]"],
  ])("tells %s and %s apart", (one, other) => expect(toVariableSuffix(one)).not.toBe(toVariableSuffix(other)));

  it("is a name that every shell takes", () => {
    fc.assert(fc.property(host, (text) => /^[A-Za-z0-9_]+$/.test(toVariableSuffix(text))));
  });
});
