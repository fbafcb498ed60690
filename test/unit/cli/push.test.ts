// What `scalr-oci push` says about wrong input; pushing itself is tested on real registries in test/e2e/registry.
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

describe("push", () => {
  let workspace: Workspace;
  const push = (...args: string[]): Promise<CliRun> =>
    runScalrOci(["push", ...args], { environment: workspace.environment(), directory: workspace.directory });

  beforeEach(() => {
    workspace = createWorkspace();
    workspace.write("module/main.tf", "");
  });

  afterEach(() => workspace.remove());

  it.each([
    [
      ["oci://ghcr.io/acme/vpc"],
      "address names no version, expected --version or ?tag=TAG",
      "give --version 1.0.0, or ?tag=latest",
    ],
    [
      ["oci://ghcr.io/acme/vpc?tag=1", "--version", "1.0.0"],
      "address has a tag beside --version, expected one of them",
      "leave out ?tag=",
    ],
    [
      [`oci://ghcr.io/acme/vpc?digest=sha256:${"0".repeat(64)}`],
      "address has a digest, expected a tag",
      "a digest follows from the content; give --version or ?tag=",
    ],
    [
      ["oci://ghcr.io/acme/vpc//sub?tag=1"],
      "oci reference names a directory inside a package, got //sub, expected a package",
      "leave out the directory after //",
    ],
    [["ghcr.io/acme/vpc:1"], "oci reference does not begin with oci://", "use oci://ghcr.io/acme/vpc"],
    [["oci://ghcr.io/acme/vpc:1.0.0"], "oci reference has a :tag, got 1.0.0", "use oci://ghcr.io/acme/vpc?tag=1.0.0"],
    [
      ["oci://ghcr.io/acme/vpc", "--version", "v1.0.0"],
      "version is not valid, got v1.0.0, expected MAJOR.MINOR.PATCH",
      "use 1.0.0",
    ],
    [["oci://ghcr.io/acme/vpc", "--version", "1"], "version is not valid, got 1", undefined],
    [
      ["oci://ghcr.io/acme/vpc?tag=1", "--annotation", "novalue"],
      "annotation is not valid, expected KEY=VALUE",
      undefined,
    ],
    [
      ["oci://ghcr.io/acme/vpc?tag=1", "--annotation", "org.opencontainers.image.created=yesterday"],
      "annotation org.opencontainers.image.created is not valid, expected a time such as 2026-01-31T12:00:00Z",
      undefined,
    ],
    [["oci://u:canary@ghcr.io/acme/vpc?tag=1"], "registry host carries user info", undefined],
  ])("refuses %j", async (args, message, hint) => {
    const result = await push("module", ...args);
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toContain("canary");
    if (hint !== undefined) expect(result.stderr).toContain(`\n  ${hint}`);
  });

  it("takes no empty name for the current directory", async () => {
    workspace.write("main.tf", "");
    const result = await push("", "oci://registry.invalid/acme/vpc?tag=1");
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toContain("directory is empty, expected the name of one");
    expect(result.stderr).toContain("  write . for the current directory");
  });

  it("does not take a key for a provider, which would not be signed", async () => {
    const result = await push("home", "oci://registry.invalid/acme/vpc", "--provider", "--sign-key", "key.pem");
    expect(result).toMatchObject({ exitCode: 2, stdout: "" });
    expect(result.stderr).toContain("providers are not signed here");
  });

  it("refuses a directory without a module before it asks anybody", async () => {
    const result = await push("home", "oci://registry.invalid/acme/vpc?tag=1");
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("the directory holds no OpenTofu module");
  });

  it("says that the registry cannot be reached, and that it may be tried later", async () => {
    const result = await push("module", "oci://localhost:1/acme/vpc?tag=1");
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain("localhost:1 cannot be reached: the connection was refused (REGISTRY_UNREACHABLE)");
  }, 20_000);

  it("keeps `--version` of the program apart from its own", async () => {
    const result = await runScalrOci(["--version"], { environment: {} });
    expect(result).toMatchObject({ exitCode: 0, stdout: "0.1.0\n" });
  });
});
