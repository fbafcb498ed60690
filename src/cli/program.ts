// The command line's tree. Each command registers itself; its implementation is loaded when it runs.
import { Command, CommanderError } from "commander";
import { refuseOldNode } from "../base/required-node.ts";
import { version } from "../base/version.ts";
import { registerAudit } from "./audit.ts";
import { registerBindings } from "./bindings.ts";
import { registerCheck } from "./check.ts";
import type { CliContext } from "./context.ts";
import { registerCopy } from "./copy.ts";
import { registerDoctor } from "./doctor.ts";
import { registerExec } from "./exec.ts";
import { registerInspect } from "./inspect.ts";
import { registerKey } from "./key.ts";
import { reportError } from "./output.ts";
import { registerLock } from "./lock.ts";
import { registerLogin, registerLogout } from "./login.ts";
import { registerPull } from "./pull.ts";
import { registerPush } from "./push.ts";
import { registerServe } from "./serve.ts";
import { registerSetup } from "./setup.ts";
import { registerSetupProvider } from "./setup-provider.ts";
import { registerToken } from "./token.ts";
import { explainUsageErrors } from "./usage-errors.ts";
import { registerVerify } from "./verify.ts";
import { registerVersions } from "./versions.ts";

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
  registerAudit(program, context);
  registerBindings(program, context);
  registerCheck(program, context, result);
  registerCopy(program, context);
  registerDoctor(program, context, result);
  registerExec(program, context, result);
  registerInspect(program, context);
  registerKey(program, context);
  registerLock(program, context, result);
  registerLogin(program, context);
  registerLogout(program, context);
  registerPull(program, context);
  registerPush(program, context);
  registerServe(program, context);
  registerSetup(program, context);
  registerSetupProvider(program, context);
  registerToken(program, context);
  registerVerify(program, context, result);
  registerVersions(program, context);
  explainUsageErrors(program);
  try {
    await program.parseAsync(argv, { from: "user" });
    return result.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : result.exitCode || 2;
    return reportError(context, thrown);
  }
}
