// The programs that pull from registries and ask credential helpers: how each is told to use ours, and to read one manifest or image.
import { join } from "node:path";
import { run, type RunResult } from "../../../support/processes.ts";
import type { Workspace } from "../../../support/workspace.ts";

export interface Pull {
  /** Absolute path of the program. */
  readonly program: string;
  /** `HOST/REPOSITORY:TAG` */
  readonly reference: string;
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads a module's manifest; OpenTofu loads the module itself. */
type ReadManifest = (pull: Pull) => Promise<RunResult>;

const plainly =
  (...args: readonly string[]): ReadManifest =>
  ({ program, reference, environment }) =>
    run(program, [...args.slice(0, -1), `${args.at(-1)}${reference}`], { environment });

export const manifestReaders = {
  skopeo: plainly("inspect", "--raw", "docker://"),
  oras: plainly("manifest", "fetch", ""),
  docker: plainly("manifest", "inspect", ""),
  crane: plainly("manifest", ""),
  tofu: initModule,
} as const satisfies Readonly<Record<string, ReadManifest>>;

export type ManifestReader = keyof typeof manifestReaders;

/** What a client prints that has read the manifest. */
export const successOf = (client: ManifestReader): string =>
  client === "tofu" ? "has been successfully initialized" : "application/vnd.opentofu.modulepkg";

async function initModule({ program, reference, workspace, environment }: Pull): Promise<RunResult> {
  const [repository = "", tag = ""] = reference.split(/:(?=[^:/]+$)/);
  workspace.write("stack/main.tf", `module "pulled" {\n  source = "oci://${repository}?tag=${tag}"\n}\n`);
  return await run(program, ["init", "-no-color", "-input=false"], {
    environment,
    directory: workspace.path("stack"),
  });
}

/** Makes every client of the workspace ask our helper for these hosts; containers/image reads the file in the home directory alone. */
export function askHelper(workspace: Workspace, ...hosts: readonly string[]): void {
  const credHelpers = Object.fromEntries(hosts.map((host) => [host, "scalr"]));
  workspace.write(join("home", ".docker", "config.json"), JSON.stringify({ credHelpers }));
}
