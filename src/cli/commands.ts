// All commands of the command line; each loads its implementation when it runs.
import type { Command } from "commander";
import { registerAudit } from "./audit.ts";
import { registerBindings } from "./bindings.ts";
import { registerCheck } from "./check.ts";
import type { CliContext } from "./context.ts";
import { registerCopy } from "./copy.ts";
import { registerDoctor } from "./doctor.ts";
import { registerExec } from "./exec.ts";
import { registerInspect } from "./inspect.ts";
import { registerKey } from "./key.ts";
import { registerLock } from "./lock.ts";
import { registerLogin, registerLogout } from "./login.ts";
import type { CommandResult } from "./program.ts";
import { registerPull } from "./pull.ts";
import { registerPush } from "./push.ts";
import { registerServe } from "./serve.ts";
import { registerSetupProvider } from "./setup-provider.ts";
import { registerSetup } from "./setup.ts";
import { registerToken } from "./token.ts";
import { registerVerify } from "./verify.ts";
import { registerVersions } from "./versions.ts";

export function registerCommands(program: Command, context: CliContext, result: CommandResult): void {
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
}
