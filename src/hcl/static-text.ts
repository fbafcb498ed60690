// Texts that a configuration alone decides: literals, locals and defaults of variables, also inside of a quoted template.
// OpenTofu takes no more for a module's source: it is evaluated before anything else.
import type { Attribute, Block } from "./block.ts";
import { unescapeQuoted } from "./text-literal.ts";

/** What names stand for, such as `local.tag` and `var.source`. */
export type StaticNames = ReadonlyMap<string, Attribute>;

/** Locals that refer to each other in a circle end here. */
const maxDepth = 32;
const reference = /^(?:var|local)\.[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
const interpolation = /\$\{(?<name>[^{}"]*)\}/g;
const escapedSign = /[$%](?=[$%]\{)/;

/**
 * @param isSet says which variables get another value than their default, as far as that can be seen
 */
export function collectStaticNames(blocks: readonly Block[], isSet: (variable: string) => boolean): StaticNames {
  const locals = blocks.flatMap(({ type, attributes }) => (type === "locals" ? [...attributes] : []));
  const defaults = blocks.flatMap(({ type, labels: [name = ""], attributes }): [string, Attribute][] => {
    const value = type === "variable" && !isSet(name) ? attributes.get("default") : undefined;
    return value === undefined ? [] : [[`var.${name}`, value]];
  });
  return new Map([...locals.map(([name, value]): [string, Attribute] => [`local.${name}`, value]), ...defaults]);
}

/** The text of an expression; undefined when the configuration alone does not tell. */
export function findStaticText(attribute: Attribute, names: StaticNames, depth = 0): string | undefined {
  if (attribute.value !== undefined) return String(attribute.value);
  if (depth > maxDepth) return undefined;
  const expression = attribute.expression.trim();
  if (/^\d+(?:\.\d*[1-9])?$/.test(expression)) return expression;
  const textOf = (name: string): string | undefined => {
    const found = reference.test(name) ? names.get(name) : undefined;
    return found === undefined ? undefined : findStaticText(found, names, depth + 1);
  };
  return reference.test(expression) ? textOf(expression) : expand(templateOf(attribute, expression), textOf);
}

/** What stands between the quotes; JSON has none, and its texts are templates. */
function templateOf({ line }: Attribute, expression: string): string | undefined {
  if (line !== undefined) return /^"[^\n]*"$/.test(expression) ? expression.slice(1, -1) : undefined;
  // A text that begins and ends with an interpolation has lost both signs; without another it was an expression alone.
  if (!expression.includes("${")) return undefined;
  return expression.startsWith("${") || !/^[^{]*\}/.test(expression) ? expression : `\${${expression}}`;
}

function expand(template: string | undefined, textOf: (name: string) => string | undefined): string | undefined {
  if (template === undefined || escapedSign.test(template) || template.includes("%{")) return undefined;
  const values = [...template.matchAll(interpolation)].map(({ groups }) => textOf(groups?.["name"]?.trim() ?? ""));
  const literals = template.split(/\$\{[^{}"]*\}/);
  if (values.includes(undefined) || literals.some((one) => one.includes("${") || /(?<!\\)"/.test(one)))
    return undefined;
  return literals.map((one, index) => unescapeQuoted(one) + (values[index] ?? "")).join("");
}
