// Which Node the programs need: what package.json says under `engines`, said before an older one stumbles over something it lacks.
import { InputError } from "./errors.ts";

/** undici 8 and node:sqlite ask for it. The credential helper, which has neither, runs on Node 20. */
const oldest = [22, 19] as const;

/** `MAJOR.MINOR` */
export const oldestNode = oldest.join(".");

/** @param version such as `v20.20.2` or `22.19.0` */
export function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

/** @throws InputError NODE_TOO_OLD */
export function refuseOldNode(version: string = process.versions.node): void {
  if (!isNodeTooOld(version)) return;
  const message = `node on PATH is too old, got ${version}, expected ${oldestNode} or newer`;
  throw new InputError("NODE_TOO_OLD", message, {
    got: version,
    expected: oldestNode,
    hint: `put node ${oldestNode} or newer first on PATH`,
  });
}
