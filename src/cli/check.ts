// `scalr-oci check`: says of a configuration in plain HCL or JSON what preflight says of a program, for CI.
import { type Command, Option } from "commander";
import type { CliContext } from "./context.ts";
import type { JsonFlag } from "./json-flag.ts";
import type { CommandResult } from "./program.ts";

export const annotationFormats = ["github", "gitlab"] as const;

export interface CheckFlags extends JsonFlag {
  readonly annotations?: (typeof annotationFormats)[number];
  readonly requireApi: boolean;
  readonly probe: boolean;
  readonly renamedFrom?: readonly string[];
}

export function registerCheck(program: Command, context: CliContext, result: CommandResult): void {
  program
    .command("check")
    .description("say before anything is applied what would be refused: integrations and oci:// modules of HCL or JSON")
    .argument("[dir]", "directory of the root module, also that of a cdk.tf.json", ".")
    .option("--require-api", "fail when the management API cannot be asked", false)
    .option("--no-probe", "ask no registry")
    .option("--renamed-from <name...>", "names that integrations have now and lose by this configuration")
    .option("--json", "print the result as JSON", false)
    .addOption(
      new Option(
        "--annotations <format>",
        "print what CI shows beside the code: workflow commands, a code quality report",
      )
        .choices(annotationFormats)
        .conflicts("json"),
    )
    .action(async (directory: string, flags: CheckFlags) => {
      const { checkCommand } = await import("./check/check-command.ts");
      result.exitCode = await checkCommand(context, directory, flags);
    });
}
