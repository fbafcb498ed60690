// One `get`: from what is kept, and from the management API.
import { join } from "node:path";
import { notFoundText } from "../../../src/helper/protocol.ts";
import { findExecutable } from "../../../tools/tofu/ensure-tofu.ts";
import type { BenchContext } from "../bench.ts";
import { reportRatio, samplesOf } from "./comparison.ts";
import type { Runner, Variant } from "./runner.ts";
import { login, runToken, type World } from "./world.ts";

/** Starts of some milliseconds scatter; they cost little. */
const quickStarts = { warmUp: 3, rounds: 61 };
const nodeStarts = { warmUp: 2, rounds: 31 };
const fewRounds = { warmUp: 1, rounds: 3 };

/** Beside a helper in sh, and beside the one that most people have. */
const limits = { noOp: 2.5, ecrLogin: 0.6, cold: 1.3 } as const;
const bareRequests = join(import.meta.dirname, "bare-requests.cjs");
const stranger = "https://stranger.test";

export async function measureGet(world: World, runner: Runner, context: BenchContext): Promise<void> {
  await measureKept(world, runner, context);
  await measureCold(world, runner, context);
}

async function measureKept(world: World, runner: Runner, context: BenchContext): Promise<void> {
  const { registries, helper, noOp, workspace } = world;
  const { host, username, password } = registries.Basic;
  const common = { directory: workspace.directory, environment: world.environment() };
  const throughApi = world.apart({ SCALR_HOSTNAME: world.api.hostname, SCALR_OCI_TOKEN: runToken });
  const hit = {
    command: [helper, "get"],
    stdin: `https://${host}`,
    stdout: `${login(username, password, `https://${host}`)}\n`,
  };
  const notFound = { command: [helper, "get"], stdin: stranger, stdout: `${notFoundText}\n`, exitCode: 1 };
  const ecrLogin = await findExecutable("docker-credential-ecr-login", process.env);
  if (ecrLogin === undefined)
    context.note("no docker-credential-ecr-login: install Debian's amazon-ecr-credential-helper");
  const variants: Variant[] = [
    {
      ...common,
      name: "no-op",
      command: [noOp, "get"],
      stdin: `https://${host}`,
      stdout: `${login(username, password)}\n`,
    },
    { ...common, ...hit, name: "kept login, stored here" },
    { ...common, ...hit, name: "kept login, from the API", environment: throughApi },
    { ...common, ...notFound, name: "kept not-found" },
    { ...common, ...notFound, name: "kept not-found, from the API", environment: throughApi },
    ...(ecrLogin === undefined ? [] : [{ ...common, name: "ecr-login", command: [ecrLogin, "-v"] }]),
  ];
  const samples = await runner.run({ ...(context.isQuick ? fewRounds : quickStarts), variants });
  for (const { name } of variants.filter((variant) => variant.command[0] === helper)) {
    const ours = samplesOf(samples, name);
    reportRatio(context, { name: `${name} / no-op sh`, ours, base: samplesOf(samples, "no-op"), limit: limits.noOp });
    if (ecrLogin === undefined) continue;
    const base = samplesOf(samples, "ecr-login");
    reportRatio(context, { name: `${name} / start of ecr-login`, ours, base, limit: limits.ecrLogin });
  }
}

async function measureCold(world: World, runner: Runner, context: BenchContext): Promise<void> {
  const { registries, helper, workspace, api } = world;
  const { host, username, password } = registries.Basic;
  const settings = { SCALR_HOSTNAME: api.hostname, SCALR_OCI_TOKEN: runToken, BENCH_TOKEN: runToken };
  const common = { directory: workspace.directory, environment: world.environment(settings), remove: [world.cache] };
  const path = `/api/oci/v1/credentials/${encodeURIComponent(host)}`;
  const request = [process.execPath, bareRequests, `https://${api.hostname}`, "GET", path];
  const reply = `${login(username, password, `https://${host}`)}\n`;
  const unknown = { command: [helper, "get"], stdin: stranger, stdout: `${notFoundText}\n`, exitCode: 1 };
  const variants: Variant[] = [
    { ...common, name: "Node", command: [process.execPath, "-e", "0"] },
    { ...common, name: "Node and a request", command: request },
    { ...common, name: "cold get", command: [helper, "get"], stdin: `https://${host}`, stdout: reply },
    { ...common, ...unknown, name: "first not-found", environment: world.environment() },
  ];
  const samples = await runner.run({ ...(context.isQuick ? fewRounds : nodeStarts), variants });
  const node = samplesOf(samples, "Node");
  const bare = samplesOf(samples, "Node and a request");
  reportRatio(context, {
    name: "cold get / Node and the request",
    ours: samplesOf(samples, "cold get"),
    base: bare,
    limit: limits.cold,
  });
  reportRatio(context, { name: "Node and the request / Node", ours: bare, base: node });
  reportRatio(context, { name: "first not-found / Node", ours: samplesOf(samples, "first not-found"), base: node });
}
