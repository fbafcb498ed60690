// Tells podman, buildah and skopeo to ask our helper: a file of our own beside registries.conf, because a registries.conf of the
// user's would hide the system's; containers-registries.conf(5), containers-registries.conf.d(5).
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { findHome } from "../../credentials/places.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findText } from "./file-change.ts";
import type { PlannedChange } from "./opentofu-change.ts";

/**
 * The list is for all hosts, and replaces the built-in one, which is the file alone. The helper stands first: `podman login` keeps a
 * login in the first of them, and a stale one in the file hides nothing; those that only the file has go on being found.
 */
const content = `# Made by scalr-oci setup; scalr-oci setup --undo takes it away.\ncredential-helpers = ["${ownHelper}", "containers-auth.json"]\n`;

export function podmanDropIn(environment: Environment): string | undefined {
  const home = findHome(environment);
  const configured = environment["XDG_CONFIG_HOME"] || (home && join(home, ".config"));
  return configured === undefined || configured === ""
    ? undefined
    : join(configured, "containers", "registries.conf.d", "50-scalr-oci.conf");
}

export function planPodman(path: string): PlannedChange {
  const before = findText(path);
  if (before === content) return { change: undefined, remarks: [] };
  return { change: { path, client: "podman", before, after: content, show: (text) => text }, remarks: [] };
}

export function planPodmanUndo(path: string): PlannedChange {
  const before = findText(path);
  if (before === undefined) return { change: undefined, remarks: [] };
  if (before !== content) return { change: undefined, remarks: [`${path} was changed by somebody else; it stays`] };
  return { change: { path, client: "podman", before, after: undefined, show: (text) => text }, remarks: [] };
}
