import { type PlacedFinding, toCodeQuality, toGitHubCommand } from "../../../../src/cli/check/annotations.ts";

const finding: PlacedFinding = {
  severity: "problem",
  code: "HOST_TAKEN",
  path: "main.tf:3 module.a",
  message: "100% taken",
  hint: "rename, or: import",
  file: "infra/a,b:c.tf",
  line: 3,
};

describe("a GitHub workflow command", () => {
  it.each([
    [
      finding,
      "::error file=infra/a%2Cb%3Ac.tf,line=3,title=HOST_TAKEN::main.tf:3 module.a: 100%25 taken%0Arename, or: import",
    ],
    [
      { ...finding, severity: "warning", hint: undefined, line: undefined },
      "::warning file=infra/a%2Cb%3Ac.tf,line=1,title=HOST_TAKEN::main.tf:3 module.a: 100%25 taken",
    ],
    [
      { ...finding, file: undefined, line: undefined, path: "SCALR_TOKEN", message: "a\r\nb", hint: undefined },
      "::error title=HOST_TAKEN::SCALR_TOKEN: a%0D%0Ab",
    ],
  ] as const)("of %j", (one, expected) => {
    expect(toGitHubCommand(one)).toBe(expected);
  });
});

describe("GitLab's code quality report", () => {
  const [entry] = toCodeQuality([finding], "main.tf") as [Record<string, unknown>];

  it("has what the format asks for", () => {
    expect(entry).toEqual({
      description: "main.tf:3 module.a: 100% taken; rename, or: import",
      check_name: "HOST_TAKEN",
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: "major",
      location: { path: "infra/a,b:c.tf", lines: { begin: 3 } },
    });
  });

  it("gives what is about no file a place", () => {
    const nowhere = { ...finding, severity: "warning", file: undefined, line: undefined } as const;
    expect(toCodeQuality([nowhere], "main.tf")).toMatchObject([
      { severity: "minor", location: { path: "main.tf", lines: { begin: 1 } } },
    ]);
  });

  it("keeps the fingerprint when the finding moves, and has another for every other finding", () => {
    const printOf = (one: PlacedFinding) => (toCodeQuality([one], "main.tf")[0] as { fingerprint: string }).fingerprint;
    expect(printOf({ ...finding, path: "main.tf:9 module.a", line: 9 })).toBe(entry["fingerprint"]);
    for (const other of [
      { path: "main.tf:3 module.b" },
      { file: "x.tf" },
      { message: "x" },
      { code: "NAME_TAKEN" },
    ] as const) {
      expect(printOf({ ...finding, ...other })).not.toBe(entry["fingerprint"]);
    }
  });
});
