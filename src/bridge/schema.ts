// Schemas of providers, resources, data sources and ephemeral resources; docs/plugin-protocol of OpenTofu, `Schema`.
import { InputError } from "../base/errors.ts";
import type { Attribute, Attributes } from "./attribute.ts";
import { type Block, type Blocks, contentShape } from "./block.ts";
import type { ObjectShape, Shape } from "./value-type.ts";

export interface SchemaOptions<A extends Attributes, B extends Blocks> {
  /** Raise it when states of the version before need `upgradeState`; never lower it. 0 unless given. */
  readonly version?: number;
  /** Markdown. */
  readonly description?: string;
  readonly deprecation?: string;
  readonly attributes: A;
  readonly blocks?: B;
}

export interface Schema<A extends Attributes = Attributes, B extends Blocks = Blocks> {
  readonly version: number;
  readonly description: string;
  readonly deprecation: string;
  readonly attributes: A;
  readonly blocks: B;
  /** The type of configurations, plans and states. */
  readonly shape: ObjectShape;
}

type None = Readonly<Record<never, never>>;

/**
 * A schema whose configurations, plans and states have inferred types.
 * @throws InputError INVALID_PROVIDER with the attribute's path when the schema breaks a rule of the protocol
 */
export function defineSchema<const A extends Attributes, const B extends Blocks = None>(
  options: SchemaOptions<A, B>,
): Schema<A, B> {
  const { version = 0, description = "", deprecation = "", attributes } = options;
  const blocks = options.blocks ?? ({} as B);
  if (!Number.isSafeInteger(version) || version < 0) throw invalid([], "the version is no whole number from 0");
  checkFields(attributes, blocks, { path: [], inCollection: false });
  return { version, description, deprecation, attributes, blocks, shape: contentShape(attributes, blocks) };
}

/** What HCL itself uses in resource blocks; an attribute of that name could never be set. */
const reservedNames = new Set([
  "connection",
  "count",
  "depends_on",
  "for_each",
  "lifecycle",
  "provider",
  "provisioner",
]);

interface Place {
  readonly path: readonly string[];
  /** Somewhere around it is a list, set or map. */
  readonly inCollection: boolean;
}

function checkFields(attributes: Attributes, blocks: Blocks, place: Place): void {
  const at = (name: string) => ({ ...place, path: [...place.path, name] });
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(attribute, at(name));
  for (const [name, block] of Object.entries(blocks)) {
    if (Object.hasOwn(attributes, name)) throw invalid(at(name).path, "a block has the name of an attribute");
    checkBlock(block, at(name));
  }
}

function checkAttribute({ nested, options, shape }: Attribute, { path, inCollection }: Place): void {
  checkName(path);
  if (nested === undefined) {
    checkElements(shape, path, inCollection);
    return;
  }
  checkFields(nested.attributes, {}, { path, inCollection: inCollection || nested.nesting !== "single" });
  if (nested.nesting === "set" && someWriteOnly(nested.attributes)) {
    throw invalid(path, "a set has write-only attributes, expected a list or a map");
  }
  if (options.writeOnly === true && !allWriteOnly(nested.attributes)) {
    throw invalid(path, "a write-only attribute is made of attributes that are not, expected all of them write-only");
  }
}

function checkBlock(block: Block, { path, inCollection }: Place): void {
  checkName(path);
  checkFields(block.attributes, block.blocks, { path, inCollection: inCollection || block.nesting !== "single" });
  if (block.nesting === "set" && someWriteOnly(block.attributes)) {
    throw invalid(path, "a set of blocks has write-only attributes, expected a list");
  }
}

function checkName(path: readonly string[]): void {
  const name = path.at(-1) ?? "";
  if (!/^[a-z_][a-z0-9_]*$/.test(name)) throw invalid(path, "a name has characters other than a-z, 0-9 and _");
  if (path.length === 1 && reservedNames.has(name)) throw invalid(path, "a name is reserved by the language");
}

/** cty has no collections of `dynamic`: their elements would have to agree on a type that nobody knows. */
function checkElements(shape: Shape, path: readonly string[], inCollection: boolean): void {
  if (shape.kind === "dynamic" && inCollection) {
    throw invalid(path, "a collection holds dynamic values, expected the whole attribute to be dynamic");
  }
  if (shape.kind === "list" || shape.kind === "set" || shape.kind === "map") checkElements(shape.element, path, true);
  if (shape.kind === "tuple") for (const element of shape.elements) checkElements(element, path, inCollection);
  if (shape.kind === "object") for (const field of shape.fields) checkElements(field.shape, path, inCollection);
}

function someWriteOnly(attributes: Attributes): boolean {
  return Object.values(attributes).some(
    ({ options, nested }) => options.writeOnly === true || (nested !== undefined && someWriteOnly(nested.attributes)),
  );
}

function allWriteOnly(attributes: Attributes): boolean {
  return Object.values(attributes).every(
    ({ options, nested }) => options.writeOnly === true && (nested === undefined || allWriteOnly(nested.attributes)),
  );
}

function invalid(path: readonly string[], message: string): InputError {
  const at = path.length === 0 ? "the schema" : path.join(".");
  return new InputError("INVALID_PROVIDER", `${at}: ${message}`, { path: path.join(".") });
}
