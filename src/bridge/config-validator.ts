// Checks of several attributes together; terraform-plugin-framework-validators' resourcevalidator package, in TypeScript.
import type { Diagnostics } from "./diagnostics.ts";
import { isUnknown } from "./unknown.ts";

export interface ConfigValidator {
  /** For the documentation: `exactly one of a and b`. */
  readonly description: string;
  check(config: Readonly<Record<string, unknown>>, diagnostics: Diagnostics): void;
}

/** At most one of these attributes may be set. */
export function conflicting(...names: readonly string[]): ConfigValidator {
  return count(names, "at most one", ({ set }) => set.length <= 1);
}

/** One of these attributes has to be set, and no second one. */
export function exactlyOneOf(...names: readonly string[]): ConfigValidator {
  return count(names, "exactly one", ({ set, unknowns }) => set.length <= 1 && set.length + unknowns.length >= 1);
}

/** One or more of these attributes have to be set. */
export function atLeastOneOf(...names: readonly string[]): ConfigValidator {
  return count(names, "at least one", ({ set, unknowns }) => set.length + unknowns.length >= 1);
}

/** All of these attributes have to be set, or none. */
export function requiredTogether(...names: readonly string[]): ConfigValidator {
  return count(names, "all or none", ({ set, unset }) => set.length === 0 || unset.length === 0);
}

/** When `name` is set, the others have to be set too. */
export function alsoRequires(name: string, ...others: readonly string[]): ConfigValidator {
  const description = `${name} needs ${others.join(", ")}`;
  const check = (config: Readonly<Record<string, unknown>>, diagnostics: Diagnostics) => {
    if (!isSet(config[name])) return;
    const missing = others.filter((other) => isUnset(config[other]));
    if (missing.length === 0) return;
    const detail = `${quote(name)} is set, so ${missing.map(quote).join(", ")} must be set too.`;
    diagnostics.error({ summary: "Missing attribute", detail, path: name });
  };
  return { description, check };
}

/** Warns who sets `name`, which is kept in the state, although there is a write-only attribute for it. */
export function preferWriteOnly(name: string, writeOnly: string): ConfigValidator {
  const check = (config: Readonly<Record<string, unknown>>, diagnostics: Diagnostics) => {
    if (!isSet(config[name])) return;
    const detail = `${quote(name)} is kept in the state. ${quote(writeOnly)} is write-only and is not.`;
    diagnostics.warning({ summary: "A write-only attribute is available", detail, path: name });
  };
  return { description: `${writeOnly} keeps the value out of the state`, check };
}

interface Counted {
  readonly set: readonly string[];
  readonly unset: readonly string[];
  readonly unknowns: readonly string[];
}

function count(names: readonly string[], rule: string, isFine: (counted: Counted) => boolean): ConfigValidator {
  const check = (config: Readonly<Record<string, unknown>>, diagnostics: Diagnostics) => {
    const counted = {
      set: names.filter((name) => isSet(config[name])),
      unset: names.filter((name) => isUnset(config[name])),
      unknowns: names.filter((name) => isUnknown(config[name])),
    };
    if (isFine(counted)) return;
    const given = counted.set.length === 0 ? "none is" : `set are ${counted.set.map(quote).join(", ")}`;
    const detail = `Of ${names.map(quote).join(", ")} ${rule} must be set, ${given}.`;
    diagnostics.error({ summary: "Invalid combination of attributes", detail, path: counted.set.at(-1) });
  };
  return { description: `${rule} of ${names.join(", ")}`, check };
}

function isSet(value: unknown): boolean {
  return !isUnset(value) && !isUnknown(value);
}

/** Blocks that are absent are empty arrays. */
function isUnset(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function quote(name: string): string {
  return `"${name}"`;
}
