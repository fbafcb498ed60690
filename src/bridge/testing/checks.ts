// Ready-made checks of plans and states; terraform-plugin-testing's plancheck and statecheck, in TypeScript.
import { AssertionError } from "node:assert";
import { assertValue, type ExpectedValue } from "./expected-value.ts";
import {
  type PlannedAction,
  type PlannedResource,
  type PlanView,
  type StateView,
  type ValuePath,
  valueAt,
} from "./views.ts";

/** Throws when the plan is not as it should be. */
export type PlanCheck = (plan: PlanView) => void;
/** Throws when the state is not as it should be. */
export type StateCheck = (state: StateView) => void;

/** The plan does this with that resource. */
export function expectAction(address: string, action: PlannedAction): PlanCheck {
  return (plan) => assertValue(plan.find(address)?.action ?? "nothing", action, `action of ${address}`);
}

export function expectEmptyPlan(): PlanCheck {
  return (plan) => assertValue(plan.changes, [], "changes in the plan");
}

export function expectNonEmptyPlan(): PlanCheck {
  return (plan) => assertValue(plan.changes.length > 0, true, "whether the plan changes something");
}

/** The planned value at that path. */
export function expectPlannedValue(address: string, path: ValuePath, expected: ExpectedValue): PlanCheck {
  return (plan) => assertValue(valueAt(planned(plan, address).after, path), expected, at(address, path));
}

/** The value at that path is not known yet. */
export function expectUnknownValue(address: string, path: ValuePath): PlanCheck {
  return (plan) =>
    assertValue(valueAt(planned(plan, address).afterUnknown, path), true, `unknown ${at(address, path)}`);
}

/** The value at that path is hidden from output. */
export function expectSensitiveValue(address: string, path: ValuePath): PlanCheck {
  return (plan) =>
    assertValue(valueAt(planned(plan, address).afterSensitive, path), true, `sensitive ${at(address, path)}`);
}

function planned(plan: PlanView, address: string): PlannedResource {
  const resource = plan.find(address);
  if (resource !== undefined) return resource;
  throw new AssertionError({
    message: `${address} is not in the plan, which has ${list(plan.resources.map((one) => one.address))}`,
  });
}

/** The value at that path in the state. */
export function expectValue(address: string, path: ValuePath, expected: ExpectedValue): StateCheck {
  return (state) => assertValue(valueAt(stored(state, address), path), expected, at(address, path));
}

/** The resource or data source is not in the state. */
export function expectAbsent(address: string): StateCheck {
  return (state) => assertValue(state.addresses.includes(address), false, `whether ${address} is in the state`);
}

export function expectOutput(name: string, expected: ExpectedValue): StateCheck {
  return (state) => assertValue(state.output(name), expected, `output ${name}`);
}

/** Two values in one state are the same. */
export function expectSameValues(
  [address, path]: readonly [address: string, path: ValuePath],
  [otherAddress, otherPath]: readonly [address: string, path: ValuePath],
): StateCheck {
  return (state) =>
    assertValue(
      valueAt(stored(state, address), path),
      valueAt(stored(state, otherAddress), otherPath),
      at(address, path),
    );
}

/** Follows one value over several steps: give the same check to each of them. */
export function compareValue(address: string, path: ValuePath, rule: "same" | "different"): StateCheck {
  const seen: unknown[] = [];
  return (state) => {
    const value = valueAt(stored(state, address), path);
    const isSame = seen.length > 0 && JSON.stringify(seen.at(-1)) === JSON.stringify(value);
    if (seen.length > 0)
      assertValue(isSame ? "same" : "different", rule, `${at(address, path)} compared with the step before`);
    seen.push(value);
  };
}

function stored(state: StateView, address: string): Readonly<Record<string, unknown>> {
  const values = state.find(address);
  if (values !== undefined) return values;
  throw new AssertionError({ message: `${address} is not in the state, which has ${list(state.addresses)}` });
}

function at(address: string, path: ValuePath): string {
  return `${address} ${path.join(".")}`;
}

function list(addresses: readonly string[]): string {
  return addresses.length === 0 ? "nothing" : addresses.join(", ");
}
