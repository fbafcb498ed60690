// `npm run build`: the libraries and the executables, into dist.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildExecutable, executables } from "./build/executables.ts";
import { buildLibraries } from "./build/libraries.ts";
import { root } from "./steps.ts";

// Built aside and swapped in: who runs dist meanwhile never sees half of it.
mkdirSync(join(root, "build"), { recursive: true });
const staging = mkdtempSync(join(root, "build", "dist-"));
const targets: Readonly<Record<string, () => Promise<void>>> = {
  libraries: () => buildLibraries(staging),
  ...Object.fromEntries(executables.map((one) => [one.name, () => buildExecutable(one, join(staging, "bin"))])),
};

const startedAt = performance.now();
const outcomes = await Promise.allSettled(Object.values(targets).map((target) => target()));
const failures = outcomes.flatMap((outcome, index) => {
  return outcome.status === "rejected" ? [`${Object.keys(targets)[index]}: ${describe(outcome.reason)}`] : [];
});
if (failures.length === 0) {
  swapIn();
  console.log(`built dist in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
} else {
  rmSync(staging, { recursive: true });
  console.error(failures.join("\n"));
  process.exitCode = 1;
}

function swapIn(): void {
  const dist = join(root, "dist");
  const old = `${staging}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  // Made for the owner alone, as temporary folders are.
  chmodSync(staging, 0o755);
  renameSync(staging, dist);
  rmSync(old, { recursive: true, force: true });
}

function describe(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
