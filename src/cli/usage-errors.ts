// What is said about a command line that cannot be read: in the words of our other errors, and whose help to read.
import type { Command } from "commander";

/** Gives a command and all beneath it, registered already, a next step behind commander's messages. */
export function explainUsageErrors(command: Command, name: string = command.name()): void {
  command
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "scalr-oci: ")) })
    .showHelpAfterError(`  ${name} --help shows what there is`);
  for (const inner of command.commands) explainUsageErrors(inner, `${name} ${inner.name()}`);
}
