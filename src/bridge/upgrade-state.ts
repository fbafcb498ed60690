// States of former schema versions, and of other types and providers, become states of the current schema.
import type { Call } from "./call.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Log } from "./log.ts";
import { formatPath } from "./path.ts";
import type { ErasedResource, Values } from "./resource.ts";
import type { Schema } from "./schema.ts";
import type { State } from "./schema-values.ts";
import { fromRawJson, parseRawJson, type RawValue } from "./wire/json-value.ts";
import type { ValueProblem } from "./wire/value.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface UpgradeContext {
  readonly diagnostics: Diagnostics;
  readonly log: Log;
}

/** How the states of one former version become states of the current one. */
export interface StateUpgrade<NewState> {
  /** The former schema, to read the state by; null without one. */
  readonly schema: Schema | null;
  /** @param state by the former schema, or the raw JSON without one */
  upgrade(state: never, context: UpgradeContext): MaybePromise<NewState>;
}

/** An upgrade from a version whose schema is at hand: the former state has inferred types. */
export function upgradeFrom<S extends Schema, NewState>(
  schema: S,
  upgrade: (state: State<S>, context: UpgradeContext) => MaybePromise<NewState>,
): StateUpgrade<NewState> {
  return { schema, upgrade };
}

/** An upgrade from the JSON as the state has it. */
export function upgradeFromJson<NewState>(
  upgrade: (state: Readonly<Record<string, RawValue>>, context: UpgradeContext) => MaybePromise<NewState>,
): StateUpgrade<NewState> {
  return { schema: null, upgrade };
}

export interface UpgradeRequest {
  readonly resource: ErasedResource;
  /** The version of the schema that wrote the state. */
  readonly version: number;
  /** The state as JSON. */
  readonly json: Uint8Array;
}

/** The state by the current schema, or null after an error. */
export async function upgradeState(request: UpgradeRequest, call: Call): Promise<Values | null> {
  const { resource, version, json } = request;
  const current = resource.schema;
  if (json.length === 0) {
    return refuse(
      call,
      resource,
      "it is in the format of Terraform 0.11",
      "Apply once with the provider's version that wrote it.",
    );
  }
  if (version > current.version) {
    const remedy = "Use that version of the provider, or a later one.";
    return refuse(call, resource, "a later version of the provider wrote it", remedy);
  }
  const raw = parseRawJson(json);
  if (version === current.version) return readState(current, raw, resource, call);
  const step = resource.upgradeState?.[version];
  if (step === undefined) {
    const remedy = "This is a bug in the provider. Please report it to its developers.";
    return refuse(
      call,
      resource,
      `there is no upgrade from version ${version} of its schema to ${current.version}`,
      remedy,
    );
  }
  const former = step.schema === null ? raw : readState(step.schema, raw, resource, call);
  if (call.diagnostics.hasErrors) return null;
  const { diagnostics, log } = call;
  const upgraded = await call.guard(`upgrading the state of ${resource.type}`, () =>
    step.upgrade(former as never, { diagnostics, log }),
  );
  return upgraded ?? null;
}

function readState(schema: Schema, raw: RawValue, resource: ErasedResource, call: Call): Values | null {
  const problems: ValueProblem[] = [];
  const state = fromRawJson(schema.shape, raw, problems) as Values | null;
  call.protect(schema.shape, state);
  for (const { path, message } of problems) {
    refuse(
      call,
      resource,
      `at "${formatPath(path)}" it ${message}`,
      "Restore the state from a backup, or import the object again.",
    );
  }
  return state;
}

function refuse(call: Call, resource: ErasedResource, why: string, remedy: string): null {
  call.diagnostics.error({
    summary: "The state cannot be read",
    detail: `The state of an object of type ${resource.type} cannot be read: ${why}. ${remedy}`,
  });
  return null;
}

/** What is to be taken over. */
export interface MoveContext extends UpgradeContext {
  /** Such as `registry.example.com/acme/acme`. */
  readonly sourceProvider: string;
  readonly sourceType: string;
  readonly sourceVersion: number;
  /** The JSON as the state has it. */
  readonly sourceState: Readonly<Record<string, RawValue>>;
  /** The source read by a schema, if it fits. @returns undefined when it does not */
  read<S extends Schema>(schema: S): State<S> | undefined;
}
