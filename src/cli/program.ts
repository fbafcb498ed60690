// The command line's tree. Each command registers itself; its implementation is loaded when it runs.
import { Command, CommanderError } from "commander";
import { refuseOldNode } from "../base/required-node.ts";
import { version } from "../base/version.ts";
import type { CliContext } from "./context.ts";
import { registerExec } from "./exec.ts";
import { reportError } from "./output.ts";
import { explainUsageErrors } from "./usage-errors.ts";

/** Set by a command that ends without an error but not with 0, or whose wrong use ends with another code than 2, such as `exec`. */
export interface CommandResult {
  exitCode: number;
}

/** Runs one command line. @returns the exit code: 0 done, 1 refused or failed, 2 the input is wrong, 3 try again later */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const program = new Command("scalr-oci");
  program
    .description("private OCI modules for OpenTofu, as code")
    .version(version)
    // Options of a command stand after its name: `push --version 1.0.0` is not the program's own `--version`.
    .enablePositionalOptions()
    .exitOverride()
    .hook("preAction", () => refuseOldNode())
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    });
  const result: CommandResult = { exitCode: 0 };
  // It starts before every command of a pipeline, and needs none of the others.
  if (argv[0] === "exec") registerExec(program, context, result);
  else (await import("./commands.ts")).registerCommands(program, context, result);
  explainUsageErrors(program);
  try {
    await program.parseAsync(argv, { from: "user" });
    return result.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : result.exitCode || 2;
    return reportError(context, thrown);
  }
}
