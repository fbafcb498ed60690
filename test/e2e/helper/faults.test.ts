// What a user sees of a source that fails: real `tofu init` of 20 modules from 20 private repositories ends soon, with the cause and the
// remedy in OpenTofu's own message.
import { errorCodes } from "../../../src/base/error-codes.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { askingHelper, loadingModules, publishModules } from "../../support/private-modules.ts";
import { run, type RunResult } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import type { Script } from "../../support/scripted-server.ts";
import { type HelperMachine, startHelperMachine } from "./support/helper-machine.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const modules = 20;
/** The limit. */
const limitMs = 20_000;
const slowMs = 3_000;

real.describe("a tofu init of 20 private repositories", () => {
  let machine: HelperMachine;
  let registry: DockerRegistry;
  /** The same registry under two names: two hosts to the helper. */
  let hosts: string[];

  beforeAll(async () => {
    machine = await startHelperMachine();
    registry = await startDockerRegistry({ auth: "htpasswd", authority: machine.authority });
    await publishModules(registry, modules);
    hosts = [registry.host, `127.0.0.1:${registry.port}`];
    for (const host of hosts) machine.api.logins[host] = `${registry.username}:${registry.password}`;
    machine.workspace.write("tofu.tfrc", askingHelper("scalr", ...hosts));
  });
  afterAll(async () => {
    await registry.stop();
    await machine[Symbol.asyncDispose]();
  });

  let runs = 0;
  /** In a folder of its own, as an identity of its own: nothing is kept from the one before. */
  async function init(variables: Record<string, string> = {}): Promise<RunResult> {
    const folder = `init-${(runs += 1)}`;
    const token = `${machine.inRun["SCALR_OCI_TOKEN"]}${String(runs).padStart(4, "0")}`;
    machine.api.alive.add(token);
    machine.workspace.write(`${folder}/main.tf`, loadingModules(hosts, modules));
    return await run(real.paths.tofu, ["init", "-no-color"], {
      environment: machine.environment({ ...machine.inRun, SCALR_OCI_TOKEN: token, ...variables }),
      directory: machine.workspace.path(folder),
      timeoutMs: 3 * limitMs,
    });
  }

  function askedSince(count: number): number {
    return machine.api.server.requests.length - count;
  }

  /** OpenTofu breaks lines where it likes, but for those that begin with a blank. */
  function flat(text: string): string {
    return text.replaceAll(/\s+/g, " ");
  }

  function expectFailure(result: RunResult, cause: string, remedy: string): void {
    expect(result.durationMs).toBeLessThan(limitMs);
    expect(result.exitCode).toBe(1);
    expect(result.stderr.match(/^Error: Failed to download module/gm)).toHaveLength(modules);
    const said = flat(result.stderr).split('"scalr" credential helper failed: ').slice(1);
    expect(said).toHaveLength(modules);
    for (const text of said) expect(text.slice(0, cause.length)).toBe(cause);
    expect(result.stderr.split("\n").filter((line) => line === `  ${remedy}`)).toHaveLength(modules);
  }

  it("works, and asks once for each host", async () => {
    const before = machine.api.server.requests.length;
    const result = await init();
    expect([result.exitCode, result.stderr]).toEqual([0, ""]);
    expect(askedSince(before)).toBe(hosts.length);
  });

  it("a source that is down", async () => {
    const result = await init({ SCALR_HOSTNAME: "localhost:1" });
    expectFailure(
      result,
      "management api at localhost:1 cannot be reached, the connection is refused (API_UNREACHABLE)",
      "try again later; check the host's name and the network",
    );
  });

  it("a source that hangs is waited for once, not once for each host or repository", async () => {
    const before = machine.api.server.requests.length;
    machine.api.intercept(/./, () => "hang");
    const result = await init();
    machine.api.intercept(/./);
    const { hostname } = machine.api;
    expectFailure(
      result,
      `management api at ${hostname} cannot be reached, it does not answer in time (API_UNREACHABLE)`,
      "try again later; check the host's name and the network",
    );
    expect(askedSince(before)).toBe(1);
  });

  const refusal = (status: number, code: string, detail?: string): Script => {
    return () => ({ status, body: { errors: [{ status: String(status), code, title: code, detail }] } });
  };

  it.each([
    [
      "401",
      refusal(401, "TOKEN_EXPIRED"),
      (host: string) =>
        `management api at ${host} refuses the token from SCALR_OCI_TOKEN, which has ended (TOKEN_EXPIRED)`,
      errorCodes.TOKEN_EXPIRED.nextStep,
    ],
    [
      "403",
      refusal(403, "RIGHT_MISSING", "this token reads no credentials"),
      (host: string) =>
        `management api at ${host}: this token reads no credentials (token from SCALR_OCI_TOKEN) (RIGHT_MISSING)`,
      errorCodes.RIGHT_MISSING.nextStep,
    ],
    [
      "422",
      refusal(422, "REGISTRY_REFUSED", "the registry refused the stored login\nstore a new password"),
      (host: string) =>
        `management api at ${host} refused the request, got 422: the registry refused the stored login (API_REQUEST_REFUSED)`,
      "store a new password",
    ],
  ])("a source that denies with %s", async (_status, script, cause, remedy) => {
    const before = machine.api.server.requests.length;
    machine.api.intercept(/./, script);
    const result = await init();
    machine.api.intercept(/./);
    expectFailure(result, cause(machine.api.hostname), remedy);
    // What is refused for one host may be allowed for another.
    expect(askedSince(before)).toBe(hosts.length);
  });

  it("a source that takes 3 seconds for each answer", async () => {
    const before = machine.api.server.requests.length;
    machine.api.intercept(/credentials/, async ({ url }) => {
      await new Promise((resolve) => setTimeout(resolve, slowMs));
      const host = decodeURIComponent(url.split("/").at(-1) ?? "");
      const { username, password } = registry;
      return { body: { data: { type: "registry-credentials", id: host, attributes: { username, password } } } };
    });
    const result = await init();
    machine.api.intercept(/./);
    expect([result.exitCode, result.stderr]).toEqual([0, ""]);
    expect(result.durationMs).toBeLessThan(limitMs);
    expect(askedSince(before)).toBe(hosts.length);
  });
});
