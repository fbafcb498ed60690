import { findRegistryUrlProblem, isSameRegistryUrl, keepSpelling } from "../../../src/provider/registry-url.ts";

describe("isSameRegistryUrl", () => {
  it.each([
    ["https://ghcr.io", "GHCR.io"],
    ["https://ghcr.io", "ghcr.io:443"],
    ["https://ghcr.io", "https://ghcr.io/acme?x=1"],
    ["http://ghcr.io", "http://ghcr.io:80/"],
    ["https://[2001:db8::1]", "https://[2001:DB8:0::1]:443"],
    ["not a url", "not a url"],
  ])("%s is %s", (one, other) => {
    expect(isSameRegistryUrl(one, other)).toBe(true);
    expect(isSameRegistryUrl(other, one)).toBe(true);
  });

  it.each([
    ["https://ghcr.io", "http://ghcr.io"],
    ["https://ghcr.io", "https://ghcr.io:8443"],
    ["https://ghcr.io", "https://evil-ghcr.io"],
    ["https://docker.io", "https://registry-1.docker.io"],
    ["not a url", "neither"],
  ])("%s is not %s", (one, other) => {
    expect(isSameRegistryUrl(one, other)).toBe(false);
  });
});

describe("keepSpelling", () => {
  it.each([
    ["GHCR.io/", "https://ghcr.io", "GHCR.io/"],
    ["GHCR.io/", "https://quay.io", "https://quay.io"],
    [null, "https://ghcr.io", "https://ghcr.io"],
  ])("of %j and the API's %j is %j", (spelled, fromApi, expected) => {
    expect(keepSpelling(spelled, fromApi)).toBe(expected);
  });
});

describe("findRegistryUrlProblem", () => {
  it.each(["https://ghcr.io", "ghcr.io:8443", "https://registry-1.docker.io/v2/", "https://acme.jfrog.io/"])(
    "%s is fine",
    (url) => {
      expect(findRegistryUrlProblem(url)).toBeUndefined();
    },
  );

  it.each([
    ["https://docker.io", "error", "REGISTRY_REDIRECTED"],
    ["docker.io/library", "error", "REGISTRY_REDIRECTED"],
    ["http://ghcr.io", "error", "INVALID_REGISTRY_HOST"],
    ["https://bot:pw@ghcr.io", "error", "INVALID_REGISTRY_HOST"],
    ["", "error", "INVALID_REGISTRY_HOST"],
    ["ftp://ghcr.io", "error", "INVALID_REGISTRY_HOST"],
    [`https://ghcr.io/${"x".repeat(512)}`, "error", "INVALID_REGISTRY_HOST"],
    ["https://ghcr.io/acme", "warning", "INVALID_REGISTRY_HOST"],
    ["https://index.docker.io", "warning", "INVALID_REGISTRY_HOST"],
    ["https://123456789012.dkr.ecr.eu-west-1.amazonaws.com", "warning", "REGISTRY_NOT_SUPPORTED"],
  ])("%s is an %s %s", (url, severity, code) => {
    const problem = findRegistryUrlProblem(url);
    expect([problem?.severity, problem?.error.code]).toEqual([severity, code]);
    expect(problem?.error.message).not.toContain("pw");
  });
});
