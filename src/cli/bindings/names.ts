// Names of TypeScript for those of a module: camel case as the generators of L1 constructs write it, and no name twice.
import camelcase from "camelcase";

/** Names that may be followed by others, each given once. */
export class NameSet {
  readonly #taken: Set<string>;

  /** @param reserved names that are never given */
  constructor(reserved: Iterable<string> = []) {
    this.#taken = new Set(reserved);
  }

  /** The name itself, or when that is taken the name with a suffix, with 2, 3, … behind it if need be. */
  take(name: string, suffix: string): string {
    let free = name;
    for (let count = 1; this.#taken.has(free); count += 1) free = `${name}${suffix}${count === 1 ? "" : count}`;
    this.#taken.add(free);
    return free;
  }
}

/** `cidr_block` as `cidrBlock`. */
export function toCamelCase(name: string): string {
  return toIdentifier(camelcase(name, { locale: false }), name);
}

/** `cidr_block` as `CidrBlock`. */
export function toPascalCase(name: string): string {
  return toIdentifier(camelcase(name, { locale: false, pascalCase: true }), name);
}

/** Names that the generators give another spelling: they mean something in a language that constructs are made for. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["self", "selfAttribute"],
  ["build", "buildAttribute"],
  ["node", "nodeAttribute"],
  ["system", "systemAttribute"],
  ["software", "softwareAttribute"],
  ["tfResourceType", "tfResourceTypeAttribute"],
  ["importFrom", "importFromAttribute"],
  ["moveTo", "moveToAttribute"],
  ["equals", "equalTo"],
]);

/** The name of a property, as the generators write that of an attribute. */
export function toPropertyName(name: string): string {
  const camel = toCamelCase(name);
  // A property `getX` is a method in Java.
  return renamed.get(camel) ?? (/^get[A-Za-z]/.test(camel) ? `fetch${camel.slice("get".length)}` : camel);
}

const identifier = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** True for a name that a class can have in any TypeScript program, and that is none of the language's own. */
export function isClassName(name: string): boolean {
  return identifier.test(name) && /^\p{Lu}/u.test(name);
}

/** Without its leading `_` a name may begin with a digit, or be nothing. */
function toIdentifier(cased: string, name: string): string {
  if (identifier.test(cased)) return cased;
  const mended = `_${cased}`;
  // Letters of HCL's identifiers are those of TypeScript's; this is for both changing their Unicode at different times.
  return identifier.test(mended) ? mended : `_${Buffer.from(name).toString("hex")}`;
}
