// The vectors of version constraints against OpenTofu itself, which loads the modules from a module registry on loopback.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { startModuleRegistry, type ServedVersions } from "../../support/module-registry.ts";
import { run, type RunResult } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import type { ScriptedServer } from "../../support/scripted-server.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

interface Row {
  readonly versions: string;
  readonly constraint: string;
  readonly version: string | null;
}

const vectors = JSON.parse(readFileSync(join(root, "test/vectors/version-constraints.json"), "utf8")) as {
  readonly versions: ServedVersions;
  readonly valid: readonly Row[];
  readonly invalid: readonly string[];
};
const tofu = await realPart("tofu");
/** A hundred modules one after another. */
const timeoutMs = 120_000;

tofu.describe("OpenTofu, which", () => {
  let workspace: Workspace;
  let authority: Authority;
  let registry: ScriptedServer;
  beforeAll(async () => {
    workspace = createWorkspace();
    authority = createAuthority();
    workspace.write("module/main.tf", "");
    registry = await startModuleRegistry(authority.issue(), vectors.versions, workspace.path("module"));
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
    workspace.remove();
  });

  async function load(directory: string, rows: readonly Omit<Row, "version">[]): Promise<RunResult> {
    const blocks = rows.map(({ versions, constraint }, index) => {
      // An address by IP: OpenTofu wants a dot in the host of a module registry.
      const source = `127.0.0.1:${registry.port}/acme/${versions}/test`;
      return `module "m${index}" {\n  source  = "${source}"\n  version = ${JSON.stringify(constraint)}\n}\n`;
    });
    workspace.write(`${directory}/main.tf`, blocks.join(""));
    const environment = workspace.environment({ trust: authority.certificateFile });
    return run(tofu.path, ["get", "-no-color"], { environment, directory: workspace.path(directory), timeoutMs });
  }

  it(
    "chooses what the vectors say",
    async () => {
      const rows = vectors.valid.filter(({ version }) => version !== null);
      expect(await load("some", rows)).toMatchObject({ exitCode: 0 });
      const text = readFileSync(workspace.path("some", ".terraform", "modules", "modules.json"), "utf8");
      const { Modules } = JSON.parse(text) as { Modules: readonly { Key: string; Version?: string }[] };
      const chosen = new Map(Modules.map(({ Key, Version }) => [Key, Version]));
      expect(rows.map((row, index) => ({ ...row, version: chosen.get(`m${index}`) }))).toEqual(rows);
    },
    timeoutMs,
  );

  it(
    "finds none where the vectors say so",
    async () => {
      const rows = vectors.valid.filter(({ version }) => version === null);
      const { exitCode, stderr } = await load("none", rows);
      expect(exitCode).toBe(1);
      const said = [
        ...stderr.matchAll(/(?:Unresolvable module version constraint|Module has no versions)[\s\S]*?module "m(\d+)"/g),
      ];
      expect(said.map(([, index]) => Number(index)).toSorted((one, other) => one - other)).toEqual(
        rows.map((_, index) => index),
      );
      expect(existsSync(workspace.path("none", ".terraform", "modules", "modules.json"))).toBe(false);
    },
    timeoutMs,
  );

  it(
    "refuses to read the others",
    async () => {
      const rows = vectors.invalid.map((constraint) => ({ versions: "stable", constraint }));
      const { exitCode, stderr } = await load("invalid", rows);
      expect(exitCode).toBe(1);
      const said = [...stderr.matchAll(/Invalid version constraint[\s\S]*?in module "m(\d+)"/g)];
      expect(said.map(([, index]) => Number(index)).toSorted((one, other) => one - other)).toEqual(
        rows.map((_, index) => index),
      );
    },
    timeoutMs,
  );
});
