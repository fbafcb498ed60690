// `scalr-oci check` of plain HCL, with files and lines; of what a program makes: test/contract/constructs/check-command.test.ts.
import { createManagementClient } from "../../src/api/client.ts";
import { Secret } from "../../src/base/secret.ts";
import { type ManagementServer, startManagementServer } from "../../src/server/management-server.ts";
import { runScalrOci } from "../support/cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const hcl = `resource "scalr_docker_integration" "hub" {
  name         = "hub"
  registry_url = "https://docker.io"
  username     = "acme:bot"
}

module "ecr" {
  source = "oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/vpc?tag=1.0.0"
}
`;

describe("scalr-oci check", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());
  const check = (flags: readonly string[], environment: Record<string, string> = {}) =>
    runScalrOci(["check", "infra", ...flags], { environment, directory: workspace.directory });

  it("says every problem and warning with file and line, and fails", async () => {
    workspace.write("infra/main.tf", hcl);
    const { exitCode, stdout } = await check([]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "problem  main.tf:1 scalr_docker_integration.hub: user name has a colon, expected one without (INVALID_ARGUMENT)\n",
    );
    expect(stdout).toContain("(REGISTRY_REDIRECTED)\n         use https://registry-1.docker.io\n");
    expect(stdout).toContain("warning  main.tf:7 module.ecr: ");
    expect(stdout).toContain("1 integration and 1 module checked offline only, 2 problems found\n");
  });

  it("prints JSON, with files as seen from where it runs", async () => {
    workspace.write("infra/main.tf", hcl);
    const { exitCode, stdout } = await check(["--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      integrations: 1,
      modules: 1,
      asked: [],
      findings: [
        { severity: "problem", code: "INVALID_ARGUMENT", file: "infra/main.tf", line: 1 },
        { severity: "problem", code: "REGISTRY_REDIRECTED", hint: "use https://registry-1.docker.io" },
        { severity: "warning", code: "REGISTRY_NOT_SUPPORTED", file: "infra/main.tf", line: 7 },
        { severity: "warning", path: expect.stringContaining("SCALR_TOKEN") },
      ],
    });
  });

  it("prints annotations for GitHub and GitLab, with the same exit code", async () => {
    workspace.write("infra/main.tf", hcl);
    const github = await check(["--annotations", "github"]);
    expect(github.exitCode).toBe(1);
    expect(github.stdout.split("\n")[0]).toBe(
      "::error file=infra/main.tf,line=1,title=INVALID_ARGUMENT::main.tf:1 scalr_docker_integration.hub: user name has a colon, expected one without",
    );
    const gitlab = await check(["--annotations", "gitlab"]);
    expect(gitlab.exitCode).toBe(1);
    expect(JSON.parse(gitlab.stdout)).toMatchObject([
      { severity: "major", location: { path: "infra/main.tf", lines: { begin: 1 } } },
      { severity: "major" },
      { severity: "minor", location: { path: "infra/main.tf", lines: { begin: 7 } } },
      { severity: "minor", location: { path: "infra/main.tf", lines: { begin: 1 } } },
    ]);
  });

  it("is content with warnings alone, unless the API is required", async () => {
    workspace.write("infra/main.tf", hcl.replace("https://docker.io", "ghcr.io").replace(":bot", ""));
    expect((await check([])).exitCode).toBe(0);
    expect((await check(["--require-api"])).exitCode).toBe(1);
  });

  it.each(["u:geheim@x.example", "http://u:geheim@x.example/y", "geheim@"])(
    "prints nothing of the hostname %s, and does not say that it was asked",
    async (hostname) => {
      workspace.write("infra/main.tf", 'module "a" {\n  source = "oci://r.example/a?tag=1"\n}\n');
      for (const flags of [[], ["--json"], ["--annotations", "gitlab"]]) {
        const environment = { SCALR_HOSTNAME: hostname, SCALR_TOKEN: "t" };
        const { exitCode, stdout, stderr } = await check(["--no-probe", ...flags], environment);
        expect(exitCode).toBe(1);
        expect(stdout + stderr).not.toContain("geheim");
        if (flags.length === 0) expect(stdout).toContain("1 module checked offline only, 1 problem found\n");
      }
    },
  );

  it.each([
    [["--annotations", "jenkins"], "annotations"],
    [["--annotations", "github", "--json"], "json"],
  ])("refuses %j", async (flags, word) => {
    workspace.write("infra/main.tf", hcl);
    const { exitCode, stderr } = await check(flags);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(word);
  });

  it("refuses a directory without a configuration, and one that is not HCL", async () => {
    expect(await check([])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("there is no configuration"),
    });
    workspace.write("infra/main.tf", "module {{");
    expect(await check([])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("line 1 is not HCL") });
  });

  describe("with a management API", () => {
    let server: ManagementServer;
    let environment: Record<string, string>;
    const account = createWorkspace();
    beforeAll(async () => {
      server = await startManagementServer({ environment: { HOME: account.path("home") } });
      environment = {
        SCALR_HOSTNAME: server.hostname,
        SCALR_TOKEN: server.adminToken.reveal(),
        SSL_CERT_FILE: account.write("trust.pem", server.certificatePem),
      };
      const client = createManagementClient({ hostname: server.hostname, token: server.adminToken, environment });
      const password = new Secret("secret");
      await client.integrations.create({ name: "old", registryUrl: "r.invalid", username: "bot", password });
    });
    afterAll(async () => {
      await server.close();
      account.remove();
    });

    it("says that a host is taken, and what to do in HCL", async () => {
      const text = hcl.replace("https://docker.io", "r.invalid").replace(":bot", "");
      workspace.write("infra/main.tf", text);
      const { exitCode, stdout } = await check(["--no-probe"], environment);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/main\.tf:1 .*r\.invalid has the integration old .*\(HOST_TAKEN\)\n +.*an import block/);
      expect(stdout).toContain(`checked with ${server.hostname}`);
      expect((await check(["--no-probe", "--renamed-from", "old"], environment)).exitCode).toBe(0);
    });
  });
});
