// How the logins of a run reach OpenTofu. On Linux it is a private runtime directory, the first place that OpenTofu looks at; on macOS
// OpenTofu reads no such directory, so it is the CLI configuration: the user's own with the logins laid over it. Our helper, which
// docker and helm run, gets an auth file on both.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import type { DockerAuths } from "../../credentials/run-api.ts";
import type { CliContext } from "../context.ts";
import { findCliConfiguration, findText } from "../opentofu/cli-configuration-file.ts";
import { readLookupWorld } from "../opentofu/lookup.ts";
import { type ConfigurationMerger, type HostLogin, prepareMerge } from "../opentofu/merged-configuration.ts";
import { findObstacles } from "./obstacles.ts";
import { makeRunDirectory, type RunDirectory } from "./run-directory.ts";
import { ensureRuntimeBase, findRuntimeDirectory } from "./runtime-base.ts";

export interface Delivery {
  /** The command's environment. */
  readonly environment: Environment;
  /** Sentences for the user: what goes before the logins, or keeps them from OpenTofu. */
  readonly obstacles: readonly string[];
  /** Removes everything that was made. */
  wipe(): void;
}

export interface DeliveryPlan {
  /** Puts the logins in their place. @param bases directories for private files, the best first */
  deliver(auths: DockerAuths, bases: readonly string[]): Delivery;
}

/**
 * Finds out whether logins can be delivered, before there are any.
 * @throws InputError INVALID_ARGUMENT on a platform where they cannot; CLI_CONFIGURATION_INVALID for a configuration of the user's
 *   that cannot be carried over
 */
export function planDelivery(context: CliContext, platform: NodeJS.Platform): DeliveryPlan {
  if (platform === "linux") return { deliver: (auths, bases) => deliverByDirectory(context, auths, bases) };
  if (platform === "darwin") {
    const merger = prepareMerge(readConfigurationTexts(context));
    return { deliver: (auths, bases) => deliverByConfiguration(context, merger, auths, bases) };
  }
  throw unable(platform);
}

function deliverByDirectory(context: CliContext, auths: DockerAuths, bases: readonly string[]): Delivery {
  const runtime = findRuntimeDirectory(context.environment);
  const directory = makeRunDirectory({ base: ensureRuntimeBase(bases), runtime, auths });
  const environment = environmentOf(context.environment, directory, { XDG_RUNTIME_DIR: directory.path });
  const world = readLookupWorld(environment, context.directory, "linux");
  const obstacles = findObstacles(world, Object.keys(auths), { kind: "auth file", path: directory.authFile });
  return { environment, obstacles, wipe: () => directory.wipe() };
}

function deliverByConfiguration(
  context: CliContext,
  merger: ConfigurationMerger,
  auths: DockerAuths,
  bases: readonly string[],
): Delivery {
  const directory = makeRunDirectory({ base: ensureRuntimeBase(bases), runtime: undefined, auths });
  try {
    const { text, isJson } = merger.mergeWith(toLogins(auths));
    const file = join(directory.path, isJson ? "opentofu.tfrc.json" : "opentofu.tfrc");
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    const environment = environmentOf(context.environment, directory, { TF_CLI_CONFIG_FILE: file });
    // The user's own, as it was before: what is laid over it is in nobody's way.
    const world = readLookupWorld(context.environment, context.directory, "darwin");
    const obstacles = findObstacles(world, Object.keys(auths), { kind: "blocks" });
    return { environment, obstacles, wipe: () => directory.wipe() };
  } catch (error) {
    directory.wipe();
    throw error;
  }
}

/** Everything the caller has, but for the token that may mint. */
function environmentOf(environment: Environment, { authFile }: RunDirectory, own: Environment): Environment {
  const { SCALR_TOKEN: _keptBack, ...rest } = environment;
  return { ...rest, SCALR_OCI_AUTH_FILE: authFile, ...own };
}

function readConfigurationTexts({ environment, directory }: CliContext): { path: string; text: string }[] {
  return findCliConfiguration(environment, directory).files.map((path) => {
    const text = findText(path);
    if (text !== undefined) return { path, text };
    throw new InputError("CLI_CONFIGURATION_INVALID", `${path} cannot be read, expected OpenTofu's CLI configuration`, {
      path,
      hint: "make it readable, or set TF_CLI_CONFIG_FILE to another file",
    });
  });
}

function toLogins(auths: DockerAuths): HostLogin[] {
  return Object.entries(auths).map(([host, { auth }]) => {
    const login = Buffer.from(auth, "base64").toString("utf8");
    const colon = login.indexOf(":");
    return { host, credential: { username: login.slice(0, colon), password: new Secret(login.slice(colon + 1)) } };
  });
}

function unable(platform: NodeJS.Platform): InputError {
  const why =
    platform === "win32"
      ? "Windows has no file modes that keep the logins of a run from others, and no signals to end a command with"
      : "it is not known where OpenTofu looks for logins there";
  return new InputError("INVALID_ARGUMENT", `exec does not run on ${platform}, expected Linux or macOS: ${why}`, {
    hint: "use the credential helper docker-credential-scalr, with a run token in SCALR_OCI_TOKEN or a stored login",
  });
}
