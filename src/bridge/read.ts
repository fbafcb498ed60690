// Reads one object, and what a data source finds.
import type { Call } from "./call.ts";
import type { ErasedDataSource } from "./data-source.ts";
import type { PrivateState } from "./private-state.ts";
import { withSemanticEquality } from "./proposed-plan.ts";
import { reportProviderBug } from "./provider-bug.ts";
import type { ErasedResource, Values } from "./resource.ts";
import { findMissingIdentifiers } from "./state-rules.ts";

export interface ReadRequest {
  readonly resource: ErasedResource;
  readonly state: Values;
  readonly private: PrivateState;
}

/** The object as it is now, or null when it is gone. After an error: the state as it was. */
export async function readObject(request: ReadRequest, call: Call): Promise<Values | null> {
  const { resource, state } = request;
  const context = { ...call.context, state, private: request.private };
  const found = await call.guard(`reading ${resource.type}`, () => resource.read(context));
  if (call.diagnostics.hasErrors) return state;
  if (found === undefined || found === null) return null;
  for (const path of findMissingIdentifiers(resource.schema.shape, found)) {
    reportProviderBug(call, resource.type, path, "got null, expected a value: the attribute is an identifier");
  }
  return withSemanticEquality(resource.schema.shape, found, state);
}

/** What a data source found, or undefined after an error. */
export async function readDataSource(
  dataSource: ErasedDataSource,
  config: Values,
  call: Call,
): Promise<Values | undefined> {
  const context = { ...call.context, config };
  const found = await call.guard(`reading ${dataSource.type}`, () => dataSource.read(context));
  if (found === undefined && !call.diagnostics.hasErrors)
    reportProviderBug(call, dataSource.type, [], "no state came back");
  return found;
}
