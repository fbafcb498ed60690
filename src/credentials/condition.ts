// What has to be as it was for an answer to be repeated. Simple enough for a shell to check (src/helper/launcher.sh).
import { type Stats, statSync } from "node:fs";
import type { Environment } from "../base/env.ts";

export type Condition =
  /** A variable has this value, or is not set (or empty) where there is no value. */
  | { readonly kind: "variable"; readonly name: string; readonly value: string | undefined }
  /** A variable holds the secret that ends so; the rest of it is not written down. */
  | { readonly kind: "secret"; readonly name: string; readonly tail: string }
  /** A file is there and was not written since the answer, or is not there. */
  | { readonly kind: "file"; readonly path: string; readonly isThere: boolean };

/** Enough to tell two random tokens apart, too little to use one. */
const tailLength = 12;
/** Of a shorter secret, the tail would be too much. */
const minSecretLength = 3 * tailLength;

/** The variable as it is now. */
export function variableNow(environment: Environment, name: string): Condition {
  return { kind: "variable", name, value: environment[name] || undefined };
}

/** The secret as it is now, or that there is none; undefined when it is too short to be told by its tail. */
export function secretNow(environment: Environment, name: string): Condition | undefined {
  const value = environment[name] ?? "";
  if (value === "") return { kind: "variable", name, value: undefined };
  return value.length < minSecretLength ? undefined : { kind: "secret", name, tail: value.slice(-tailLength) };
}

/** The file as it is now. */
export function fileNow(path: string): Condition {
  return { kind: "file", path, isThere: findStats(path) !== undefined };
}

/** @param sinceMs when the answer was looked for; a file that was written later may hold another */
export function isMet(condition: Condition, environment: Environment, sinceMs: number): boolean {
  switch (condition.kind) {
    case "variable":
      return (environment[condition.name] || undefined) === condition.value;
    case "secret":
      return (environment[condition.name] ?? "").slice(-tailLength) === condition.tail;
    case "file": {
      const stats = findStats(condition.path);
      return condition.isThere ? stats !== undefined && stats.mtimeMs <= sinceMs : stats === undefined;
    }
  }
}

/** What cannot be looked at counts as not there, as it does for a shell's `[ -e ]`. */
function findStats(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
