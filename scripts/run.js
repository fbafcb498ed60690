// Starts a script of this folder, on a fresh clone too: installs the locked packages and finds a Node that runs TypeScript.
// Plain JavaScript for Node 20: `node scripts/run.js NAME [ARGUMENT…]` is what `npm run NAME` calls.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const binaries = join(root, "node_modules", ".bin");
/** The oldest Node that runs the sources: what `engines` in package.json says. */
const oldestNode = [22, 19];

const [name, ...args] = process.argv.slice(2);
process.exitCode = name === undefined ? 2 : runScript(name, args);

function runScript(script, scriptArguments) {
  const environment = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` };
  if (!existsSync(join(root, "node_modules", ".package-lock.json"))) {
    console.error("installing the locked packages (npm ci, about half a minute)");
    // On stderr: stdout belongs to the script.
    const installed = run(
      "npm",
      ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
      environment,
      ["ignore", 2, 2],
    );
    if (installed !== 0) return installed;
  }
  const node = findNode();
  if (node === undefined) {
    console.error(`Node ${process.versions.node} is too old, expected ${oldestNode.join(".")} or newer`);
    return 1;
  }
  return run(node, [join(root, "scripts", `${script}.ts`), ...scriptArguments], environment, "inherit");
}

/** The Node of our packages where there is one for the platform (Linux), else the one that runs this, if it is new enough. */
function findNode() {
  const packaged = join(binaries, "node");
  if (existsSync(packaged)) return packaged;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return isNewEnough ? process.execPath : undefined;
}

function run(command, commandArguments, env, stdio) {
  const { status, error } = spawnSync(command, commandArguments, {
    cwd: root,
    env,
    stdio,
    shell: process.platform === "win32",
  });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}
