// Changes to one attribute's planned value; terraform-plugin-framework's planmodifier packages, in TypeScript.
import type { Diagnostics } from "./diagnostics.ts";
import type { Path } from "./path.ts";
import type { PrivateReader } from "./private-state.ts";
import { isUnknown, type Unknown } from "./unknown.ts";

export interface ModifierContext<Value> {
  readonly path: Path;
  readonly action: "create" | "update";
  readonly config: Value | Unknown | null;
  readonly plan: Value | Unknown | null;
  /** Null on create. */
  readonly state: Value | null;
  /** False on create, and inside of an element that the state does not have. */
  readonly hasPrior: boolean;
  /** True when the planned value is another than the state's; always on create. */
  readonly isChanged: boolean;
  readonly private: PrivateReader;
  readonly diagnostics: Diagnostics;
  /** Makes the change of this attribute replace the object. */
  requireReplace(): void;
}

export interface PlanModifier<Value> {
  /** For the documentation: `replaces the object when it changes`. */
  readonly description: string;
  /** @returns the planned value; `context.plan` leaves it as it is */
  modify(context: ModifierContext<Value>): Value | Unknown | null;
}

/** A change replaces the object. */
export function requiresReplace<Value>(): PlanModifier<Value> {
  return requiresReplaceIf(() => true, "replaces the object when it changes");
}

/** A change replaces the object if the configuration sets the attribute. */
export function requiresReplaceIfConfigured<Value>(): PlanModifier<Value> {
  return requiresReplaceIf(({ config }) => config !== null, "replaces the object when the configuration changes it");
}

/** A change replaces the object if `condition` says so. */
export function requiresReplaceIf<Value>(
  condition: (context: ModifierContext<Value>) => boolean,
  description: string,
): PlanModifier<Value> {
  const modify = (context: ModifierContext<Value>) => {
    if (context.action === "update" && context.isChanged && condition(context)) context.requireReplace();
    return context.plan;
  };
  return { description, modify };
}

/** An update keeps the value that the state has: for what the provider sets once, such as an id. */
export function useStateForUnknown<Value>(): PlanModifier<Value> {
  const modify = ({ hasPrior, config, plan, state }: ModifierContext<Value>) =>
    hasPrior && isUnknown(plan) && !isUnknown(config) ? state : plan;
  return { description: "keeps its value when the object changes", modify };
}

/** As useStateForUnknown, but what has no value yet may get one. */
export function useNonNullStateForUnknown<Value>(): PlanModifier<Value> {
  const modify = ({ config, plan, state }: ModifierContext<Value>) =>
    state !== null && isUnknown(plan) && !isUnknown(config) ? state : plan;
  return { description: "keeps its value, once it has one, when the object changes", modify };
}
