// What a variable must be to hold a secret: a text without a default, ephemeral. Asked when a secret is made of it, and again at synthesis.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";
import type { Attributes } from "./synthesized-stack.ts";

/** Types that a text has unchanged; without one OpenTofu takes any. */
const textTypes: ReadonlySet<unknown> = new Set([undefined, null, "string", "any", "${string}", "${any}"]);

/** Variables that are looked at already, by every copy of this module. */
const watched: unique symbol = Symbol.for("scalr-oci/secret-variable");

/**
 * Makes the variable ephemeral and has it looked at when the program is synthesized.
 * @throws InputError SECRET_IN_PROGRAM when it has a default, INVALID_ARGUMENT when it is no text
 */
export function claimSecretVariable(variable: cdk.TerraformVariable): void {
  for (const problem of problemsOf(variable)) throw problem;
  variable.addOverride("sensitive", true);
  variable.addOverride("ephemeral", true);
  if (watched in variable) return;
  Object.defineProperty(variable, watched, { value: true });
  variable.node.addValidation({ validate: () => [...problemsOf(variable), ...exposure(variable)].map(toLine) });
}

function problemsOf(variable: cdk.TerraformVariable): InputError[] {
  const attributes = readVariable(variable);
  return [
    // A default of null is none: the variable may be left unset.
    ...((attributes["default"] ?? undefined) === undefined ? [] : [hasDefault(variable)]),
    ...(textTypes.has(attributes["type"]) ? [] : [isNoText(variable, String(attributes["type"]))]),
  ];
}

function exposure(variable: cdk.TerraformVariable): InputError[] {
  return readVariable(variable)["ephemeral"] === true ? [] : [isStored(variable)];
}

/** What is synthesized of the variable, with its own overrides and those of its stack; the frameworks fail at a default of null. */
function readVariable(variable: cdk.TerraformVariable): Attributes {
  const stack = cdk.TerraformStack.of(variable);
  const blocks = asAttributes(overridesOf(stack)["variable"]);
  const { default: value, type } = variable;
  const block = { default: value, type, ...overridesOf(variable), ...asAttributes(blocks[variable.friendlyUniqueId]) };
  const resolver = new cdk.DefaultTokenResolver(new cdk.StringConcat());
  return asAttributes(cdk.Tokenization.resolve(block, { scope: stack, resolver, preparing: false }));
}

function overridesOf(element: IConstruct): Attributes {
  return asAttributes((element as unknown as { readonly rawOverrides?: unknown }).rawOverrides);
}

function asAttributes(value: unknown): Attributes {
  return (value ?? {}) as Attributes;
}

function toLine({ message, hint }: InputError): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

function hasDefault(variable: cdk.TerraformVariable): InputError {
  const message = `variable ${variable.node.path} has a default, expected none for a secret`;
  return new InputError("SECRET_IN_PROGRAM", message, {
    path: variable.node.path,
    hint: `set TF_VAR_${variable.friendlyUniqueId} at apply instead`,
  });
}

function isNoText(variable: cdk.TerraformVariable, type: string): InputError {
  const message = `variable ${variable.node.path} has the type ${type}, expected string for a secret`;
  return new InputError("INVALID_ARGUMENT", message, { path: variable.node.path });
}

function isStored(variable: cdk.TerraformVariable): InputError {
  const message = `variable ${variable.node.path} is not ephemeral, expected it to be for a secret`;
  return new InputError("SECRET_IN_PROGRAM", message, {
    path: variable.node.path,
    hint: "otherwise every saved plan would have it: leave out the override",
  });
}
