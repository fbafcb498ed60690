// examples/module-pipeline: the steps of both workflow files, as their CI runs them, against registries on loopback.
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../src/base/version.ts";
import { builtExecutable } from "../support/built.ts";
import { type Intercept, LoopbackInternet } from "../support/loopback-internet.ts";
import { run, runOk } from "../support/processes.ts";
import { realParts } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";

const real = await realParts("tofu", "git", "openssl");
const example = join(root, "examples", "module-pipeline");
const network = join(root, "examples", "private-modules", "modules", "network");
const gitHub = { username: "octocat", password: "canary-of-github" };
const gitLab = { username: "gitlab-ci-token", password: "canary-of-gitlab" };
/** Lists no referrers, as some registries do not. */
const withoutReferrers: Intercept = ({ url }, response) => {
  if (url?.includes("/referrers/") !== true) return false;
  response.writeHead(404).end();
  return true;
};

real.describe("examples/module-pipeline", () => {
  const internet = new LoopbackInternet(real.paths.tofu);
  const { workspace } = internet;
  const project = workspace.path("project");
  const networkLogin = {
    SCALR_OCI_USERNAME_ghcr_io: gitHub.username,
    SCALR_OCI_PASSWORD_ghcr_io: gitHub.password,
  };
  const person = { NAME: "A", EMAIL: "a@example.com" };
  const identity = Object.fromEntries(
    Object.entries(person).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const inProject = (variables: Record<string, string> = {}) => ({
    environment: internet.environment({ ...identity, ...variables }),
    directory: project,
  });
  const shell = (line: string, variables: Record<string, string>) =>
    run("sh", ["-e", "-c", line], inProject(variables));
  const git = (...args: string[]) => runOk(real.paths.git, args, inProject());
  const commit = async (file: string, text: string) => {
    workspace.write(`project/${file}`, text);
    await git("add", ".");
    await git("commit", "-q", "-m", file);
  };
  const pushNetwork = (...flags: string[]) =>
    run(
      builtExecutable("scalr-oci"),
      ["push", network, "oci://ghcr.io/acme/network", "--version", "1.0.0", "--no-git", ...flags],
      inProject(networkLogin),
    );

  beforeAll(async () => {
    await internet.addRegistry("ghcr.io", gitHub);
    await internet.addRegistry("registry.gitlab.com", gitLab, withoutReferrers);
    await internet.connect();
    cpSync(example, project, { recursive: true });
    for (const line of readFileSync(join(example, "README.md"), "utf8").match(/^openssl .*$/gm) ?? []) {
      expect(await shell(line, {})).toMatchObject({ exitCode: 0 });
    }
    await git("init", "-q");
    await git("remote", "add", "origin", "https://github.com/acme/service");
    await commit(".gitignore", "publisher.key\n.terraform/\n");
    expect(await pushNetwork()).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => internet.close());

  it("has a lock whose digest is that of the module, made here and now", () => {
    const { modules } = JSON.parse(readFileSync(join(example, "module", "scalr-oci.lock.json"), "utf8")) as {
      modules: Record<string, { digest: string }>;
    };
    const { digest } = modules["oci://ghcr.io/acme/network?tag=1.0.0"] ?? {};
    expect(readFileSync(join(example, "module", "main.tf"), "utf8")).toContain(`?digest=${digest}"`);
  });

  describe("in GitHub Actions", () => {
    const workflow = readFileSync(join(example, ".github", "workflows", "module.yml"), "utf8");
    const [, repository] = /REPOSITORY: (\S+)/.exec(workflow) ?? [];
    const steps = [...workflow.matchAll(/^ +-? *run: (.*)$/gm)].map(([, line]) => line ?? "");
    const variables = (published: string) => ({
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_ACTOR: gitHub.username,
      GITHUB_TOKEN: gitHub.password,
      GITHUB_REF_NAME: `v${published}`,
      ANNOTATIONS: "github",
      REPOSITORY: repository ?? "",
      SIGN_KEY: readFileSync(join(project, "publisher.key"), "utf8").trimEnd(),
    });

    it("installs this version, sets up, checks and publishes", () => {
      expect(steps[0]).toBe(`npm install --global ./tools/scalr-oci-${version}.tgz`);
      expect(steps.map((line) => line.split(" ")[0])).toEqual(["npm", "scalr-oci", "./check.sh", "./publish.sh"]);
    });

    it("goes through all its steps, and again without a change", async () => {
      for (const line of [...steps.slice(1), ...steps.slice(2)]) {
        const { exitCode, stdout, stderr } = await shell(line, variables("1.0.0"));
        expect({ line, exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
        if (line.startsWith("./check.sh")) expect(stdout).toMatch(/^(::warning .*\n)*$/);
        if (line.startsWith("./publish.sh")) expect(stdout).toContain("signed by the given key");
      }
      const listed = await shell(`scalr-oci versions ${repository}`, variables("1.0.0"));
      expect(listed.stdout).toBe("1.0.0\nother tags: 1, 1.0\n");
    });

    it("publishes what OpenTofu loads, without the module's tests", async () => {
      const lines = [`module "service" {`, `  source = "${repository}?tag=1.0"`, `  name = "hello"`, "}"];
      workspace.write("consumer/main.tf", `${lines.join("\n")}\noutput "address" { value = module.service.address }\n`);
      const options = { ...inProject(networkLogin), directory: workspace.path("consumer") };
      await runOk(real.paths.tofu, ["init", "-no-color"], options);
      expect(await runOk(real.paths.tofu, ["apply", "-auto-approve", "-no-color"], options)).toContain(
        'address = "hello.network-hello.example"',
      );
      expect(existsSync(workspace.path("consumer", ".terraform", "modules", "service", "tests"))).toBe(false);
    });

    it("does not move a version", async () => {
      await commit("module/extra.tf", 'output "extra" {\n  value = 1\n}\n');
      const [, , , publish] = steps;
      const refused = await shell(publish ?? "", variables("1.0.0"));
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("VERSION_EXISTS") as string });
      expect(await shell(publish ?? "", variables("1.1.0"))).toMatchObject({ exitCode: 0 });
    });

    it("does not publish with a key that is another than the committed one", async () => {
      await shell("openssl genpkey -algorithm ed25519 -out other.key", {});
      const SIGN_KEY = readFileSync(join(project, "other.key"), "utf8").trimEnd();
      const { exitCode, stdout } = await shell("./publish.sh 1.2.0", { ...variables("1.2.0"), SIGN_KEY });
      expect(exitCode).toBe(1);
      expect(stdout).toContain("FAILED provenance");
    });

    it("fails the check when a test of the module fails, and when it is not formatted", async () => {
      const [, , check] = steps;
      const main = readFileSync(join(project, "module", "main.tf"), "utf8");
      for (const broken of [main.replace(".example", ".elsewhere"), main.replace("  name", " name")]) {
        workspace.write("project/module/main.tf", broken);
        expect((await shell(check ?? "", variables("1.2.0"))).exitCode).not.toBe(0);
      }
      workspace.write("project/module/main.tf", main);
    });
  });

  describe("in GitLab CI", () => {
    const workflow = readFileSync(join(example, ".gitlab-ci.yml"), "utf8");
    const scripts = [...workflow.matchAll(/^ +- (scalr-oci|\.\/).*$/gm)].map(([line]) => line.replace(/^ +- /, ""));
    const variables = {
      ...networkLogin,
      GITLAB_CI: "true",
      CI_REGISTRY: "registry.gitlab.com",
      CI_REGISTRY_USER: gitLab.username,
      CI_REGISTRY_PASSWORD: gitLab.password,
      CI_REGISTRY_IMAGE: "registry.gitlab.com/acme/platform",
      CI_COMMIT_TAG: "v1.0.0",
      ANNOTATIONS: "gitlab",
      REPOSITORY: "oci://registry.gitlab.com/acme/platform/service",
    };

    it("goes through all its steps; the registry keeps no provenance", async () => {
      expect(workflow).toContain("REPOSITORY: oci://$CI_REGISTRY_IMAGE/service\n");
      expect(scripts.map((line) => line.split(" ")[0])).toEqual(["scalr-oci", "./check.sh", "./publish.sh"]);
      for (const line of scripts) {
        const { exitCode, stdout, stderr } = await shell(line, variables);
        expect({ line, exitCode, stdout, stderr }).toMatchObject({ exitCode: 0 });
      }
      // Without an API to ask it says so, and finds nothing else.
      const report = JSON.parse(readFileSync(join(project, "gl-code-quality-report.json"), "utf8")) as object[];
      expect(report).toMatchObject([{ severity: "minor", description: expect.stringContaining("offline") as string }]);
      const verified = await shell(`scalr-oci verify "$REPOSITORY?tag=1.0.0"`, variables);
      expect(verified).toMatchObject({ exitCode: 0 });
    });
  });

  it("fails the check when the tag of what it uses was moved", async () => {
    workspace.write("moved/main.tf", "# other\n");
    const push = ["push", workspace.path("moved"), "oci://ghcr.io/acme/network", "--version", "1.0.0", "--force"];
    expect(await run(builtExecutable("scalr-oci"), push, inProject(networkLogin))).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await shell("./check.sh", networkLogin);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("REFUSED  oci://ghcr.io/acme/network?tag=1.0.0: the tag 1.0.0 has other content now");
  });
});
