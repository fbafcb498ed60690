// examples/many-teams as its README says: locked, synthesized, applied; and what its rules refuse.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtExecutable } from "../support/built.ts";
import { copyProgram } from "../support/example-program.ts";
import { type FakeManagementApi, startFakeManagementApi } from "../support/fake-management-api.ts";
import { LoopbackInternet } from "../support/loopback-internet.ts";
import { run, runOk } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";

const tofu = await realPart("tofu");
const network = join(root, "examples", "private-modules", "modules", "network");
const gitHub = { username: "payments-bot", password: "canary-of-github" };
const gitLab = { username: "search-deploy", password: "canary-of-gitlab" };
const addresses = ["oci://ghcr.io/payments/network", "oci://registry.gitlab.com/search/infra/network"];

tofu.describe("examples/many-teams", () => {
  const internet = new LoopbackInternet(tofu.path);
  let api: FakeManagementApi;
  const { workspace } = internet;
  const stack = (name: string) => workspace.path("project", "cdktf.out", "stacks", name);
  const inProject = (variables: Record<string, string> = {}, directory = workspace.path("project")) => ({
    environment: internet.environment({ SCALR_HOSTNAME: api.hostname, SCALR_TOKEN: api.token, ...variables }),
    directory,
  });
  /** What the runs of a team have: here in the environment, at Scalr and under `scalr-oci exec` by the integrations. */
  const logins = {
    SCALR_OCI_USERNAME_ghcr_io: gitHub.username,
    SCALR_OCI_PASSWORD_ghcr_io: gitHub.password,
    SCALR_OCI_USERNAME_registry_gitlab_com: gitLab.username,
    SCALR_OCI_PASSWORD_registry_gitlab_com: gitLab.password,
  };
  const scalrOci = (...args: string[]) => run(builtExecutable("scalr-oci"), args, inProject(logins));

  beforeAll(async () => {
    await internet.addRegistry("ghcr.io", gitHub);
    await internet.addRegistry("registry.gitlab.com", gitLab);
    await internet.connect();
    api = await startFakeManagementApi(internet.authority.issue());
    copyProgram(workspace, "many-teams", "project");
    for (const args of [
      ["setup", "provider"],
      ["setup", "ghcr.io", "registry.gitlab.com"],
    ]) {
      expect(await scalrOci(...args)).toMatchObject({ exitCode: 0 });
    }
    for (const address of addresses) {
      for (const version of ["1.0.0", "1.2.0", "2.1.0", "3.0.0"]) {
        const pushed = await scalrOci("push", network, address, "--version", version, "--no-git");
        expect(pushed).toMatchObject({ exitCode: 0 });
      }
    }
  });
  afterAll(async () => {
    await api.stop();
    await internet.close();
  });

  it("locks what each team allows", async () => {
    expect(await scalrOci("lock")).toMatchObject({
      exitCode: 0,
      stdout: `added    ${addresses[0]} ~> 1.0: 1.2.0\nadded    ${addresses[1]} >= 1.1, < 3.0: 2.1.0\n`,
    });
  });

  it("synthesizes a stack for the platform and one for each team", async () => {
    const { exitCode, stderr } = await run("node", ["main.ts"], inProject());
    expect(stderr).toBe(`preflight: 2 integrations and 2 modules checked with ${api.hostname}, no problem found\n`);
    expect(exitCode).toBe(0);
    for (const name of ["registries", "payments", "search"]) expect(existsSync(stack(name))).toBe(true);
  });

  it("applies the integrations, with the variables that the README names", async () => {
    const variables = {
      TF_VAR_teams_ghcr_io_password: gitHub.password,
      TF_VAR_teams_registry_gitlab_com_password: gitLab.password,
    };
    const readme = readFileSync(join(root, "examples", "many-teams", "README.md"), "utf8");
    for (const name of Object.keys(variables)) expect(readme).toContain(`export ${name}=…`);
    const options = inProject(variables, stack("registries"));
    await runOk(tofu.path, ["init", "-no-color"], options);
    await runOk(tofu.path, ["apply", "-auto-approve", "-no-color"], options);
    expect(api.integrations.map(({ attributes }) => attributes)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "payments-github", "export-credentials": true, ...gitHub }),
        expect.objectContaining({ name: "search-gitlab", "export-credentials": true, ...gitLab }),
      ]),
    );
  });

  it("has teams that load and apply exactly what is locked", async () => {
    for (const team of ["payments", "search"]) {
      const options = inProject(logins, stack(team));
      await runOk(tofu.path, ["init", "-no-color"], options);
      expect(await runOk(tofu.path, ["apply", "-auto-approve", "-no-color"], options)).toContain(
        `network_id = "network-${team}"`,
      );
    }
  });

  it("refuses a team that breaks the rules, and writes nothing", async () => {
    copyProgram(workspace, "many-teams", "refused");
    workspace.write("refused/teams.ts", teamOf("quay.io"));
    const { exitCode, stderr } = await run("node", ["main.ts"], {
      environment: internet.environment({}),
      directory: workspace.path("refused"),
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("policy: integration is for quay.io, expected one of ghcr.io, registry.gitlab.com");
    expect(stderr).toContain("policy: integration has the name Quay, expected one that matches");
    expect(stderr).toContain("[registries/teams/quay.io]");
    expect(existsSync(workspace.path("refused", "cdktf.out", "manifest.json"))).toBe(false);
  });

  it("refuses a list with two integrations for one host", async () => {
    workspace.write("refused/teams.ts", teamOf("ghcr.io", "GHCR.io:443"));
    const { exitCode, stderr } = await run("node", ["main.ts"], {
      environment: internet.environment({}),
      directory: workspace.path("refused"),
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("registries/teams: registry host ghcr.io is in the list twice, expected once");
  });
});

/** A list of teams whose registries are at these hosts. */
function teamOf(...hosts: string[]): string {
  const digest = `sha256:${"a".repeat(64)}`;
  const teams = hosts.map(
    (host, index) =>
      `{ name: "team${index}", registry: RegistryEntry.of({ name: "Quay", username: "x", registryUrl: "https://${host}" }),
         network: { source: "oci://ghcr.io/acme/network?digest=${digest}" } }`,
  );
  return `import { RegistryEntry } from "scalr-oci/cdktf";\nexport const teams = [${teams.join(",\n")}];\n`;
}
