import { findDeclaredHost, findIntegrationProblems } from "../../../../src/constructs/preflight/integration-checks.ts";
import type { DeclaredIntegration } from "../../../../src/constructs/preflight/declared-program.ts";

function declared(more: Partial<DeclaredIntegration> = {}): DeclaredIntegration {
  return {
    path: "app/x",
    name: "x",
    registryUrl: "https://ghcr.io",
    username: "bot",
    isExported: true,
    provider: undefined,
    ...more,
  };
}

describe("findIntegrationProblems", () => {
  it.each([
    [{}],
    [{ name: "n".repeat(128) }],
    [{ name: undefined }],
    [{ username: "u".repeat(512) }],
    [{ username: undefined }],
    [{ registryUrl: undefined }],
  ])("has nothing to say about %j", (more) => {
    expect(findIntegrationProblems([declared(more)])).toEqual([]);
  });

  it.each([
    [{ name: "" }, "name is empty, expected 1 to 128 characters"],
    [{ name: " \t" }, "name is empty, expected 1 to 128 characters"],
    [{ name: "n".repeat(129) }, "name has 129 characters, expected 1 to 128 characters"],
    [{ name: "a\nb" }, "name has a control character, expected none"],
    [{ username: "" }, "user name is empty, expected 1 to 512 characters"],
    [{ username: "a:b" }, "user name has a colon, expected one without"],
    [{ username: "u".repeat(513) }, "user name has 513 characters, expected 1 to 512 characters"],
    [{ username: "a\u0000" }, "user name has a control character, expected none"],
    [{ registryUrl: "http://ghcr.io" }, "registry url has the scheme http, got http://ghcr.io, expected https"],
    [{ registryUrl: "" }, "registry host is not valid, got nothing, expected HOST[:PORT]"],
  ])("%j: %s", (more, message) => {
    expect(findIntegrationProblems([declared(more)])).toMatchObject([{ path: "app/x", message }]);
  });

  it("takes all spellings of Docker Hub for one host", () => {
    const both = ["https://registry-1.docker.io", "registry-1.docker.io:443/v2/"].map((registryUrl, index) =>
      declared({ path: `app/${index}`, name: String(index), registryUrl }),
    );
    expect(findIntegrationProblems(both)).toMatchObject([{ code: "HOST_DECLARED_TWICE", path: "app/1" }]);
  });

  it("counts a wrong URL once, however many have it", () => {
    const both = [0, 1].map((index) =>
      declared({ path: `app/${index}`, name: String(index), registryUrl: "docker.io" }),
    );
    expect(findIntegrationProblems(both).map(({ code, path }) => [code, path])).toEqual([
      ["REGISTRY_REDIRECTED", "app/0"],
      ["REGISTRY_REDIRECTED", "app/1"],
    ]);
  });
});

describe("findDeclaredHost", () => {
  it.each([
    ["https://GHCR.io", "ghcr.io"],
    ["docker.io", undefined],
    [undefined, undefined],
  ])("of %j is %j", (registryUrl, host) => {
    expect(findDeclaredHost(declared({ registryUrl }))?.value).toBe(host);
  });
});
