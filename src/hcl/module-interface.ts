// What a module takes and gives: its variables and outputs, with what override files change of them; OpenTofu language,
// "Input Variables", "Output Values" and "Override Files".
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { Attribute, Block } from "./block.ts";
import type { ConfigurationFile, ConfigurationModule } from "./configuration.ts";
import type { Expression } from "./expression.ts";
import type { ParseExpression } from "./hcl-parser.ts";
import { createTypeInference } from "./infer-type.ts";
import { anyType, readTypeExpression, type ValueType } from "./value-type.ts";

export interface ModuleInterface {
  /** Sorted by their names. */
  readonly variables: readonly ModuleVariable[];
  readonly outputs: readonly ModuleOutput[];
}

/** What variables and outputs have in common. */
interface Declared {
  readonly name: string;
  readonly description: string | undefined;
  readonly isSensitive: boolean;
  /** Its value is in no plan and no state. */
  readonly isEphemeral: boolean;
  /** Why it is not to be used any more. */
  readonly deprecated: string | undefined;
}

export interface ModuleVariable extends Declared {
  readonly type: ValueType;
  /** True when it has no default. */
  readonly isRequired: boolean;
  /** The default as it is written. */
  readonly defaultText: string | undefined;
  /** True when null is a value of its own, and does not mean the default. */
  readonly isNullable: boolean;
}

export interface ModuleOutput extends Declared {
  /** Undefined when the module alone does not tell. */
  readonly type: ValueType | undefined;
}

/** @throws InputError CONFIGURATION_INVALID, with file and line, for what OpenTofu would not load */
export function readModuleInterface({ files }: ConfigurationModule, parse: ParseExpression): ModuleInterface {
  const variables = merge(files, "variable").map((block) => readVariable(block, parse));
  const infer = createTypeInference(
    new Map(variables.map(({ name, type }) => [name, type])),
    new Map(files.flatMap(({ blocks }) => blocks.filter(({ type }) => type === "locals").flatMap(localsOf))),
    (attribute) => expressionOf(attribute, parse),
  );
  const outputs = merge(files, "output").map(({ name, attributes, place }): ModuleOutput => {
    const value = attributes.get("value");
    if (value === undefined) throw invalid(place, `output ${printable(name)} has no value, expected one`);
    return { ...readDeclared(name, attributes, parse), type: infer(value) };
  });
  return { variables, outputs };
}

/** What an attribute says: in JSON a text may be one, with what is in `${…}` evaluated. */
export function expressionOf({ value, expression }: Attribute, parse: ParseExpression): Expression {
  if (value !== undefined) return { kind: "literal", value };
  // In JSON a text with several interpolations is left, which is no expression by itself.
  return parse(expression) ?? { kind: "template" };
}

/** A declaration, and where it stands. */
interface Declaration {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** `variables.tf:3`; for JSON the file alone. */
  readonly place: string;
}

/** Override files come last, and change declarations that are there, attribute by attribute. */
function merge(files: readonly ConfigurationFile[], type: "variable" | "output"): Declaration[] {
  const found = new Map<string, Declaration>();
  for (const file of files) {
    for (const block of file.blocks.filter((one) => one.type === type)) {
      const declaration = readDeclaration(file, block);
      const before = found.get(declaration.name);
      found.set(declaration.name, file.isOverride ? overridden(before, declaration, type) : declaration);
      if (!file.isOverride && before !== undefined) throw declaredTwice(before, declaration, type);
    }
  }
  return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function overridden(before: Declaration | undefined, change: Declaration, type: string): Declaration {
  const { name, attributes, place } = change;
  if (before === undefined) throw invalid(place, `${type} ${printable(name)} is overridden and not declared`);
  return { ...change, attributes: new Map([...before.attributes, ...attributes]) };
}

/** As HCL's identifiers are; others cannot be referred to. */
const identifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
/** Arguments of a module block, which a variable cannot be called. */
const reserved = ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

function readDeclaration(file: ConfigurationFile, { type, labels, attributes, line }: Block): Declaration {
  const place = line === undefined ? file.name : `${file.name}:${line}`;
  const [name = "", ...more] = labels;
  if (more.length > 0 || !identifier.test(name)) {
    throw invalid(place, `${type} has the name ${printable(labels.join(" ")) || "nothing"}, expected one identifier`);
  }
  if (type === "variable" && reserved.includes(name)) {
    throw invalid(place, `variable has the name ${name}, which is an argument of module blocks`);
  }
  return { name, attributes, place };
}

function readVariable({ name, attributes, place }: Declaration, parse: ParseExpression): ModuleVariable {
  const fallback = attributes.get("default");
  return {
    ...readDeclared(name, attributes, parse),
    type: readType(attributes.get("type"), parse) ?? refuseType(name, attributes.get("type"), place),
    isRequired: fallback === undefined,
    defaultText: fallback === undefined ? undefined : textOf(fallback),
    isNullable: !isSwitch(attributes.get("nullable"), false),
  };
}

function readDeclared(name: string, attributes: ReadonlyMap<string, Attribute>, parse: ParseExpression): Declared {
  const text = (key: string): string | undefined => {
    const attribute = attributes.get(key);
    const read = attribute === undefined ? undefined : expressionOf(attribute, parse);
    return read?.kind === "literal" && typeof read.value === "string" ? read.value : undefined;
  };
  return {
    name,
    description: text("description"),
    isSensitive: isSwitch(attributes.get("sensitive"), true),
    isEphemeral: isSwitch(attributes.get("ephemeral"), true),
    deprecated: text("deprecated"),
  };
}

/** A switch may be written as a text. */
function isSwitch(attribute: Attribute | undefined, wanted: boolean): boolean {
  return attribute?.value === wanted || attribute?.value === String(wanted);
}

/** In JSON a type is a text, in HCL it must not be. */
function readType(attribute: Attribute | undefined, parse: ParseExpression): ValueType | undefined {
  if (attribute === undefined) return anyType;
  if (!isJson(attribute) && attribute.value !== undefined) return undefined;
  const text = typeof attribute.value === "string" ? attribute.value : attribute.expression;
  const expression = parse(text);
  return expression === undefined ? undefined : readTypeExpression(expression);
}

function textOf(attribute: Attribute): string {
  const { value, expression } = attribute;
  return isJson(attribute) && typeof value === "string" ? JSON.stringify(value) : expression;
}

function isJson({ line }: Attribute): boolean {
  return line === undefined;
}

function localsOf({ attributes }: Block): [string, Attribute][] {
  return [...attributes];
}

function refuseType(name: string, attribute: Attribute | undefined, place: string): never {
  const got = printable(attribute?.expression ?? "");
  throw invalid(place, `variable ${name} has a type that is none, got ${got}, expected such as list(string)`);
}

function declaredTwice(before: Declaration, { name, place }: Declaration, type: string): InputError {
  return invalid(place, `${type} ${name} is declared twice, the first time in ${before.place}`);
}

function invalid(place: string, message: string): InputError {
  return new InputError("CONFIGURATION_INVALID", `${printable(place)}: ${message}`, {
    path: place,
    hint: "correct the module; tofu validate says the same of it",
  });
}
