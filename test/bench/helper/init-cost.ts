// `tofu init` of a configuration that loads modules from 20 private repositories.
import { findTofu } from "../../support/tofu.ts";
import { askingHelper, loadingModules } from "../../support/private-modules.ts";
import type { BenchContext } from "../bench.ts";
import { reportRatio, samplesOf } from "./comparison.ts";
import type { Runner, Variant } from "./runner.ts";
import { repositories, type World } from "./world.ts";

const limit = 1.15;

export interface InitProject {
  readonly command: readonly string[];
  readonly directory: string;
  /** What makes the next init download everything again. */
  readonly remove: readonly string[];
}

/** @param name of a folder of its own */
export async function openInitProject(world: World, name: string, host: string): Promise<InitProject> {
  const tofu = await findTofu();
  if (tofu === undefined) throw new Error("no OpenTofu: run `npm test` once, it fetches or builds it");
  world.workspace.write(`${name}/main.tf`, loadingModules(host, repositories));
  const directory = world.workspace.path(name);
  return {
    command: [tofu, "init", "-no-color"],
    directory,
    remove: [world.workspace.path(name, ".terraform")],
  };
}

export async function measureInit(world: World, runner: Runner, context: BenchContext): Promise<void> {
  for (const [kind, registry] of Object.entries(world.registries)) {
    const project = await openInitProject(world, `init-${kind}`, registry.host);
    const configuration = (name: string, text: string) => {
      const file = world.workspace.write(`${kind}-${name}.tofurc`, text);
      return { ...project, name, environment: world.environment({ TF_CLI_CONFIG_FILE: file }) };
    };
    const { username, password } = registry;
    const block = `oci_credentials "${registry.host}" {\n  username = "${username}"\n  password = "${password}"\n}\n`;
    const variants: Variant[] = [
      configuration("block", block),
      configuration("no-op", askingHelper("noop", registry.host)),
      configuration("scalr", askingHelper("scalr", registry.host)),
    ];
    const samples = await runner.run({ warmUp: 1, rounds: context.isQuick ? 2 : 11, variants });
    const [block_, noOp, ours] = ["block", "no-op", "scalr"].map((name) => samplesOf(samples, name));
    const init = `tofu init, ${repositories} repositories, ${kind}`;
    reportRatio(context, { name: `${init}, ours / no-op sh`, ours: ours ?? [], base: noOp ?? [], limit });
    reportRatio(context, { name: `${init}, ours / no helper`, ours: ours ?? [], base: block_ ?? [] });
  }
}
