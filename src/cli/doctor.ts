// `scalr-oci doctor`: which credential OpenTofu would use for an address, from where, what the registry says, and the next step.
import type { Command } from "commander";
import type { CliContext } from "./context.ts";
import type { JsonFlag } from "./json-flag.ts";
import type { CommandResult } from "./program.ts";

export function registerDoctor(program: Command, context: CliContext, result: CommandResult): void {
  program
    .command("doctor")
    .summary("say which credential OpenTofu uses, and why it fails")
    .description(
      "Replays OpenTofu's search for credentials: the files that it reads, what goes before what, which entry wins; asks the " +
        "registry with the login that it would send, and names the one next step. Shows no secrets. Ends with 0 when all is " +
        "well, 1 when something is in the way, 3 when the registry cannot be reached now.",
    )
    .argument(
      "[address]",
      "oci://HOST/REPOSITORY[?tag=TAG | ?digest=DIGEST], or a host; without one the machine is looked at",
    )
    .option("--json", "print the result as JSON", false)
    .action(async (address: string | undefined, flags: JsonFlag) => {
      const { runDoctor } = await import("./doctor/run-doctor.ts");
      result.exitCode = await runDoctor(address, flags, context);
    });
}
