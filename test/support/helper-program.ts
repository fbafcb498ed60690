// A credential helper for tests that speaks the real protocol and keeps logins as docker-credential-pass does: by the very text.
// docker/docker-credential-helpers, credentials/credentials.go.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./workspace.ts";

export interface HelperProgramFake {
  /** To be put on PATH. */
  readonly directory: string;
  /** What it was called with, in order: action, input, and SCALR_OCI_DELEGATED or the session bus where they are set. */
  calls(): string[];
  /** What it keeps: user name and secret by server URL. */
  logins(): Record<string, string>;
}

/**
 * Writes `docker-credential-NAME` into the workspace.
 * @param behaviour shell text that comes before the protocol, such as `echo noise >&2` or `sleep 60`; $1 is the action
 */
export function writeHelperProgram(workspace: Workspace, name: string, behaviour = ""): HelperProgramFake {
  const directory = workspace.path("helpers");
  const kept = workspace.path(`kept-${name}`);
  mkdirSync(kept, { recursive: true });
  const log = workspace.path(`calls-${name}`);
  workspace.write(`calls-${name}`, "");
  const script = `#!/bin/sh
input=$(cat)
printf '%s %s|%s|%s\\n' "$1" "$(printf %s "$input" | tr -d '\\n')" "\${SCALR_OCI_DELEGATED-}" "\${DBUS_SESSION_BUS_ADDRESS-}" >>'${log}'
${behaviour}
name() { printf %s "$1" | sed 's/[^a-zA-Z0-9.]/_/g'; }
field() { printf %s "$input" | sed -n 's/.*"'"$1"'":"\\([^"]*\\)".*/\\1/p'; }
case $1 in
store) url=$(field ServerURL); printf '%s' "$input" >'${kept}'/"$(name "$url")" ;;
get) file='${kept}'/$(name "$input"); if [ -f "$file" ]; then cat "$file"; else echo 'credentials not found in native keychain'; exit 1; fi ;;
erase) file='${kept}'/$(name "$input"); if [ -f "$file" ]; then rm "$file"; else echo 'credentials not found in native keychain'; exit 1; fi ;;
*) echo 'Usage: fake <store|get|erase>'; exit 1 ;;
esac
`;
  workspace.write(`helpers/docker-credential-${name}`, script, 0o755);
  return {
    directory,
    calls: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    logins: () =>
      Object.fromEntries(
        readdirSync(kept).map((file) => {
          const { ServerURL, Username, Secret } = JSON.parse(readFileSync(join(kept, file), "utf8")) as Record<
            string,
            string
          >;
          return [ServerURL, `${Username}:${Secret}`];
        }),
      ),
  };
}
