// Loads the network half of preflight when there is something to ask: HTTP client and schemas are heavy, and ES modules.
import { InputError } from "../../base/errors.ts";
import type { OnlineChecks } from "./online-question.ts";

/**
 * The build points the address at the ES module that all construct libraries share; see scripts/build/construct-sources.ts.
 * @throws InputError INVALID_ARGUMENT inside a test runner that gives its tests no ES modules
 */
export async function loadOnlineChecks(): Promise<OnlineChecks> {
  try {
    return await import("./online-checks.ts");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG") throw thrown;
    throw new InputError("INVALID_ARGUMENT", "preflight cannot load its client here, expected ES modules", {
      hint: "start jest with NODE_OPTIONS=--experimental-vm-modules, or unset SCALR_HOSTNAME to check offline",
      cause: thrown,
    });
  }
}
