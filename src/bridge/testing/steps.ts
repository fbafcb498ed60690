// The steps of an acceptance test: what its author writes.
import type { PlanCheck, StateCheck } from "./checks.ts";
import type { StateView } from "./views.ts";

interface CommonStep {
  /** Runs before the step, such as to change the object behind the host's back. */
  readonly before?: () => void | Promise<void>;
  /** The step has to fail with a diagnostic that matches. */
  readonly expectError?: RegExp;
}

/** Plans and applies a configuration; afterwards a second plan has to be empty. */
export interface ConfigStep extends CommonStep {
  /** The text of main.tf, or files by name. */
  readonly config: string | Readonly<Record<string, string>>;
  /** Values of the configuration's variables. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Only plans, and checks the plan. */
  readonly planOnly?: boolean;
  /** Destroys what there is in place of applying. */
  readonly destroy?: boolean;
  /** Marks these resources for replacement first. */
  readonly taint?: readonly string[];
  readonly planChecks?: readonly PlanCheck[];
  readonly stateChecks?: readonly StateCheck[];
  /** A warning that the plan or apply has to give. */
  readonly expectWarning?: RegExp;
  /** The second plan is not empty, because the test is about just that. */
  readonly expectNonEmptyPlan?: boolean;
}

/** Reads everything anew without changing anything; afterwards a plan has to be empty. */
export interface RefreshStep extends CommonStep {
  readonly refresh: true;
  readonly stateChecks?: readonly StateCheck[];
  /** Something was changed behind the host's back, and the plan repairs it. */
  readonly expectNonEmptyPlan?: boolean;
}

/** Imports one resource of the step before into an empty state and compares the two. */
export interface ImportStep extends CommonStep {
  /** Its address in the configuration of the step before. */
  readonly importAddress: string;
  /** The id, or how it follows from the state; the attribute `id` unless given. */
  readonly id?: string | ((state: StateView) => string);
  /** Imports by identity, with an `import` block. */
  readonly identity?: (state: StateView) => Readonly<Record<string, string | number | boolean>>;
  /** `tofu import` unless given; `block` plans an `import` block, which must then change nothing. */
  readonly kind?: "command" | "block";
  /** Attributes that an import cannot find out, such as passwords. */
  readonly ignore?: readonly string[];
}

export type Step = ConfigStep | RefreshStep | ImportStep;

export function isImportStep(step: Step): step is ImportStep {
  return "importAddress" in step;
}

export function isRefreshStep(step: Step): step is RefreshStep {
  return "refresh" in step;
}
