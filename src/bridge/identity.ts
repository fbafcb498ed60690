// Resource identities: what an object is known by outside of the state, for `import { identity = { … } }`; protocol 6.10.
import { InputError } from "../base/errors.ts";
import { type ObjectShape, objectShape, type Type } from "./value-type.ts";

export interface IdentityAttributeOptions {
  /** An import by identity must give it. Either this or `optionalForImport` has to be true. */
  readonly requiredForImport?: boolean;
  readonly optionalForImport?: boolean;
  readonly description?: string;
}

export interface IdentityAttribute<Known = unknown> extends IdentityAttributeOptions {
  readonly type: Type<Known>;
}

export type IdentityAttributes = Readonly<Record<string, IdentityAttribute>>;

export interface ResourceIdentity<A extends IdentityAttributes = IdentityAttributes> {
  readonly version: number;
  readonly attributes: A;
  readonly shape: ObjectShape;
  /** For each former version: how its identities become identities of this one. */
  readonly upgrade: Readonly<Record<number, (identity: unknown) => Readonly<Record<string, unknown>>>>;
}

/** The values of an identity. */
export type IdentityOf<I> =
  I extends ResourceIdentity<infer A>
    ? { readonly [N in keyof A]: A[N] extends IdentityAttribute<infer K> ? K : never }
    : never;

export interface IdentityOptions<A extends IdentityAttributes> {
  /** 0 unless given; never lower it. */
  readonly version?: number;
  readonly attributes: A;
  readonly upgrade?: ResourceIdentity["upgrade"];
}

/** @throws InputError INVALID_PROVIDER when an attribute breaks a rule of the protocol */
export function defineIdentity<const A extends IdentityAttributes>(options: IdentityOptions<A>): ResourceIdentity<A> {
  const { version = 0, attributes, upgrade = {} } = options;
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  const fields = Object.entries(attributes).map(([name, { type }]) => ({ name, shape: type }));
  return { version, attributes, upgrade, shape: objectShape(fields) };
}

/** An attribute of an identity. */
export function identityAttribute<Known>(
  type: Type<Known>,
  options: IdentityAttributeOptions,
): IdentityAttribute<Known> {
  return { type, ...options };
}

function checkAttribute(name: string, attribute: IdentityAttribute): void {
  const { type, requiredForImport = false, optionalForImport = false } = attribute;
  const isPrimitive = type.kind === "string" || type.kind === "bool" || type.kind === "number";
  if (!isPrimitive && type.kind !== "list") {
    throw invalid(name, "an identity attribute is neither text, number, bool nor a list of them");
  }
  if (requiredForImport === optionalForImport) {
    throw invalid(name, "an identity attribute is both or neither of requiredForImport and optionalForImport");
  }
}

function invalid(name: string, message: string): InputError {
  return new InputError("INVALID_PROVIDER", `${name}: ${message}`, { path: name });
}
