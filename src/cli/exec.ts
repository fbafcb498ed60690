// `scalr-oci exec`: runs a command with the logins that the management API exports, or leaves them for the OpenTofu of an agent.
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { ownFailureCode } from "./exec/own-failure.ts";
import type { CommandResult } from "./program.ts";

interface ExecOptions {
  readonly host?: readonly string[];
  readonly doctor: boolean;
  readonly writeDockerConfig?: boolean;
  readonly removeDockerConfig?: boolean;
}

export function registerExec(program: Command, context: CliContext, result: CommandResult): void {
  program
    .command("exec")
    .summary("run a command with the exported registry logins")
    .description(
      "Runs a command with the logins that the management API exports, in a private Docker auth file that OpenTofu, " +
        "podman, buildah and skopeo read; on macOS in a private CLI configuration of OpenTofu, the user's own with the " +
        "logins laid over it. SCALR_HOSTNAME and SCALR_TOKEN, a token that may mint run tokens, have to be " +
        "set; the command does not see SCALR_TOKEN. Inside another exec, without a token, it takes the logins of that one. Ends with the command's exit code, with 128 and the number of the " +
        "signal that ended it, or with 125 (exec itself failed), 126 (the command cannot be run), 127 (it is not there). " +
        "When the command fails and oci:// modules of its directory are missing, what doctor finds about them is on stderr.",
    )
    .usage(
      "[--host HOST]... -- COMMAND [ARGUMENT...]\n       scalr-oci exec --write-docker-config | --remove-docker-config",
    )
    .option("--host <host>", "only the login for this registry host; may be repeated", collect)
    .option("--no-doctor", "say nothing after a command that fails")
    .option(
      "--write-docker-config",
      "run no command: put the logins into the first Docker auth file that OpenTofu reads, for the run whose hook this is",
    )
    .option("--remove-docker-config", "take the logins out again, and put back what they replaced")
    .argument("[command...]", "the command with its arguments")
    .passThroughOptions()
    .exitOverride((error) => {
      result.exitCode = ownFailureCode;
      throw error;
    })
    .action(async (command: readonly string[], options: ExecOptions) => {
      result.exitCode = await run(command, options, context);
    });
}

async function run(command: readonly string[], options: ExecOptions, context: CliContext): Promise<number> {
  const { host: hosts = [], writeDockerConfig = false, removeDockerConfig = false, doctor } = options;
  const wanted = [command.length > 0, writeDockerConfig, removeDockerConfig].filter(Boolean).length;
  if (wanted !== 1) {
    const { reportError } = await import("./output.ts");
    reportError(context, wrongUse(wanted === 0));
    return ownFailureCode;
  }
  if (writeDockerConfig || removeDockerConfig) {
    const { runHook } = await import("./exec/run-hook.ts");
    return await runHook({ action: writeDockerConfig ? "write" : "remove", hosts }, context);
  }
  const { runExec } = await import("./exec/run-exec.ts");
  return await runExec({ command, hosts, explainsFailure: doctor }, context);
}

function wrongUse(isNothing: boolean): InputError {
  const got = isNothing ? "nothing" : "more than one of them";
  return new InputError(
    "INVALID_ARGUMENT",
    `exec takes a command, --write-docker-config or --remove-docker-config, got ${got}`,
    { path: "command", hint: "scalr-oci exec -- COMMAND, or scalr-oci exec --write-docker-config in a hook" },
  );
}

function collect(value: string, collected: readonly string[] = []): string[] {
  return [...collected, value];
}
