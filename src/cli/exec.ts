// `scalr-oci exec`: runs a command with the logins that the management API exports.
import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { CommandResult } from "./program.ts";

/** What `exec` ends with when it fails itself; the same number as env(1), timeout(1) and docker run have. */
const ownFailureCode = 125;

interface ExecOptions {
  readonly host?: readonly string[];
}

export function registerExec(program: Command, context: CliContext, result: CommandResult): void {
  program
    .command("exec")
    .summary("run a command with the exported registry logins")
    .description(
      "Runs a command with the logins that the management API exports, in a private Docker auth file that OpenTofu, " +
        "podman, buildah and skopeo read. SCALR_HOSTNAME and SCALR_TOKEN, a token that may mint run tokens, have to be " +
        "set; the command does not see SCALR_TOKEN. Ends with the command's exit code, with 128 and the number of the " +
        "signal that ended it, or with 125 (exec itself failed), 126 (the command cannot be run), 127 (it is not there).",
    )
    .usage("[--host HOST]... -- COMMAND [ARGUMENT...]")
    .option("--host <host>", "only the login for this registry host; may be repeated", collect)
    .argument("<command...>", "the command with its arguments")
    .passThroughOptions()
    .exitOverride((error) => {
      result.exitCode = ownFailureCode;
      throw error;
    })
    .action(async (command: readonly string[], options: ExecOptions) => {
      const { runExec } = await import("./exec/run-exec.ts");
      result.exitCode = await runExec({ command, hosts: options.host ?? [] }, context);
    });
}

function collect(value: string, collected: readonly string[] = []): string[] {
  return [...collected, value];
}
