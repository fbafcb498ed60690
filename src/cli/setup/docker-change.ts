// Tells docker, oras, helm, crane and others to ask our helper for a host: `credHelpers` in Docker's configuration file.
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { findHome } from "../../credentials/places.ts";
import { dockerHubHost, findRegistryHost } from "../../names/registry-host.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findText } from "./file-change.ts";
import { formatJson, type JsonObject, parseJsonObject, showJson } from "./json-text.ts";
import type { PlannedChange } from "./opentofu-change.ts";

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
export function planDocker(hosts: readonly string[], path: string): PlannedChange {
  const before = findText(path);
  const document = parseJsonObject(before ?? "", path);
  const helpers = helpersOf(document, path);
  const keys = hosts.map(keyOf);
  const taken = keys.filter((key) => helpers[key] !== undefined && helpers[key] !== ownHelper);
  const missing = keys.filter((key) => helpers[key] === undefined);
  const remarks = taken.map((key) => `${path} has the helper ${String(helpers[key])} for ${key}; it stays`);
  if (missing.length === 0) return { change: undefined, remarks };
  for (const key of missing) helpers[key] = ownHelper;
  const after = formatJson({ ...document, credHelpers: helpers }, before);
  return { change: { path, client: "docker", before, after, show: showJson }, remarks };
}

/** Takes out the hosts that name our helper. @param hosts empty for all */
export function planDockerUndo(hosts: readonly string[], path: string): PlannedChange {
  const before = findText(path);
  if (before === undefined) return { change: undefined, remarks: [] };
  const document = parseJsonObject(before, path);
  const helpers = helpersOf(document, path);
  const wanted = hosts.map(keyOf);
  const ours = Object.keys(helpers).filter(
    (key) => helpers[key] === ownHelper && (hosts.length === 0 || wanted.includes(key)),
  );
  if (ours.length === 0) return { change: undefined, remarks: [] };
  for (const key of ours) delete helpers[key];
  const { credHelpers: _old, ...rest } = document;
  const next = Object.keys(helpers).length === 0 ? rest : { ...document, credHelpers: helpers };
  const after = Object.keys(next).length === 0 ? undefined : formatJson(next, before);
  return { change: { path, client: "docker", before, after, show: showJson }, remarks: [] };
}

function keyOf(host: string): string {
  return findRegistryHost(host)?.credentialKey === dockerHubHost ? dockerHubKey : host;
}

function helpersOf({ credHelpers = {} }: JsonObject, path: string): JsonObject {
  if (typeof credHelpers === "object" && credHelpers !== null && !Array.isArray(credHelpers)) return { ...credHelpers };
  throw new InputError("INVALID_ARGUMENT", `${path} has credHelpers that is not an object, expected one`, { path });
}
