// Where credentials lie on this machine; XDG Base Directory Specification.
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Environment } from "../base/env.ts";

/** The user's home, or undefined where neither the environment nor the system knows one. */
export function findHome(environment: Environment): string | undefined {
  const named = environment["HOME"] || environment["USERPROFILE"];
  if (named) return named;
  try {
    return userInfo().homedir || undefined;
  } catch {
    // A container may run under a user id that no account has.
    return undefined;
  }
}

/** Directory of the local store, or undefined where the user has no home. */
export function findLoginDirectory(environment: Environment): string | undefined {
  const configured = environment["XDG_STATE_HOME"];
  if (configured) return join(configured, "scalr-oci", "logins");
  const home = findHome(environment);
  return home === undefined ? undefined : join(home, ".local", "state", "scalr-oci", "logins");
}
