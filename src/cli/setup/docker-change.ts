// Tells docker, oras, helm, crane and others to ask our helper for a host: `credHelpers` in Docker's configuration file.
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { findHome } from "../../credentials/places.ts";
import { dockerHubHost, findRegistryHost } from "../../names/registry-host.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findText } from "./file-change.ts";
import { addEntries, isOurs, type JsonPlace, readEntries, removeEntries } from "./json-change.ts";
import { type PlannedChange, planUndoOf } from "./planned-change.ts";
import type { WrittenFile } from "./setup-record.ts";

/** How Docker's clients spell Docker Hub; docker/cli, cli/config/configfile. */
const dockerHubKey = "https://index.docker.io/v1/";

/** `$DOCKER_CONFIG/config.json`, or the one in the user's home. */
export function dockerConfigPath(environment: Environment): string | undefined {
  const configured = environment["DOCKER_CONFIG"];
  if (configured) return join(configured, "config.json");
  const home = findHome(environment);
  return home === undefined ? undefined : join(home, ".docker", "config.json");
}

/** @throws InputError when the file is no JSON object: it is not made worse */
export function planDocker(hosts: readonly string[], path: string, old: WrittenFile | undefined): PlannedChange {
  const before = findText(path);
  const place = placeOf(path);
  const helpers = readEntries(before ?? "", place);
  const keys = hosts.map(keyOf);
  const taken = keys.filter((key) => Object.hasOwn(helpers, key) && !isOurs(helpers[key], place));
  const missing = keys.filter((key) => !Object.hasOwn(helpers, key));
  const remarks = taken.map((key) => `${path} has the helper ${String(helpers[key])} for ${key}; it stays`);
  return { change: addEntries(before, place, [...new Set(missing)], old), remarks };
}

/** Takes out the hosts that setup wrote. @param hosts empty for all */
export function planDockerUndo(hosts: readonly string[], path: string, old: WrittenFile | undefined): PlannedChange {
  const before = findText(path);
  if (before === undefined) return { change: undefined, remarks: [] };
  const place = placeOf(path);
  const helpers = readEntries(before, place);
  const ours = Object.keys(helpers).filter((key) => isOurs(helpers[key], place));
  return planUndoOf(ours, hosts.map(keyOf), path, old, (keys, written) => removeEntries(before, place, keys, written));
}

function placeOf(path: string): JsonPlace {
  return { path, client: "docker", parent: "credHelpers", value: ownHelper };
}

function keyOf(host: string): string {
  return findRegistryHost(host)?.credentialKey === dockerHubHost ? dockerHubKey : host;
}
