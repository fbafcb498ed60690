// Where credentials lie on this machine; XDG Base Directory Specification.
import { userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "../base/env.ts";

/**
 * The user's home, or undefined where neither the environment nor the system knows one. A relative one does not count: the working
 * directory, which may be a checkout, would get passwords.
 */
export function findHome(environment: Environment): string | undefined {
  const named = findNamedHome(environment);
  if (named !== undefined) return named;
  try {
    return absolute(userInfo().homedir);
  } catch {
    // A container may run under a user id that no account has.
    return undefined;
  }
}

/** The home that the environment names, where it is an absolute path. */
export function findNamedHome(environment: Environment): string | undefined {
  return absolute(environment["HOME"]) ?? absolute(environment["USERPROFILE"]);
}

/** The path when it is an absolute one; the specification wants others ignored. */
export function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** Directory of the local store, or undefined where the user has no home. */
export function findLoginDirectory(environment: Environment): string | undefined {
  const configured = absolute(environment["XDG_STATE_HOME"]);
  if (configured !== undefined) return join(configured, "scalr-oci", "logins");
  const home = findHome(environment);
  return home === undefined ? undefined : join(home, ".local", "state", "scalr-oci", "logins");
}
