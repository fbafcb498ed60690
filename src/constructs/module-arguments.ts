// What an OCI module may be given: an address that is known now, and values for variables that a module can have. OpenTofu language,
// "Modules" and "Input Variables".
import * as cdk from "cdktn";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { reservedVariableNames } from "./variable-name.ts";

/** Names of blocks in a module block; JSON does not tell them from variables. */
const blockNames: ReadonlySet<string> = new Set(["_", "provider"]);
const identifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;

/** @throws InputError INVALID_ARGUMENT for an address, a version or a variable's name that cannot be */
export function checkModuleArguments(given: {
  readonly source: string;
  readonly version?: string | undefined;
  readonly variables?: { readonly [name: string]: unknown } | undefined;
}): void {
  if (cdk.Token.isUnresolved(given.source)) throw knownTooLate("source");
  if (cdk.Token.isUnresolved(given.version)) throw knownTooLate("version");
  for (const [name, value] of Object.entries(given.variables ?? {})) if (value !== undefined) checkVariableName(name);
}

/** @throws InputError INVALID_ARGUMENT when OpenTofu would take it for something else than a variable */
export function checkVariableName(name: string): void {
  if (identifier.test(name) && !reservedVariableNames.has(name) && !blockNames.has(name)) return;
  const message = `variables of a module have ${printable(name)}, expected a name that a variable can have`;
  throw new InputError("INVALID_ARGUMENT", message, {
    hint: "use the properties version, providers, dependsOn and forEach for what is no variable of the module",
  });
}

function knownTooLate(what: string): InputError {
  const message = `${what} of a module is known at apply only, expected it now`;
  return new InputError("INVALID_ARGUMENT", message, {
    hint: "write it as a text in the program: modules are loaded before anything is applied",
  });
}
