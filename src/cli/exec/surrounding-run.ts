// An `exec` inside another one: the token is kept back from the outer one's command, but its logins are there, and they are enough.
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Environment } from "../../base/env.ts";
import type { CliContext } from "../context.ts";
import { readAmbientFile } from "../opentofu/ambient-files.ts";
import { readLookupWorld } from "../opentofu/lookup.ts";
import { findObstacles } from "./obstacles.ts";
import { isLiveRunDirectory } from "./run-directory.ts";

export interface SurroundingRun {
  /** Registry hosts and paths for which its auth file has a login. */
  readonly keys: readonly string[];
  /** For the command: it finds the run's logins, whatever was set in between. */
  readonly environment: Environment;
  /** What keeps OpenTofu from them. */
  readonly obstacles: readonly string[];
}

/** The run that this process is part of and whose logins it is to use; undefined with a token of its own, or outside of any. */
export function findSurroundingRun(
  { environment, directory }: CliContext,
  platform: NodeJS.Platform,
): SurroundingRun | undefined {
  const authFile = environment["SCALR_OCI_AUTH_FILE"] ?? "";
  const path = dirname(dirname(authFile));
  const hasToken = (environment["SCALR_TOKEN"]?.trim() ?? "") !== "";
  if (hasToken || !isLiveRunDirectory(basename(path)) || !existsSync(authFile)) return undefined;
  const { auths } = readAmbientFile(authFile);
  const keys = [...auths].filter(([, entry]) => entry === "login").map(([key]) => key);
  // On macOS they are in the CLI configuration that the outer one has set.
  if (platform !== "linux") return { keys, environment, obstacles: [] };
  const own = { ...environment, XDG_RUNTIME_DIR: path };
  const world = readLookupWorld(own, directory, platform);
  const obstacles = findObstacles(world, keys, { kind: "auth file", path: authFile });
  return { keys, environment: own, obstacles };
}
