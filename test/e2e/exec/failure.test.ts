// What `exec` says after a command that failed: what doctor finds, in bounded time, and nothing when it was not about modules.
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { canary, exec, openProject, type PrivateModule, publishPrivateModule } from "./support.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
/** Ten seconds of patience, and starting two Nodes on a busy machine. */
const boundMs = 25_000;

real.describe("after a command that failed", () => {
  let module: PrivateModule;
  let workspace: Workspace;
  let management: Record<string, string>;
  beforeAll(async () => {
    module = await publishPrivateModule();
  });
  afterAll(async () => module[Symbol.asyncDispose]());
  beforeEach(() => {
    workspace = createWorkspace();
    management = openProject(workspace, module);
  });
  afterEach(() => workspace.remove());

  const run = (args: readonly string[]) => exec(workspace, module, args, { variables: management });
  /** What `exec` itself printed, but for what it said before the command ran. */
  const ownLines = (stderr: string) => stderr.split("\n").filter((line) => /^scalr-oci: (?!warning: )/.test(line));
  const stale = () => {
    const auth = Buffer.from(`robot:${canary}-stale`).toString("base64");
    workspace.write(
      "home/.docker/config.json",
      JSON.stringify({ auths: { [`${module.registry.host}/acme`]: { auth } } }),
    );
  };

  it("says that the registry refuses the login, where it is from and the next step", async () => {
    stale();
    const { exitCode, stderr } = await run(["--", tofu, "init", "-no-color"]);
    expect(exitCode).toBe(1);
    const said = ownLines(stderr).filter((line) => line.includes("(doctor on"));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`doctor on ${module.address}`);
    expect(stderr.slice(stderr.indexOf("(doctor on"))).toMatch(/\n {2}\S/);
    expect(stderr).not.toContain(canary);
  });

  it("in a script, and with -chdir", async () => {
    stale();
    const script = await run(["--", "sh", "-c", `${tofu} init -no-color >/dev/null 2>&1; exit 7`]);
    expect([script.exitCode, script.stderr.includes("(doctor on")]).toEqual([7, true]);
    workspace.write("project/sub/main.tf", `module "network" {\n  source = "${module.address}"\n}\n`);
    workspace.write("project/main.tf", "");
    const changed = await run(["--", tofu, "-chdir=sub", "init", "-no-color"]);
    expect([changed.exitCode, changed.stderr.includes("(doctor on")]).toEqual([1, true]);
  });

  it("says which address is wrong", async () => {
    workspace.write(
      "project/main.tf",
      `module "network" {\n  source = "oci://${module.registry.host}/acme/network:1.0.0"\n}\n`,
    );
    const { stderr } = await run(["--", tofu, "init", "-no-color"]);
    expect(ownLines(stderr).join("\n")).toMatch(/main\.tf:2 module\.network: /);
  });

  it.each([
    ["--no-doctor", ["--no-doctor", "--", "sh", "-c", "exit 3"], 3],
    ["a command that ends well", ["--", "true"], 0],
    ["one that a signal ended", ["--", "sh", "-c", "kill -TERM $$"], 143],
  ] as const)("says nothing with %s", async (_, args, exitCode) => {
    stale();
    const result = await run(args);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).not.toContain("doctor on");
  });

  it("says nothing when the modules are there, or there are none", async () => {
    expect((await run(["--", tofu, "init", "-no-color"])).exitCode).toBe(0);
    stale();
    const later = await run(["--", "sh", "-c", "exit 3"]);
    expect([later.exitCode, later.stderr.includes("doctor on")]).toEqual([3, false]);
    workspace.write("project/main.tf", "resource {");
    const broken = await run(["--", tofu, "init", "-no-color"]);
    expect([broken.exitCode, ownLines(broken.stderr)]).toEqual([1, []]);
  });

  it("gives up on a registry that does not answer, and ends with the command's own code", async () => {
    const silent = await startSilentServer();
    const { port } = silent.address() as AddressInfo;
    workspace.write(
      "project/main.tf",
      `module "network" {\n  source = "oci://localhost:${port}/acme/network?tag=1"\n}\n`,
    );
    const { exitCode, durationMs, stderr } = await run(["--", "sh", "-c", "exit 9"]);
    silent.close();
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(
      /^scalr-oci: doctor found nothing about oci:.* within 10 s\n {2}to give it its time: scalr-oci doctor '/,
    );
    expect(durationMs).toBeLessThan(boundMs);
  });
});

async function startSilentServer(): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => {}).unref()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return server;
}
