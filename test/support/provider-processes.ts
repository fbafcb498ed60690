// The processes of providers that hosts left behind, or have not ended yet: Linux only.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { sep } from "node:path";

/** Ids of running providers whose host was started in this directory, or below it. */
export function providersStartedIn(directory: string): number[] {
  return readdirSync("/proc")
    .filter((id) => /^\d+$/.test(id) && isProviderOf(id, directory))
    .map(Number);
}

/** A provider's command line is relative to its working directory, which is its host's. */
function isProviderOf(id: string, directory: string): boolean {
  try {
    const isProvider = readFileSync(`/proc/${id}/cmdline`, "utf8").includes("terraform-provider-");
    return isProvider && `${readlinkSync(`/proc/${id}/cwd`)}${sep}`.startsWith(directory + sep);
  } catch {
    // It ended meanwhile.
    return false;
  }
}
