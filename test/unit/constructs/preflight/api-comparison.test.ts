import type { DockerIntegration } from "../../../../src/api/documents/docker-integration.ts";
import {
  compareWithApi,
  findExportedHosts,
  findLookupProblems,
  isKnownToWork,
} from "../../../../src/constructs/preflight/api-comparison.ts";

function existing(name: string, registryUrl: string, more: Partial<DockerIntegration> = {}): DockerIntegration {
  const rest = { username: "bot", exportCredentials: true, status: "active", errorMessage: null };
  return { id: `in-${name}`, name, registryUrl, ...rest, ...more };
}

const ghcr = { path: "app/ghcr", name: "ghcr", url: "https://ghcr.io", isExported: true };

describe("compareWithApi", () => {
  it.each([
    ["none on the host", [existing("hub", "https://registry-1.docker.io")], [], 0],
    ["its own", [existing("ghcr", "https://ghcr.io")], [], 0],
    ["another", [existing("github", "https://ghcr.io")], [], 1],
    ["another in another spelling", [existing("github", "https://GHCR.io:443/")], [], 1],
    ["another that is renamed", [existing("github", "https://ghcr.io")], ["github"], 0],
    ["two others, as some servers allow", [existing("a", "https://ghcr.io"), existing("b", "https://ghcr.io")], [], 2],
    ["a host that merely ends the same", [existing("evil", "https://evilghcr.io")], [], 0],
    ["a host with another port", [existing("other", "https://ghcr.io:8443")], [], 0],
    ["one without a readable URL", [existing("odd", "not a url at all")], [], 0],
  ])("%s: problems %#", (_, integrations, renamedFrom, count) => {
    expect(compareWithApi([ghcr], integrations, renamedFrom).problems).toHaveLength(count);
  });

  it("names the one that has the host and both ways out", () => {
    const { problems } = compareWithApi([ghcr], [existing("github", "https://ghcr.io")], []);
    expect(problems).toEqual([
      {
        code: "HOST_TAKEN",
        path: "app/ghcr",
        message:
          "registry https://ghcr.io has the integration github (in-github) already, expected none or the one named ghcr",
        hint: 'to take it over: name this construct "github" and call resource.importFrom("in-github"); when this program renames it: preflight(app, { renamedFrom: ["github"] })',
      },
    ]);
  });

  it("lets two declared integrations change places", () => {
    const hub = { path: "app/hub", name: "hub", url: "https://registry-1.docker.io", isExported: true };
    const swapped = [existing("ghcr", "https://registry-1.docker.io"), existing("hub", "https://ghcr.io")];
    expect(compareWithApi([ghcr, hub], swapped, []).problems).toEqual([]);
  });

  it("warns of an own one that fails, with what its token needs", () => {
    const failed = existing("ghcr", "https://ghcr.io", { status: "failed", errorMessage: "denied\u001b[31m" });
    expect(compareWithApi([ghcr], [failed], [])).toEqual({
      problems: [],
      warnings: [
        {
          code: "CREDENTIAL_REFUSED",
          path: "app/ghcr",
          message: "the latest connection test of ghcr failed: denied",
          hint: "the registry needs a classic personal access token of GitHub with the scope read:packages; raise the secret's version to send a new one",
        },
      ],
    });
  });

  it("shows names from the API without terminal escapes", () => {
    const { problems } = compareWithApi([ghcr], [existing("\u001b[2Jgone", "https://ghcr.io")], []);
    expect(JSON.stringify(problems)).not.toContain("\\u001b");
  });
});

describe("isKnownToWork", () => {
  it.each([
    ["active", true],
    ["failed", false],
    ["pending", false],
    ["disabled", false],
  ])("%s: %s", (status, works) => {
    expect(isKnownToWork(ghcr, [existing("any", "https://ghcr.io", { status })])).toBe(works);
  });
});

describe("findLookupProblems", () => {
  const list = [
    existing("ghcr", "https://ghcr.io"),
    existing("hub", "https://registry-1.docker.io"),
    existing("same", "https://a.example"),
    existing("same", "https://b.example", { id: "in-same2" }),
  ];
  const lookup = { path: "app/x", id: undefined, name: undefined, url: undefined };

  it.each([
    [{ id: "in-ghcr" }],
    [{ name: "ghcr" }],
    [{ url: "https://GHCR.io:443" }],
    [{ url: "https://docker.io" }],
    [{ id: "in-ghcr", name: "ghcr", url: "https://ghcr.io" }],
    [{ name: "same", url: "https://b.example" }],
  ])("%j is there", (by) => {
    expect(findLookupProblems([{ ...lookup, ...by }], list)).toEqual([]);
  });

  it.each([
    [{ id: "in-9" }, "INTEGRATION_NOT_FOUND", "there is no integration with the id in-9, expected one"],
    [{ name: "Ghcr" }, "INTEGRATION_NOT_FOUND", "there is no integration with the name Ghcr, expected one"],
    [
      { name: "ghcr", url: "https://quay.io" },
      "INTEGRATION_NOT_FOUND",
      "there is no integration with the name ghcr and https://quay.io, expected one",
    ],
    [{ name: "same" }, "INTEGRATION_AMBIGUOUS", "2 integrations fit, expected one"],
  ])("%j: %s", (by, code, message) => {
    expect(findLookupProblems([{ ...lookup, ...by }], list)).toMatchObject([{ code, message, path: "app/x" }]);
  });
});

describe("findExportedHosts", () => {
  const off = { exportCredentials: false };
  it.each([
    ["what the program exports", [ghcr], [], ["ghcr.io"]],
    ["what the program does not export", [{ ...ghcr, isExported: false }], [], []],
    ["what is exported already", [], [existing("hub", "https://registry-1.docker.io")], ["registry-1.docker.io"]],
    ["what is there without export", [], [existing("hub", "https://registry-1.docker.io", off)], []],
    ["what the program switches off", [{ ...ghcr, isExported: false }], [existing("ghcr", "https://ghcr.io")], []],
    ["what the program switches on", [ghcr], [existing("ghcr", "https://ghcr.io", off)], ["ghcr.io"]],
  ])("%s", (_, declared, integrations, hosts) => {
    expect(findExportedHosts(declared, integrations)).toEqual(hosts);
  });
});
