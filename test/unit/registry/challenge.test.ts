import fc from "fast-check";
import { formatChallenge, parseChallenges } from "../../../src/registry/challenge.ts";

type Row = [
  header: string | string[] | undefined,
  expected: [scheme: string, value: Record<string, string> | string][],
];

const readable: Row[] = [
  [undefined, []],
  ["", []],
  [" , ,", []],
  ["Basic", [["basic", {}]]],
  ['Basic realm="test"', [["basic", { realm: "test" }]]],
  ["bAsIc ReAlM=test", [["basic", { realm: "test" }]]],
  ['Basic realm=""', [["basic", { realm: "" }]]],
  ['Basic realm="a \\"b\\" \\\\ c"', [["basic", { realm: 'a "b" \\ c' }]]],
  ['Basic realm="a, b=c"', [["basic", { realm: "a, b=c" }]]],
  ['Basic realm = "test"', [["basic", { realm: "test" }]]],
  ['Basic \t realm="test" \t', [["basic", { realm: "test" }]]],
  ['Basic realm="test",charset="UTF-8"', [["basic", { realm: "test", charset: "UTF-8" }]]],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      [
        "bearer",
        { realm: "https://auth.docker.io/token", service: "registry.docker.io", scope: "repository:a/b:pull,push" },
      ],
    ],
  ],
  ['Bearer realm="r" , , service="s"', [["bearer", { realm: "r", service: "s" }]]],
  [
    'Basic realm="a", Bearer realm="b",service="c"',
    [
      ["basic", { realm: "a" }],
      ["bearer", { realm: "b", service: "c" }],
    ],
  ],
  [
    'Basic, Bearer realm="b"',
    [
      ["basic", {}],
      ["bearer", { realm: "b" }],
    ],
  ],
  [
    ["Basic realm=a", 'Bearer realm="b"'],
    [
      ["basic", { realm: "a" }],
      ["bearer", { realm: "b" }],
    ],
  ],
  ["Negotiate", [["negotiate", {}]]],
  [
    "Negotiate YWJj=, Basic realm=a",
    [
      ["negotiate", "YWJj="],
      ["basic", { realm: "a" }],
    ],
  ],
  ["NTLM TlRMTVNTUAAB/+==", [["ntlm", "TlRMTVNTUAAB/+=="]]],
  ["Basic realm=a,", [["basic", { realm: "a" }]]],
];

const malformed: [header: string, position: number, expected: string][] = [
  ['"Basic" realm="a"', 1, "the name of an authentication scheme"],
  ["=", 1, "the name of an authentication scheme"],
  ['Basic"a"', 6, "a blank after the scheme"],
  ['Basic realm="a', 13, "a token or a quoted string"],
  ['Basic realm="a\\"', 13, "a token or a quoted string"],
  ["Basic realm=;", 13, "a token or a quoted string"],
  ["Bearer realm=https://host/token", 19, "a comma between parameters"],
  ['Basic realm="a" service="b"', 17, "a comma between parameters"],
  ['Basic realm="a""b"', 16, "a comma between parameters"],
  ['Basic realm="a",realm="b"', 23, "each parameter once"],
  ['Basic realm="a",Realm="b"', 23, "each parameter once"],
  ['Basic "a"', 7, "NAME=VALUE"],
  ['Basic ="a"', 7, "NAME=VALUE"],
  ['Basic realm="a\u0000b"', 13, "a token or a quoted string"],
  ['Basic realm="a\nb"', 13, "a token or a quoted string"],
  [`Basic realm="${"a".repeat(9000)}"`, 8193, "at most 8192 characters"],
];

describe("parseChallenges", () => {
  it.each(readable)("reads %j", (header, expected) => {
    const found = parseChallenges(header).map((one) => [one.scheme, one.token68 ?? Object.fromEntries(one.parameters)]);
    const wanted = expected.map(([scheme, value]) => [scheme, value]);
    expect(found).toEqual(wanted);
  });

  it.each(malformed.map((row) => [row[0].slice(0, 40), ...row] as const))(
    "rejects %j",
    (_title, header, position, expected) => {
      expect(() => parseChallenges(header)).toThrow(
        expect.objectContaining({
          code: "REGISTRY_CHALLENGE_INVALID",
          message: `authentication challenge cannot be read at character ${position}, expected ${expected}`,
        }),
      );
    },
  );

  it("rejects a reply in which one of several headers is malformed", () => {
    expect(() => parseChallenges(["Basic realm=a", "=x"])).toThrow(
      expect.objectContaining({ code: "REGISTRY_CHALLENGE_INVALID" }),
    );
  });

  it("never puts the header's words into the message", () => {
    expect(() => parseChallenges('Basic realm="canary" canary')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("canary") }),
    );
  });

  it("reads back what formatChallenge writes", () => {
    const name = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9a-z-]+$/);
    const value = fc.stringMatching(/^[ -~]*$/);
    const parameters = fc.array(fc.tuple(name, value)).map((pairs) => new Map(pairs));
    fc.assert(
      fc.property(fc.array(fc.record({ scheme: name, parameters })), (challenges) => {
        expect(parseChallenges(challenges.map(formatChallenge).join(", "))).toEqual(challenges);
      }),
    );
  });

  it("ends in time that grows with the length for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (text) => {
        try {
          for (const challenge of parseChallenges(text)) expect(challenge.scheme).not.toBe("");
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "REGISTRY_CHALLENGE_INVALID" });
        }
      }),
    );
  });
});
