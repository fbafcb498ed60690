// Takes over an object of another type or provider, as its target's author says.
import type { Call } from "./call.ts";
import type { ErasedResource, Values } from "./resource.ts";
import type { Schema } from "./schema.ts";
import type { State } from "./schema-values.ts";
import type { MoveContext } from "./upgrade-state.ts";
import { fromRawJson, parseRawJson, type RawValue } from "./wire/json-value.ts";
import type { ValueProblem } from "./wire/value.ts";

export interface MoveRequest {
  readonly target: ErasedResource;
  readonly sourceProvider: string;
  readonly sourceType: string;
  readonly sourceVersion: number;
  /** The state of the source as JSON. */
  readonly json: Uint8Array;
}

/** The state by the target's schema, or undefined after an error. */
export async function moveState(request: MoveRequest, call: Call): Promise<Values | undefined> {
  const { target, sourceProvider, sourceType, sourceVersion } = request;
  const sourceState = parseRawJson(request.json) as Readonly<Record<string, RawValue>>;
  const { diagnostics, log } = call;
  const read = <S extends Schema>(schema: S) => readBy(schema, sourceState, call);
  const context: MoveContext = { diagnostics, log, sourceProvider, sourceType, sourceVersion, sourceState, read };
  const state = await call.guard(`moving ${sourceType} to ${target.type}`, () => target.moveState?.(context));
  if (state === undefined && !diagnostics.hasErrors) {
    const detail = `An object of type ${sourceType} cannot become one of type ${target.type}.`;
    diagnostics.error({ summary: "The object cannot be moved", detail });
  }
  return state;
}

function readBy<S extends Schema>(schema: S, raw: RawValue, call: Call): State<S> | undefined {
  const problems: ValueProblem[] = [];
  const state = fromRawJson(schema.shape, raw, problems);
  call.protect(schema.shape, state);
  return problems.length === 0 ? (state as State<S>) : undefined;
}
