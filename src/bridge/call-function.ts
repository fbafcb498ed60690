// Calls one function with the arguments that the host gave.
import type { ErasedFunction } from "./function.ts";
import type { Log } from "./log.ts";

/** @returns what the function gave @throws whatever the function throws */
export async function callFunction(definition: ErasedFunction, values: readonly unknown[], log: Log): Promise<unknown> {
  const { parameters } = definition;
  const isVariadic = parameters.at(-1)?.variadic === true;
  const fixed = isVariadic ? parameters.length - 1 : parameters.length;
  const rest = isVariadic ? [values.slice(fixed)] : [];
  return await definition.call(...values.slice(0, fixed), ...rest, { log });
}
