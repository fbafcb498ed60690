// `scalr-oci push` and `pull` of 100 MB against oras on the same docker-registry: alternating, median, ratio.
// Run with: npm run build && node test/bench/registry/push-pull.ts [PAIRS]
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { startDockerRegistry } from "../../support/docker-registry.ts";
import { runOk } from "../../support/processes.ts";
import { findRegistryTool } from "../../support/registry-tools.ts";
import { createWorkspace } from "../../support/workspace.ts";

const megabyte = 1_000_000;
const files = 10;
/** What is allowed, for push and for pull. */
const maxRatio = 1.2;

const pairs = Number(process.argv[2] ?? 9);
const oras = await findRegistryTool("oras");
if (oras === undefined) throw new Error("oras cannot be built: install Go");
const scalrOci = builtExecutable("scalr-oci");

using workspace = createWorkspace();
using authority = createAuthority();
await using registry = await startDockerRegistry({ auth: "none", authority });
const options = {
  environment: workspace.environment({ trust: authority.certificateFile }),
  directory: workspace.directory,
};
workspace.write("module/main.tf", "# bench\n");
for (let index = 0; index < files; index += 1) {
  workspace.write(`module/data/${index}.bin`, randomBytes((100 / files) * megabyte));
}

// The same zip for both: what our push made, which oras sends as it is.
await runOk(scalrOci, ["push", "module", `oci://${registry.host}/bench/first`, "--version", "1.0.0"], options);
const inspected = await runOk(scalrOci, ["inspect", `oci://${registry.host}/bench/first?tag=1.0.0`, "--json"], options);
const layer = (JSON.parse(inspected) as { contents: { digest: string }[] }).contents[0]?.digest;
const blob = `${registry.host}/bench/first@${layer}`;
await runOk(oras, ["blob", "fetch", "--plain-http=false", "--output", "module.zip", blob], options);

const times = { ourPush: [] as number[], orasPush: [] as number[], ourPull: [] as number[], orasPull: [] as number[] };
for (let pair = 0; pair <= pairs; pair += 1) {
  const ours = `oci://${registry.host}/bench/ours-${pair}`;
  const theirs = `${registry.host}/bench/theirs-${pair}:1.0.0`;
  const type = ["--artifact-type", "application/vnd.opentofu.modulepkg"];
  const measured = {
    ourPush: () => runOk(scalrOci, ["push", "module", ours, "--version", "1.0.0"], options),
    orasPush: () => runOk(oras, ["push", "--plain-http=false", ...type, theirs, "module.zip:archive/zip"], options),
    ourPull: () => runOk(scalrOci, ["pull", `${ours}?tag=1.0.0`, "pulled"], options),
    orasPull: () => runOk(oras, ["pull", "--plain-http=false", "-o", "oras-pulled", theirs], options),
  };
  for (const [name, operation] of Object.entries(measured) as [keyof typeof times, () => Promise<string>][]) {
    const startedMs = performance.now();
    await operation();
    // The first pair only warms the machine up.
    if (pair > 0) times[name].push(performance.now() - startedMs);
  }
  for (const name of ["pulled", "oras-pulled"]) rmSync(workspace.path(name), { recursive: true, force: true });
}

const push = report("push of 100 MB", times.ourPush, times.orasPush);
const pull = report("pull of 100 MB", times.ourPull, times.orasPull);
if (push > maxRatio || pull > maxRatio) process.exitCode = 1;

function report(what: string, ours: readonly number[], theirs: readonly number[]): number {
  const ratio = median(ours) / median(theirs);
  const verdict = ratio <= maxRatio ? "ok" : "TOO SLOW";
  const figures = `scalr-oci ${median(ours).toFixed(0)} ms, oras ${median(theirs).toFixed(0)} ms`;
  console.log(`${what}: ${figures}, ratio ${ratio.toFixed(2)} (at most ${maxRatio}) ${verdict}`);
  return ratio;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
