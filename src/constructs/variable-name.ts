// Names of the variables that hold secrets: the same at every synthesis, and ones that a shell can set as TF_VAR_<name>.
import * as cdk from "cdktn";
import { InputError } from "../base/errors.ts";

/** What POSIX shells take in a name; `-`, which OpenTofu allows, cannot be exported by them. */
const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names that OpenTofu keeps for itself; OpenTofu language, "Input Variables". */
export const reservedVariableNames: ReadonlySet<string> = new Set([
  "count",
  "depends_on",
  "for_each",
  "lifecycle",
  "locals",
  "providers",
  "source",
  "version",
]);

/** Where a stack keeps the names that are taken; the symbol is that of every copy of this module. */
const namesKey: unique symbol = Symbol.for("scalr-oci/secret-variables");

/**
 * The name for a secret's variable, taken for it from then on.
 * @throws InputError INVALID_ARGUMENT when it is not a name, or taken by another secret of the stack
 */
export function nameOfVariable(variable: cdk.TerraformVariable, wanted: string | undefined): string {
  const name = wanted ?? fromPath(variable);
  if (!shellName.test(name) || reservedVariableNames.has(name)) {
    throw invalid(variable, `variable name is not valid, got ${name}, expected letters, digits and _`);
  }
  const taken = takenNames(cdk.TerraformStack.of(variable));
  const owner = taken.get(name);
  if (owner !== undefined) throw invalid(variable, `variable name ${name} is taken by ${owner}, expected a free one`);
  taken.set(name, variable.node.path);
  return name;
}

function fromPath(variable: cdk.TerraformVariable): string {
  const scopes = variable.node.scopes;
  const inStack = scopes.slice(scopes.indexOf(cdk.TerraformStack.of(variable)) + 1);
  const joined = inStack.map(({ node }) => node.id.replace(/[^A-Za-z0-9_]+/g, "_")).join("_");
  return /^\d/.test(joined) || reservedVariableNames.has(joined) ? `_${joined}` : joined;
}

function takenNames(stack: cdk.TerraformStack): Map<string, string> {
  const holder = stack as { [namesKey]?: Map<string, string> };
  if (holder[namesKey] === undefined) Object.defineProperty(stack, namesKey, { value: new Map<string, string>() });
  return holder[namesKey] as unknown as Map<string, string>;
}

function invalid(variable: cdk.TerraformVariable, message: string): InputError {
  return new InputError("INVALID_ARGUMENT", message, {
    path: variable.node.path,
    hint: "give the option variableName",
  });
}
