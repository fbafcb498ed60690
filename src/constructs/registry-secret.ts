// A registry's password as constructs may hold it: something that is known at apply, never a text in the program.
import * as cdk from "cdktn";
import type { Construct, IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";
import { escapeTemplate } from "./hcl-template.ts";
import { claimSecretVariable } from "./secret-variable.ts";
import { nameOfVariable } from "./variable-name.ts";

export interface RegistrySecretOptions {
  /**
   * Version of the password. OpenTofu keeps no password to compare with: raise the version by one and the next apply sends the
   * password again.
   * @default 1
   */
  readonly version?: number;
}

export interface EphemeralVariableOptions extends RegistrySecretOptions {
  /**
   * Name of the variable; `TF_VAR_<name>` is what sets it at apply.
   * @default - the variable's path in its stack, with _ for everything that a shell does not take in a name
   */
  readonly variableName?: string;
  /**
   * What the variable holds, for those who have to set it.
   * @default - a line that names the variable's construct
   */
  readonly description?: string;
}

/** Where a secret comes from; policies may look at it. */
export type RegistrySecretOrigin = "variable" | "ephemeral resource" | "plain text";

/** Marks secrets of every copy of this class, as `instanceof` would not. */
const brand: unique symbol = Symbol.for("scalr-oci/registry-secret");

const firstVersion = 1;

/**
 * The password, token or key of a registry. Made from a variable or an ephemeral resource it is nowhere in the synthesized JSON,
 * in a saved plan or in the state: it goes to the API as the write-only attribute `password_wo`.
 */
export class RegistrySecret {
  readonly [brand] = true;
  readonly origin: RegistrySecretOrigin;
  /** Raise it to have the password sent again. */
  readonly version: number;
  /** What sets the secret at apply, `TF_VAR_<name>`; undefined when it is not a variable. */
  readonly environmentVariable: string | undefined;
  readonly #value: string;
  readonly #stack: cdk.TerraformStack | undefined;

  private constructor(parts: {
    readonly origin: RegistrySecretOrigin;
    readonly value: string;
    readonly version: number | undefined;
    readonly variable?: cdk.TerraformVariable;
  }) {
    this.origin = parts.origin;
    this.version = checkedVersion(parts.version ?? firstVersion);
    this.environmentVariable = parts.variable && `TF_VAR_${parts.variable.friendlyUniqueId}`;
    this.#value = parts.value;
    this.#stack = parts.variable && cdk.TerraformStack.of(parts.variable);
  }

  /**
   * The value of a variable that is there already. The variable becomes ephemeral: from then on it may be used for write-only
   * attributes and in provider blocks only. One that is merely sensitive would stand readable in every saved plan.
   * Synthesis looks at the variable again, with what was set afterwards.
   * @throws InputError SECRET_IN_PROGRAM when the variable has a default, which would be in the synthesized JSON, INVALID_ARGUMENT when
   *   its type is no text
   */
  static fromVariable(variable: cdk.TerraformVariable, options: RegistrySecretOptions = {}): RegistrySecret {
    claimSecretVariable(variable);
    return new RegistrySecret({
      origin: "variable",
      value: variable.stringValue,
      version: options.version,
      variable,
    });
  }

  /**
   * A new variable of type string for the secret, set by `TF_VAR_<name>` at apply.
   * @throws InputError INVALID_ARGUMENT when the name is none, or another secret's variable in the stack has it
   */
  static ephemeralVariable(scope: Construct, id: string, options: EphemeralVariableOptions = {}): RegistrySecret {
    const variable = new cdk.TerraformVariable(scope, id, {
      type: cdk.VariableType.STRING,
      nullable: false,
      description: options.description ?? `Secret of ${scope.node.path}`,
    });
    variable.overrideLogicalId(nameOfVariable(variable, options.variableName));
    return RegistrySecret.fromVariable(variable, options);
  }

  /**
   * An attribute of an ephemeral resource, which the provider opens at plan and apply and which is stored nowhere.
   * @param value the attribute as its construct gives it, such as `login.password`
   * @throws InputError SECRET_IN_PROGRAM when it is a text; whether it is ephemeral is checked at synthesis
   */
  static fromEphemeralResource(value: string, options: RegistrySecretOptions = {}): RegistrySecret {
    if (!cdk.Token.isUnresolved(value)) throw isText("secret");
    return new RegistrySecret({ origin: "ephemeral resource", value, version: options.version });
  }

  /**
   * The secret itself, readable in the synthesized JSON by everybody who sees it. Synthesis warns about it, and policies can
   * refuse it. For tests against a registry of one's own, nothing else. With HCL output a text with quotes or backslashes does not
   * work: the frameworks write them as they are.
   */
  static unsafePlainText(text: string, options: RegistrySecretOptions = {}): RegistrySecret {
    return new RegistrySecret({ origin: "plain text", value: escapeTemplate(text), version: options.version });
  }

  /** True for secrets of every copy of this class. */
  static isRegistrySecret(value: unknown): value is RegistrySecret {
    return typeof value === "object" && value !== null && brand in value;
  }

  /**
   * The expression for an attribute of this construct.
   * @throws InputError INVALID_ARGUMENT when the secret's variable is in another stack: OpenTofu would have to store it
   */
  valueFor(construct: IConstruct): string {
    const stack = cdk.TerraformStack.of(construct);
    if (this.#stack !== undefined && this.#stack !== stack) throw otherStack(construct, this.#stack, stack);
    return this.#value;
  }

  /** What is wrong with the secret as the construct uses it, known once all is constructed. */
  problemsIn(construct: IConstruct): string[] {
    if (this.origin !== "ephemeral resource") return [];
    const resolver = new cdk.DefaultTokenResolver(new cdk.StringConcat());
    const options = { scope: construct, resolver, preparing: false };
    const expression: unknown = cdk.Tokenization.resolve(this.#value, options);
    if (typeof expression === "string" && ephemeralExpression.test(expression)) return [];
    return ["secret is not from an ephemeral resource, expected an attribute such as login.password of one"];
  }
}

/** One expression over an `ephemeral` block, with no text around it. */
const ephemeralExpression = /^\$\{[^}]*\bephemeral\.[^}]*\}$/;

/** The error for a text where a secret belongs. It does not repeat the text. */
export function isText(what: string): InputError {
  return new InputError("SECRET_IN_PROGRAM", `${what} is a text in the program, expected a RegistrySecret`, {
    expected: "a RegistrySecret",
    hint: 'leave it out, or write RegistrySecret.ephemeralVariable(this, "token"): TF_VAR_token sets it at apply',
  });
}

function otherStack(construct: IConstruct, has: cdk.TerraformStack, wants: cdk.TerraformStack): InputError {
  const message = `secret is a variable of stack ${has.node.id}, expected one of ${wants.node.id}`;
  return new InputError("INVALID_ARGUMENT", message, {
    path: construct.node.path,
    hint: "make the secret in the stack that uses it: between stacks it would be stored",
  });
}

function checkedVersion(version: number): number {
  if (Number.isSafeInteger(version) && version >= firstVersion) return version;
  throw new InputError("INVALID_ARGUMENT", `version of a secret is not valid, got ${version}, expected 1, 2, 3 …`);
}
