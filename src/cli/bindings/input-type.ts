// Types of a module's variables as TypeScript: what a property takes, and how that becomes what the module takes. Objects become
// interfaces in camel case and functions that give their attributes the module's names, as in L1 constructs.
import type { ObjectAttribute, ValueType } from "../../hcl/value-type.ts";
import { describeDefault, toComment } from "./documentation.ts";
import { NameSet, toCamelCase, toPascalCase, toPropertyName } from "./names.ts";

export interface InputType {
  /** TypeScript, with tokens where the frameworks take them. */
  readonly text: string;
  /** Function that makes the module's value of it; undefined when that is the value itself. */
  readonly convert: string | undefined;
}

type ObjectType = Extract<ValueType, { kind: "object" }>;
type TupleType = Extract<ValueType, { kind: "tuple" }>;

const token = "cdk.IResolvable";

export class InputTypes {
  /** Interfaces, in the order in which they were needed. */
  readonly interfaces: string[] = [];
  /** Functions that convert. */
  readonly functions: string[] = [];
  readonly #typeNames: NameSet;
  readonly #functionNames: NameSet;

  /** @param reserved names of types and functions that the file has already */
  constructor(reserved: readonly string[]) {
    this.#typeNames = new NameSet(reserved);
    this.#functionNames = new NameSet(reserved);
  }

  /** @param name for an interface, if the type needs one */
  of(type: ValueType, name: string): InputType {
    switch (type.kind) {
      case "string":
      case "number":
        return { text: type.kind, convert: undefined };
      case "bool":
        return { text: `boolean | ${token}`, convert: undefined };
      case "any":
        return { text: "unknown", convert: undefined };
      case "list":
      case "set":
        return this.#list(this.of(type.element, name));
      case "map":
        return this.#map(this.of(type.element, name));
      case "tuple":
        return this.#tuple(type, name);
      case "object":
        return this.#object(type, name);
    }
  }

  #list({ text, convert }: InputType): InputType {
    const element = text.includes(" ") ? `(${text})` : text;
    return { text: `readonly ${element}[] | ${token}`, convert: convert && `cdk.listMapper(${convert}, false)` };
  }

  #map({ text, convert }: InputType): InputType {
    return {
      text: `{ readonly [key: string]: ${text} } | ${token}`,
      convert: convert && `cdk.hashMapper(${convert})`,
    };
  }

  #tuple({ elements }: TupleType, name: string): InputType {
    const inputs = elements.map((element, index) => this.of(element, `${name}${index + 1}`));
    const text = `readonly [${inputs.map((input) => input.text).join(", ")}] | ${token}`;
    if (inputs.every(({ convert }) => convert === undefined)) return { text, convert: undefined };
    const items = inputs.map(({ convert }, index) => `    ${converted(`value[${index}]`, convert)},`);
    return { text, convert: this.#addFunction(name, text, [`  return [`, ...items, `  ];`]) };
  }

  #object({ attributes }: ObjectType, wanted: string): InputType {
    const name = this.#typeNames.take(wanted, "Object");
    const at = this.interfaces.push("") - 1;
    const properties = this.#properties(attributes, name);
    const lines = properties.flatMap(({ attribute, property, type }) => [
      ...toComment(documentation(attribute), "  "),
      `  readonly ${property}${attribute.isOptional ? "?" : ""}: ${orUndefined(type.text, attribute.isOptional)};`,
    ]);
    this.interfaces[at] = [`export interface ${name} {`, ...lines, "}"].join("\n");
    const text = `${name} | ${token}`;
    const isSame = properties.every(
      ({ attribute, property, type }) => property === attribute.name && type.convert === undefined,
    );
    if (isSame) return { text, convert: undefined };
    const entries = properties.map(
      ({ attribute, property, type }) =>
        `    ${keyOf(attribute.name)}: ${converted(`value.${property}`, type.convert)},`,
    );
    return { text, convert: this.#addFunction(name, text, ["  return {", ...entries, "  };"]) };
  }

  #properties(attributes: readonly ObjectAttribute[], name: string): Property[] {
    const names = new NameSet();
    return attributes.map((attribute) => {
      const property = names.take(toPropertyName(attribute.name), "Attribute");
      return { attribute, property, type: this.of(attribute.type, `${name}${toPascalCase(attribute.name)}`) };
    });
  }

  /** Tokens pass through as they are. @returns its name */
  #addFunction(name: string, type: string, body: readonly string[]): string {
    const found = this.#functionNames.take(`${toCamelCase(name)}ToModule`, "");
    const lines = [
      `function ${found}(value: ${type} | null | undefined): unknown {`,
      `  if (typeof value !== "object" || value === null || cdk.Tokenization.isResolvable(value)) return value;`,
      ...body,
      "}",
    ];
    this.functions.push(lines.join("\n"));
    return found;
  }
}

interface Property {
  readonly attribute: ObjectAttribute;
  readonly property: string;
  readonly type: InputType;
}

/** A value as the module takes it. */
export function converted(value: string, convert: string | undefined): string {
  return convert === undefined ? value : `${convert}(${value})`;
}

/** A key of an object literal: a name that is no identifier is quoted, and `__proto__` would be no key but a prototype. */
export function keyOf(name: string): string {
  if (name === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** For programs that tell a property that is undefined from one that is not there. */
export function orUndefined(text: string, isOptional: boolean): string {
  return isOptional && text !== "unknown" ? `${text} | undefined` : text;
}

/** A default that is written out; of others it is said that there is one. */
function documentation({ default: fallback }: ObjectAttribute): string[] {
  if (fallback === undefined) return [];
  if (fallback.kind === "literal") return [describeDefault(JSON.stringify(fallback.value))];
  return ["@default - what the module says"];
}
