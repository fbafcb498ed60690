// Configurations, states and plans between messages and the operations.
import type { Call } from "../call.ts";
import { reportProviderBug } from "../provider-bug.ts";
import type { Values } from "../resource.ts";
import type { Schema } from "../schema.ts";
import type { DynamicValueMessage } from "../wire/messages.ts";
import { fromRawJson, parseRawJson } from "../wire/json-value.ts";
import type { Shape } from "../value-type.ts";
import { decodeValue, encodeValue, type ValueProblem } from "../wire/value.ts";
import { reportConfigProblems } from "./diagnostics.ts";

/** Any value of a message; null for none. Types that do not fit are errors at their attribute. */
export function decodeDynamicValue(call: Call, shape: Shape, message: DynamicValueMessage | undefined): unknown {
  if (message === undefined) return null;
  const problems: ValueProblem[] = [];
  const value = decode(shape, message, problems);
  reportConfigProblems(call, problems);
  call.protect(shape, value);
  return value;
}

function decode(shape: Shape, message: DynamicValueMessage, problems: ValueProblem[]): unknown {
  if (message.msgpack.length > 0) return decodeValue(shape, message.msgpack, problems);
  if (message.json.length > 0) return fromRawJson(shape, parseRawJson(message.json), problems);
  return null;
}

/** A configuration, state or plan; null when there is none. */
export function decodeValues(call: Call, schema: Schema, message: DynamicValueMessage | undefined): Values | null {
  return decodeDynamicValue(call, schema.shape, message) as Values | null;
}

/** Takes over what the module says in `provider_meta`. */
export function takeMeta(call: Call, schema: Schema | undefined, message: DynamicValueMessage | undefined): void {
  if (schema !== undefined) call.meta = decodeValues(call, schema, message);
}

export type StateKind = "plan" | "state";

/** A plan or state as the host may store it. What is wrong with it is an error that names the type and the attribute. */
export function encodeValues(
  call: Call,
  owner: { readonly type: string; readonly schema: Schema },
  values: Values | null,
  kind: StateKind,
): { readonly msgpack: Uint8Array } {
  const problems: ValueProblem[] = [];
  const unknowns = kind === "plan" ? "allowed" : "refused";
  call.protect(owner.schema.shape, values);
  const msgpack = encodeValue(owner.schema.shape, values, { unknowns, problems });
  for (const { path, message } of problems) reportProviderBug(call, owner.type, path, message);
  return { msgpack };
}
