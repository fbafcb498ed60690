// `scalr-oci lock`: finds the versions of the OCI modules of a program or of plain HCL and notes their digests in scalr-oci.lock.json.
import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { JsonFlag } from "./json-flag.ts";
import type { CommandResult } from "./program.ts";

export interface LockFlags extends JsonFlag {
  readonly app?: string;
  /** True for all modules, or the ones that are named. */
  readonly update?: true | readonly string[];
  readonly check: boolean;
  readonly pin: boolean;
}

export function registerLock(program: Command, context: CliContext, result: CommandResult): void {
  program
    .command("lock")
    .description(
      "find the versions of OCI modules, of a program or of plain HCL, and note their digests in scalr-oci.lock.json",
    )
    .argument("[dir]", "directory of the lock file, with cdktf.json or with plain HCL", ".")
    .option("--app <command>", 'command line that runs the program (default: "app" of cdktf.json)')
    .option("--update [address...]", "take the newest version that is allowed, of all modules or of these")
    .option("--check", "change nothing; fail when the lock file is not what it would be", false)
    .option("--pin", "in plain HCL, write ?digest= in the place of ?tag=", false)
    .option("--json", "print the result as JSON", false)
    .action(async (directory: string, flags: LockFlags) => {
      const { lockCommand } = await import("./lock/lock-command.ts");
      result.exitCode = await lockCommand(context, directory, flags);
    });
}
