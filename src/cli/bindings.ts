// `scalr-oci bindings`: writes a typed class from a module's variables and outputs.
import { type Command, Option } from "commander";
import type { CliContext } from "./context.ts";
import type { JsonFlag } from "./json-flag.ts";

export interface BindingsFlags extends JsonFlag {
  readonly out?: string;
  readonly framework: "cdktf" | "cdktn";
  readonly name?: string;
}

export function registerBindings(program: Command, context: CliContext): void {
  program
    .command("bindings")
    .description("write a class for CDKTF or CDK Terrain with a module's variables and outputs as typed properties")
    .argument("<module>", "oci://HOST/REPOSITORY[//SUBDIR][?tag=TAG | ?digest=DIGEST], or a directory")
    .option("--out <file>", "TypeScript file to write (default: print it)")
    .addOption(new Option("--framework <name>", "framework of the class").choices(["cdktf", "cdktn"]).default("cdktf"))
    .option("--name <class>", "name of the class (default: last part of the repository or directory)")
    .option("--json", "print the result as JSON", false)
    .action(async (target: string, flags: BindingsFlags) => {
      const { bindingsCommand } = await import("./bindings/bindings-command.ts");
      await bindingsCommand(context, target, flags);
    });
}
