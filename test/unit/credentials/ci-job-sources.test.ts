import { createGitHubActionsSource, createGitLabCiSource } from "../../../src/credentials/ci-job-sources.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";

const signal = new AbortController().signal;
const token = `ghs_${"t".repeat(36)}`;
const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_ACTOR: "octo",
  GITHUB_TOKEN: token,
};
const gitlab = {
  GITLAB_CI: "true",
  CI_REGISTRY: "registry.example.com:5050",
  CI_REGISTRY_USER: "gitlab-ci-token",
  CI_REGISTRY_PASSWORD: token,
};

describe("a GitHub Actions job", () => {
  const find = (environment: Record<string, string>, host: string) =>
    createGitHubActionsSource(environment).find(parseRegistryHost(host), signal);

  it("has its own token for ghcr.io", async () => {
    const found = await find(github, "https://ghcr.io");
    expect([found?.username, found?.password.reveal()]).toEqual(["octo", token]);
  });

  it.each(["ghcr.io.evil.test", "evilghcr.io", "ghcr.io:444", "http://ghcr.io", "docker.pkg.github.com", "docker.io"])(
    "has none for %s",
    async (host) => {
      expect(await find(github, host)).toBeUndefined();
    },
  );

  it.each([
    [{ ...github, GITHUB_ACTIONS: "" }],
    [{ ...github, GITHUB_TOKEN: "" }],
    [{ ...github, GITHUB_SERVER_URL: "https://github.example.com" }],
  ])("has none outside: %j", async (environment) => {
    expect(await find(environment, "ghcr.io")).toBeUndefined();
    expect(createGitHubActionsSource(environment).isConfigured).toBe(false);
  });

  it("its answer is for the same token alone", () => {
    const { conditions } = createGitHubActionsSource(github).validity(parseRegistryHost("ghcr.io"));
    expect(conditions).toContainEqual({ kind: "secret", name: "GITHUB_TOKEN", tail: "t".repeat(12) });
    expect(JSON.stringify(conditions)).not.toContain(token);
  });

  it("that there is none lasts until there is a token", () => {
    const { GITHUB_TOKEN: _none, ...without } = github;
    const { conditions } = createGitHubActionsSource(without).validity(parseRegistryHost("ghcr.io"));
    expect(conditions).toContainEqual({ kind: "variable", name: "GITHUB_TOKEN", value: undefined });
  });
});

describe("a GitLab CI job", () => {
  const find = (environment: Record<string, string>, host: string) =>
    createGitLabCiSource(environment).find(parseRegistryHost(host), signal);

  it("has its own token for the registry that CI_REGISTRY names", async () => {
    const found = await find(gitlab, "https://registry.example.com:5050");
    expect([found?.username, found?.password.reveal()]).toEqual(["gitlab-ci-token", token]);
  });

  it.each([
    "registry.example.com",
    "registry.example.com:5051",
    "registry.gitlab.com",
    "registry.example.com.evil.test:5050",
  ])("has none for %s", async (host) => {
    expect(await find(gitlab, host)).toBeUndefined();
  });

  it.each([
    [{ ...gitlab, GITLAB_CI: "" }],
    [{ ...gitlab, CI_REGISTRY: "" }],
    [{ ...gitlab, CI_REGISTRY_USER: "" }],
    [{ ...gitlab, CI_REGISTRY_PASSWORD: "" }],
  ])("has none outside: %j", async (environment) => {
    expect(await find(environment, gitlab.CI_REGISTRY)).toBeUndefined();
  });
});
