// What preflight does without a management API; what it does with one: test/contract/constructs/preflight.test.ts.
import { TextSink } from "../../support/text-sink.ts";
import { loadFrameworks, type Stack, testStack } from "../../support/construct-libraries.ts";
import { rejectionOf } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("preflight offline with $name", (framework) => {
  const { cdk, library } = framework;
  const { DockerIntegration, preflight } = library;
  let stack: Stack;
  let stderr: TextSink;
  beforeEach(() => {
    stack = testStack(framework);
    stderr = new TextSink();
  });

  const check = (options: Parameters<typeof preflight>[1] = {}) =>
    preflight(stack.node.root, { environment: {}, stderr, ...options });

  it.each([
    [{}, "SCALR_HOSTNAME and SCALR_TOKEN", "both"],
    [{ SCALR_HOSTNAME: "acme.scalr.io" }, "SCALR_TOKEN", "it"],
    [{ SCALR_TOKEN: "t" }, "SCALR_HOSTNAME", "it"],
    [{ SCALR_HOSTNAME: " ", SCALR_TOKEN: "" }, "SCALR_HOSTNAME and SCALR_TOKEN", "both"],
  ])("says with %j that it checked offline only, and what to set", async (environment, missing, which) => {
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot" });
    const report = await check({ environment });
    expect(stderr.text).toBe(
      `preflight: warning: ${missing}: not set, so nothing was checked but what can be checked offline; ` +
        `set ${which}, and the management API is asked, too\n` +
        "preflight: 1 integration checked offline only, no problem found\n",
    );
    expect(report).toMatchObject({ integrations: 1, asked: [], warnings: [{ path: missing }] });
  });

  it("fails without a hostname when the API is required", async () => {
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot" });
    expect(await rejectionOf(check({ requireApi: true }))).toMatchObject({
      code: "PREFLIGHT_FAILED",
      problems: [{ path: "SCALR_HOSTNAME and SCALR_TOKEN" }],
    });
  });

  it("says every problem at once, with construct paths, in the order of the program", async () => {
    new DockerIntegration(stack, "first", { registryUrl: "r.example", username: "bot", name: "n".repeat(129) });
    new DockerIntegration(stack, "second", { registryUrl: "https://R.example:443", username: "bot" });
    new library.DockerIntegrationResource(stack, "raw", {
      name: "raw",
      registryUrl: "https://docker.io",
      username: "",
      password: "x",
    });
    const error = await rejectionOf(check());
    expect(error.message).toBe(
      [
        "preflight found 4 problems",
        "  app/first: name has 129 characters, expected 1 to 128 characters (INVALID_ARGUMENT)",
        "      give the option name",
        "  app/second: registry host r.example is declared twice, here and by app/first, expected one integration for a host (HOST_DECLARED_TWICE)",
        "      keep one of them: runs get one login for a host",
        "  app/raw: user name is empty, expected 1 to 512 characters (INVALID_ARGUMENT)",
        "  app/raw: registry url redirects, got https://docker.io, expected an endpoint that answers /v2/ itself (REGISTRY_REDIRECTED)",
        "      use https://registry-1.docker.io",
      ].join("\n"),
    );
    expect(error.stack).toBe(error.message);
    expect(Object.keys(error)).toEqual([]);
  });

  it("finds two constructs on one host in two stacks, but not under two APIs", async () => {
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot" });
    const other = new cdk.TerraformStack(stack.node.root, "other");
    new library.ScalrProvider(other, "scalr");
    DockerIntegration.forGitHub(other, "again", { username: "bot" });
    const provider = new library.ScalrProvider(other, "elsewhere", { alias: "elsewhere", hostname: "other.scalr.io" });
    DockerIntegration.forGitHub(other, "elsewhere-ghcr", { username: "bot", name: "again", provider });
    expect(await rejectionOf(check())).toMatchObject({
      problems: [{ code: "HOST_DECLARED_TWICE", path: "other/again" }],
    });
  });

  it("finds two constructs of one name", async () => {
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot", name: "same" });
    DockerIntegration.forDockerHub(stack, "hub", { username: "bot", name: "same" });
    expect(await rejectionOf(check())).toMatchObject({
      problems: [{ code: "NAME_TAKEN", path: "app/hub", message: expect.stringContaining("by app/ghcr") as string }],
    });
  });

  it("warns of what it cannot see, and of a token in the program", async () => {
    const url = new cdk.TerraformVariable(stack, "url", { type: "string" });
    const hostname = new cdk.TerraformVariable(stack, "host", { type: "string" });
    const provider = new library.ScalrProvider(stack, "late", {
      alias: "late",
      hostname: hostname.stringValue,
      token: "t0ken",
    });
    new DockerIntegration(stack, "x", { registryUrl: url.stringValue, username: "bot", provider });
    await check({ environment: { SCALR_HOSTNAME: "acme.scalr.io", SCALR_TOKEN: "t" } });
    expect(stderr.text).toContain("app/x: registry url is known at apply only, it was not checked");
    expect(stderr.text).toContain(
      "app/late: the management token stands in the program; leave it out and set SCALR_TOKEN",
    );
    expect(stderr.text).toContain("the hostname of app/late: not set");
    expect(stderr.text).not.toContain("t0ken");
  });

  it("says what is wrong with module addresses, and which registries want the helper", async () => {
    const sources = {
      tagged: "oci://ghcr.io/acme/vpc:1.4.0",
      hub: "oci://docker.io/acme/vpc?tag=1.4.0",
      cloud: "oci://123456789012.dkr.ecr.eu-central-1.amazonaws.com/vpc?tag=1.4.0",
      fine: "oci://ghcr.io/acme/vpc?tag=1.4.0",
      other: "git::https://example.com/vpc.git",
    };
    for (const [id, source] of Object.entries(sources)) new cdk.TerraformHclModule(stack, id, { source });
    const error = await rejectionOf(check());
    expect(error).toMatchObject({
      problems: [
        { code: "INVALID_OCI_REFERENCE", path: "app/tagged", hint: "use oci://ghcr.io/acme/vpc?tag=1.4.0" },
        { code: "INVALID_OCI_REFERENCE", path: "app/hub", hint: "use oci://registry-1.docker.io/acme/vpc" },
      ],
    });
    expect(stderr.text).toContain(
      "app/cloud: module is at 123456789012.dkr.ecr.eu-central-1.amazonaws.com of Amazon ECR, for which no integration can have a login; configure the credential helper docker-credential-scalr",
    );
    expect(stderr.text).toContain("SCALR_HOSTNAME and SCALR_TOKEN: not set");
  });

  it("has nothing to ask when nothing is declared", async () => {
    const environment = { SCALR_HOSTNAME: "nowhere.invalid", SCALR_TOKEN: "t" };
    expect(await check({ environment })).toEqual({ integrations: 0, modules: 0, asked: [], warnings: [] });
    expect(stderr.text).toBe("preflight: 0 integrations checked offline only, no problem found\n");
  });
});
