import { findModuleOrigin, noOrigin, toAnnotations, toHttpsUrl } from "../../../src/cli/module-origin.ts";
import { runOk } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realPart("git");

describe("toHttpsUrl", () => {
  it.each([
    ["https://github.com/acme/terraform-vpc.git", "https://github.com/acme/terraform-vpc"],
    ["https://user:token@github.com/acme/vpc.git", "https://github.com/acme/vpc"],
    ["git@github.com:acme/vpc.git", "https://github.com/acme/vpc"],
    ["github.com:acme/vpc", "https://github.com/acme/vpc"],
    ["ssh://git@gitlab.example.com:2222/group/sub/vpc.git", "https://gitlab.example.com/group/sub/vpc"],
    ["git://example.com/vpc/", "https://example.com/vpc"],
    ["http://example.com/vpc", "https://example.com/vpc"],
    ["https://example.com/vpc.git?token=canary#x", "https://example.com/vpc"],
    ["/srv/git/vpc.git", undefined],
    ["../vpc", undefined],
    ["file:///srv/vpc", undefined],
    ["", undefined],
  ])("of %j is %j", (remote, url) => {
    expect(toHttpsUrl(remote)).toBe(url);
  });
});

describe("toAnnotations", () => {
  it("leaves out what is not known", () => {
    expect(toAnnotations(noOrigin, { version: undefined, licenses: undefined })).toEqual({});
    const origin = { source: "https://example.com/vpc", revision: "abc", created: undefined };
    expect(toAnnotations(origin, { version: "1.0.0", licenses: "MIT" })).toEqual({
      "org.opencontainers.image.source": "https://example.com/vpc",
      "org.opencontainers.image.revision": "abc",
      "org.opencontainers.image.version": "1.0.0",
      "org.opencontainers.image.licenses": "MIT",
    });
  });
});

real.describe("findModuleOrigin", () => {
  let workspace: Workspace;
  const git = (...args: string[]): Promise<string> =>
    runOk(real.path, ["-C", workspace.path("module"), ...args], { environment: gitEnvironment() });
  const gitEnvironment = (): Record<string, string> =>
    workspace.environment({
      variables: {
        GIT_AUTHOR_NAME: "A",
        GIT_AUTHOR_EMAIL: "a@example.com",
        GIT_COMMITTER_NAME: "A",
        GIT_COMMITTER_EMAIL: "a@example.com",
        GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z",
      },
    });

  beforeEach(async () => {
    workspace = createWorkspace();
    workspace.write("module/main.tf", "");
  });

  afterEach(() => workspace.remove());

  const commit = async (): Promise<string> => {
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-q", "-m", "first");
    await git("remote", "add", "origin", "git@github.com:acme/vpc.git");
    return (await git("rev-parse", "HEAD")).trim();
  };

  it("reads source, revision and the time of the commit", async () => {
    const revision = await commit();
    expect(await findModuleOrigin(workspace.path("module"), gitEnvironment())).toEqual({
      source: "https://github.com/acme/vpc",
      revision,
      created: "2026-01-02T03:04:05.000Z",
    });
  });

  it("names no revision for a directory with changes", async () => {
    await commit();
    workspace.write("module/new.tf", "");
    expect(await findModuleOrigin(workspace.path("module"), gitEnvironment())).toEqual({
      source: "https://github.com/acme/vpc",
      revision: undefined,
      created: undefined,
    });
  });

  it("takes the time of SOURCE_DATE_EPOCH", async () => {
    await commit();
    const environment = { ...gitEnvironment(), SOURCE_DATE_EPOCH: "0" };
    expect((await findModuleOrigin(workspace.path("module"), environment)).created).toBe("1970-01-01T00:00:00.000Z");
  });

  it("knows nothing outside of git and without git", async () => {
    const outside = { ...gitEnvironment(), GIT_CEILING_DIRECTORIES: workspace.directory };
    expect(await findModuleOrigin(workspace.path("module"), outside)).toEqual(noOrigin);
    expect(await findModuleOrigin(workspace.path("module"), { ...outside, PATH: "" })).toEqual(noOrigin);
  });

  it("does not run what a repository's configuration names", async () => {
    await commit();
    const canary = workspace.path("canary");
    workspace.write("evil.sh", `#!/bin/sh\ntouch ${canary}\n`, 0o755);
    await git("config", "core.fsmonitor", workspace.path("evil.sh"));
    await findModuleOrigin(workspace.path("module"), gitEnvironment());
    await expect(runOk("test", ["-e", canary], { environment: {} })).rejects.toThrow();
  });
});
