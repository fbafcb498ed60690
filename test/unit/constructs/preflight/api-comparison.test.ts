import type { DockerIntegration } from "../../../../src/api/documents/docker-integration.ts";
import { compareWithApi, isKnownToWork } from "../../../../src/constructs/preflight/api-comparison.ts";

function existing(name: string, registryUrl: string, more: Partial<DockerIntegration> = {}): DockerIntegration {
  const rest = { username: "bot", exportCredentials: true, status: "active", errorMessage: null };
  return { id: `in-${name}`, name, registryUrl, ...rest, ...more };
}

const ghcr = { path: "app/ghcr", name: "ghcr", url: "https://ghcr.io" };

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
    const hub = { path: "app/hub", name: "hub", url: "https://registry-1.docker.io" };
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
