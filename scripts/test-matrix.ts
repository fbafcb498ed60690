// `npm run test:matrix`: the bridge under every version of OpenTofu that it is for, and Terraform; each form of a provider under each.
// Not part of `npm test`: older versions are built from their Go modules, once, about 4 minutes each, and kept in the cache.
import { spawnSync } from "node:child_process";
import { ensureOlderTofu, ensureTofu, olderVersions } from "../tools/tofu/ensure-tofu.ts";
import { jestArguments, root } from "./steps.ts";

const suites = ["lifecycle", "traps", "packaged", "many-resources"].map((name) => `test/contract/bridge/${name}`);

const options = { environment: process.env, report: console.log };
await ensureTofu(options);
for (const version of olderVersions) await ensureOlderTofu(version, options);
const args = [...jestArguments, "-w", "2", "--verbose", ...suites, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, {
  cwd: root,
  env: { ...process.env, BRIDGE_MATRIX: "true" },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
