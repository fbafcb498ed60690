// The options that all builds of binaries have: `--platform OS_ARCH…`, all when there is none, and `--output DIR`.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../steps.ts";
import { type Platform, platforms } from "./platforms.ts";

export interface BinaryBuild {
  readonly wanted: readonly Platform[];
  /** Absolute. */
  readonly output: string;
}

/** @param defaultOutput a path from the project's root @returns undefined after a complaint on stderr, exit code 2 */
export function readBinaryBuild(defaultOutput: string): BinaryBuild | undefined {
  const { values } = parseArgs({
    options: { platform: { type: "string", multiple: true }, output: { type: "string" } },
  });
  const unknown = (values.platform ?? []).filter((name) => !platforms.some((platform) => platform.name === name));
  if (unknown.length > 0) {
    const known = platforms.map(({ name }) => name).join(", ");
    console.error(`no such platform: ${unknown.join(", ")}, expected ${known}`);
    process.exitCode = 2;
    return undefined;
  }
  const wanted = platforms.filter(({ name }) => values.platform?.includes(name) ?? true);
  return { wanted, output: resolve(root, values.output ?? defaultOutput) };
}
