// The type of an expression, as far as a module alone tells it: what comes from resources, other modules and data is not known,
// but for `id` and `arn`; OpenTofu language, "Expressions" and "Functions".
import type { Attribute } from "./block.ts";
import type { Expression } from "./expression.ts";
import { anyType, isSameType, type ValueType } from "./value-type.ts";

/** @returns undefined when it is not known */
export type InferType = (attribute: Attribute) => ValueType | undefined;

const stringType: ValueType = { kind: "string" };
const numberType: ValueType = { kind: "number" };
const boolType: ValueType = { kind: "bool" };
const stringsType: ValueType = { kind: "list", element: stringType };

/** Functions that return one type, whatever they are given. */
const functionTypes = new Map<string, ValueType>([
  ...names(
    `abspath base64encode base64gzip base64sha256 base64sha512 basename bcrypt chomp cidrhost cidrnetmask cidrsubnet dirname file
    filebase64 filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 format formatdate indent join jsonencode
    lower md5 pathexpand replace sha1 sha256 sha512 strrev substr templatefile timeadd timestamp title tostring trim trimprefix
    trimspace trimsuffix type upper urlencode uuid uuidv5 yamlencode base64decode csvencode textencodebase64 textdecodebase64`,
    stringType,
  ),
  ...names("abs ceil floor index length log max min parseint pow signum sum timecmp tonumber", numberType),
  ...names("alltrue anytrue can cidrcontains contains endswith fileexists startswith strcontains tobool", boolType),
  ...names("cidrsubnets formatlist keys split", stringsType),
]);

/** Functions whose result has the type of their first argument. */
const passing = new Set(["nonsensitive", "sensitive", "reverse", "ephemeralasnull", "distinct", "compact", "sort"]);
const comparing = new Set(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "!"]);
/** Roots of references that are no resource. */
const notResources = new Set(["var", "local", "module", "each", "self", "path", "terraform", "tofu", "count"]);
/** Where locals refer to each other in a circle, and for what nobody would read. */
const maxDepth = 64;

export function createTypeInference(
  variables: ReadonlyMap<string, ValueType>,
  locals: ReadonlyMap<string, Attribute>,
  read: (attribute: Attribute) => Expression,
): InferType {
  return (attribute) => new Inference(variables, locals, read).infer(read(attribute), 0);
}

class Inference {
  readonly #variables: ReadonlyMap<string, ValueType>;
  readonly #locals: ReadonlyMap<string, Attribute>;
  readonly #read: (attribute: Attribute) => Expression;

  constructor(
    variables: ReadonlyMap<string, ValueType>,
    locals: ReadonlyMap<string, Attribute>,
    read: (attribute: Attribute) => Expression,
  ) {
    this.#variables = variables;
    this.#locals = locals;
    this.#read = read;
  }

  infer(expression: Expression, depth: number): ValueType | undefined {
    if (depth > maxDepth) return undefined;
    switch (expression.kind) {
      case "literal":
        return literalType(expression.value);
      case "template":
        return stringType;
      case "operation":
        return comparing.has(expression.operator) ? boolType : numberType;
      case "reference":
        return this.#follow(expression.path, depth + 1);
      case "access":
        return descend(this.infer(expression.of, depth + 1), expression.path);
      case "splat":
        return listOf(this.#follow(expression.path, depth + 1));
      case "for-list":
        return listOf(this.infer(expression.value, depth + 1));
      case "for-object":
        return this.#mapOf(expression.value, expression.isGrouped, depth + 1);
      case "list":
        return this.#listType(expression.items, depth + 1);
      case "object":
        return this.#objectType(expression.entries, depth + 1);
      case "conditional":
        return this.#either(expression.whenTrue, expression.whenFalse, depth + 1);
      case "call":
        return this.#callType(expression.name, expression.arguments, depth + 1);
      case "other":
        return undefined;
    }
  }

  #follow(path: readonly (string | undefined)[], depth: number): ValueType | undefined {
    const [root, name, ...rest] = path;
    if (root === "var") return descend(this.#variables.get(name ?? ""), rest);
    if (root === "path" || root === "terraform" || root === "tofu") return path.length === 2 ? stringType : undefined;
    if (root === "count") return numberType;
    if (root === "local") {
      const local = this.#locals.get(name ?? "");
      return local === undefined ? undefined : descend(this.infer(this.#read(local), depth), rest);
    }
    return isResourceId(path) ? stringType : undefined;
  }

  #mapOf(value: Expression, isGrouped: boolean, depth: number): ValueType | undefined {
    const element = this.infer(value, depth);
    if (element === undefined) return undefined;
    return { kind: "map", element: isGrouped ? { kind: "list", element } : element };
  }

  /** A list when all items have one type. */
  #listType(items: readonly Expression[], depth: number): ValueType | undefined {
    const elements = items.map((item) => this.infer(item, depth));
    if (!elements.every((one) => one !== undefined)) return undefined;
    const [first] = elements;
    const isUniform = first !== undefined && elements.every((one) => isSameType(one, first));
    return isUniform ? { kind: "list", element: first } : { kind: "tuple", elements };
  }

  #objectType(
    entries: readonly { name: string | undefined; value: Expression }[],
    depth: number,
  ): ValueType | undefined {
    const attributes = entries.flatMap(({ name, value }) =>
      name === undefined
        ? []
        : [{ name, type: this.infer(value, depth) ?? anyType, isOptional: false, default: undefined }],
    );
    return attributes.length === entries.length ? { kind: "object", attributes } : undefined;
  }

  /** Null and an empty list have the type of the other side. */
  #either(whenTrue: Expression, whenFalse: Expression, depth: number): ValueType | undefined {
    if (isNull(whenTrue)) return this.infer(whenFalse, depth);
    if (isNull(whenFalse)) return this.infer(whenTrue, depth);
    const [one, other] = [this.infer(whenTrue, depth), this.infer(whenFalse, depth)];
    if (one === undefined || other === undefined) return undefined;
    if (isSameType(one, other) || isEmpty(other)) return one;
    return isEmpty(one) ? other : undefined;
  }

  /** The first is what is meant, the others are what it falls back to; they must not be known to be something else. */
  #firstOf([meant, ...others]: readonly Expression[], depth: number): ValueType | undefined {
    const type = meant === undefined ? undefined : this.infer(meant, depth);
    if (type === undefined) return undefined;
    const known = others.map((one) => this.infer(one, depth)).filter((one) => one !== undefined);
    return known.every((one) => isSameType(one, type) || isEmpty(one)) ? type : undefined;
  }

  /** Lists of one type together. */
  #joined(lists: readonly Expression[], depth: number): ValueType | undefined {
    const types = lists.map((one) => this.infer(one, depth)).filter((one) => one === undefined || !isEmpty(one));
    const [first] = types;
    const isUniform = first?.kind === "list" && types.every((one) => one !== undefined && isSameType(one, first));
    return isUniform ? first : undefined;
  }

  #callType(name: string, parameters: readonly Expression[], depth: number): ValueType | undefined {
    const bare = name.replace(/^core::/, "");
    const fixed = functionTypes.get(bare);
    if (fixed !== undefined) return fixed;
    if (bare === "try" || bare === "coalesce") return this.#firstOf(parameters, depth);
    if (bare === "concat") return this.#joined(parameters, depth);
    const first = parameters[0] === undefined ? undefined : this.infer(parameters[0], depth);
    if (first === undefined) return undefined;
    if (passing.has(bare)) return first;
    if (bare === "tolist" || bare === "toset" || bare === "tomap") return converted(bare, first);
    if ((bare === "one" || bare === "element") && (first.kind === "list" || first.kind === "set")) return first.element;
    if (bare === "lookup" && first.kind === "map") return first.element;
    return bare === "values" && first.kind === "map" ? { kind: "list", element: first.element } : undefined;
  }
}

function names(list: string, type: ValueType): [string, ValueType][] {
  return list.split(/\s+/).map((name) => [name, type]);
}

function literalType(value: string | number | boolean | null): ValueType | undefined {
  if (typeof value === "string") return stringType;
  if (typeof value === "number") return numberType;
  return typeof value === "boolean" ? boolType : undefined;
}

function listOf(element: ValueType | undefined): ValueType | undefined {
  return element === undefined ? undefined : { kind: "list", element };
}

/** What is found by steps of names and indexes; undefined stands for an index. */
function descend(type: ValueType | undefined, steps: readonly (string | undefined)[]): ValueType | undefined {
  const [step, ...rest] = steps;
  if (type === undefined || type.kind === "any") return undefined;
  if (steps.length === 0) return type;
  if (type.kind === "object") return descend(type.attributes.find(({ name }) => name === step)?.type, rest);
  if (type.kind === "map") return descend(type.element, rest);
  return (type.kind === "list" || type.kind === "set") && step === undefined ? descend(type.element, rest) : undefined;
}

/** `TYPE.NAME[0].id`, `data.TYPE.NAME.arn`, `one.id` in a `for`: by convention of all providers a text. */
function isResourceId(path: readonly (string | undefined)[]): boolean {
  const [root] = path;
  const last = path.at(-1);
  return path.length > 1 && !notResources.has(root ?? "") && (last === "id" || last === "arn");
}

function converted(name: "tolist" | "toset" | "tomap", type: ValueType): ValueType | undefined {
  if (name === "tomap") return type.kind === "map" ? type : undefined;
  const kind = name === "tolist" ? "list" : "set";
  return type.kind === "list" || type.kind === "set" ? { kind, element: type.element } : undefined;
}

function isNull(expression: Expression): boolean {
  return expression.kind === "literal" && expression.value === null;
}

function isEmpty(type: ValueType): boolean {
  return type.kind === "tuple" && type.elements.length === 0;
}
