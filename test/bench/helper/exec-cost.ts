// `scalr-oci exec`: what it takes itself, and what its command takes beside one that has the logins from a static file.
import { join } from "node:path";
import { builtExecutable } from "../../support/built.ts";
import type { BenchContext } from "../bench.ts";
import { inner, reportRatio, samplesOf, wall } from "./comparison.ts";
import { openInitProject } from "./init-cost.ts";
import type { Runner, Sample, Variant } from "./runner.ts";
import { runToken, type World } from "./world.ts";

const limits = { child: 1.05, own: 1.5 } as const;
const bareRequests = join(import.meta.dirname, "bare-requests.cjs");
/** Longer than the run token's end, which `exec` does not wait for. */
const childSeconds = "0.3";

export async function measureExec(world: World, runner: Runner, context: BenchContext): Promise<void> {
  await measureChild(world, runner, context);
  await measureOwn(world, runner, context);
}

async function measureChild(world: World, runner: Runner, context: BenchContext): Promise<void> {
  const { host, username, password } = world.registries.Basic;
  const project = await openInitProject(world, "exec", host);
  const innerFile = world.workspace.path("inner-ms");
  const timed = runner.timing(innerFile, project.command);
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  world.workspace.write("static/.docker/config.json", JSON.stringify({ auths: { [host]: { auth } } }));
  const variants: Variant[] = [
    {
      ...project,
      innerFile,
      name: "static",
      command: timed,
      environment: world.environment({ HOME: world.workspace.path("static") }),
    },
    { ...project, innerFile, name: "exec", command: execOf(timed), environment: execEnvironment(world) },
  ];
  const samples = await runner.run({ warmUp: 1, rounds: context.isQuick ? 2 : 15, variants });
  const [ours, base] = [samplesOf(samples, "exec"), samplesOf(samples, "static")];
  reportRatio(context, { name: "tofu init in exec / with static auths", ours, base, of: inner, limit: limits.child });
}

async function measureOwn(world: World, runner: Runner, context: BenchContext): Promise<void> {
  const common = {
    directory: world.workspace.directory,
    environment: { ...execEnvironment(world), BENCH_TOKEN: runToken },
  };
  const innerFile = world.workspace.path("inner-ms");
  const paths = ["GET", "/api/oci/v1/docker-config", "GET", "/api/oci/v1/docker-config"];
  const requests = [process.execPath, bareRequests, `https://${world.api.hostname}`, ...paths];
  const variants: Variant[] = [
    { ...common, name: "Node and two requests", command: requests },
    { ...common, name: "exec", command: execOf(runner.timing(innerFile, ["/bin/sleep", childSeconds])), innerFile },
  ];
  const samples = await runner.run({ warmUp: 2, rounds: context.isQuick ? 3 : 31, variants });
  const [ours, base] = [samplesOf(samples, "exec"), samplesOf(samples, "Node and two requests")];
  const own = ({ wallMs, innerMs }: Sample) => wallMs - innerMs;
  reportRatio(context, {
    name: "exec itself / Node and two requests",
    ours,
    base,
    of: own,
    ofBase: wall,
    limit: limits.own,
  });
}

function execOf(command: readonly string[]): string[] {
  return [builtExecutable("scalr-oci"), "exec", "--", ...command];
}

function execEnvironment(world: World): Record<string, string> {
  return world.environment({ SCALR_HOSTNAME: world.api.hostname, SCALR_TOKEN: world.api.mintToken });
}
