// examples/rotation as its README says: what each apply sends, what a run then gets, and that a wrong password changes nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "../../src/base/secret.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../src/registry/embedded-registry.ts";
import { type ManagementServer, startManagementServer } from "../e2e/support/management-server.ts";
import { type Authority, createAuthority } from "../support/authority.ts";
import { builtDirectory, builtExecutable } from "../support/built.ts";
import { filesHolding } from "../support/canary.ts";
import { run, runOk } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const tofu = await realPart("tofu");
const program = join(root, "examples", "rotation", "main.ts");
const username = "acme-bot";
const passwords = { old: "canary-old-password", fresh: "canary-new-password", wrong: "canary-no-password" };

tofu.describe("examples/rotation", () => {
  let authority: Authority;
  let workspace: Workspace;
  let registry: EmbeddedRegistry;
  let server: ManagementServer;
  const environment = (variables: Record<string, string> = {}) =>
    workspace.environment({
      trust: authority.certificateFile,
      path: [builtDirectory],
      variables: {
        SCALR_HOSTNAME: server.hostname,
        SCALR_TOKEN: server.adminToken,
        REGISTRY_URL: registry.host.url,
        ...variables,
      },
    });
  const stack = () => workspace.path("project", "cdktf.out", "stacks", "registries");
  /** A command of OpenTofu after a synthesis, with a password and its version. */
  const rotate = async (command: string, password: string, version: number) => {
    const variables = { PASSWORD_VERSION: String(version), TF_VAR_registry_password: password };
    const options = { environment: environment(variables), directory: stack() };
    await runOk("node", [program], { ...options, directory: workspace.path("project") });
    return run(tofu.path, [...command.split(" "), "-no-color", "-input=false"], options);
  };
  /** The login that a run gets. */
  const loginOfRun = async () => {
    const script = 'cat "$XDG_RUNTIME_DIR/containers/auth.json"';
    const text = await runOk(builtExecutable("scalr-oci"), ["exec", "--", "sh", "-c", script], {
      environment: environment(),
    });
    const { auths } = JSON.parse(text) as { auths: Record<string, { auth: string }> };
    return Buffer.from(auths[registry.host.value]?.auth ?? "", "base64").toString();
  };

  beforeAll(async () => {
    authority = createAuthority();
    workspace = createWorkspace();
    // Both tokens work for a time, as registries let them.
    const users = [passwords.old, passwords.fresh].map((password) => ({ username, password: new Secret(password) }));
    registry = await startEmbeddedRegistry({ tls: authority.issue(), auth: { kind: "basic", users } });
    server = await startManagementServer({ workspace, authority });
    workspace.write("project/.keep", "");
    await runOk(builtExecutable("scalr-oci"), ["setup", "provider"], { environment: environment() });
  });
  afterAll(async () => {
    await server.stop();
    await registry.close();
    authority.remove();
    workspace.remove();
  });

  it("applies the first password", async () => {
    await runOk("node", [program], { environment: environment(), directory: workspace.path("project") });
    await runOk(tofu.path, ["init", "-no-color"], { environment: environment(), directory: stack() });
    expect((await rotate("apply -auto-approve", passwords.old, 1)).stdout).toContain('status = "active"');
    expect(await loginOfRun()).toBe(`${username}:${passwords.old}`);
  });

  it("sees nothing while only the password is another", async () => {
    expect(await rotate("plan -detailed-exitcode", passwords.fresh, 1)).toMatchObject({ exitCode: 0 });
    expect(await loginOfRun()).toBe(`${username}:${passwords.old}`);
  });

  it("changes nothing when the registry does not take the new one", async () => {
    const { exitCode, stderr } = await rotate("apply -auto-approve", passwords.wrong, 2);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("REGISTRY_LOGIN_REFUSED");
    expect(await loginOfRun()).toBe(`${username}:${passwords.old}`);
    expect(readFileSync(join(workspace.path("project"), "terraform.registries.tfstate"), "utf8")).toContain(
      '"password_wo_version": 1',
    );
  });

  it("gives the new one to runs once the version is raised", async () => {
    const { exitCode, stdout } = await rotate("plan -out=saved.plan", passwords.fresh, 2);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 -> 2") as string });
    expect((await rotate("apply -auto-approve", passwords.fresh, 2)).stdout).toContain("1 changed");
    expect(await loginOfRun()).toBe(`${username}:${passwords.fresh}`);
    expect(await rotate("plan -detailed-exitcode", passwords.fresh, 2)).toMatchObject({ exitCode: 0 });
  });

  it("keeps every password out of programs, plans and states", () => {
    expect(filesHolding(workspace.directory, "password_wo_version").length).toBeGreaterThan(1);
    for (const password of Object.values(passwords)) expect(filesHolding(workspace.directory, password)).toEqual([]);
  });
});
