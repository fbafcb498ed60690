// Whether a secret stands in the synthesized JSON: as text in the attribute, or in what its expression leads to.
import { findReferences, hasOwnText } from "./template-text.ts";
import type { Attributes } from "./synthesized-stack.ts";

interface Names {
  readonly variables: Attributes;
  readonly locals: Attributes;
}

/** What is wrong with the value of a secret attribute, such as `stands in the program`; undefined when it is known at apply only. */
export function findSecretProblem(value: unknown, names: Names): string | undefined {
  const waiting: unknown[] = [value];
  const seen = new Set<string>();
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (hasOwnText(one)) return "stands in the program";
    for (const path of findReferences(one)) {
      const key = path.join(".");
      if (seen.has(key)) continue;
      seen.add(key);
      const [kind, name = "", ...rest] = path;
      if (kind === "local") waiting.push(follow(names.locals[name], rest));
      else if (hasDefault(names.variables[name])) return `comes from variable ${name}, which has a default`;
    }
  }
  return undefined;
}

/** A default of null is none. */
function hasDefault(variable: unknown): boolean {
  const value = (variable as { readonly default?: unknown } | undefined)?.default;
  return value !== undefined && value !== null;
}

function follow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Attributes | null | undefined)?.[key], value);
}
