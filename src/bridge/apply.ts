// Creates, updates or deletes one object, and checks what came back against the plan.
import type { Call } from "./call.ts";
import { findResultProblems } from "./plan-consistency.ts";
import type { PrivateState } from "./private-state.ts";
import { withSemanticEquality } from "./proposed-plan.ts";
import { reportProviderBug } from "./provider-bug.ts";
import type { ErasedResource, Values } from "./resource.ts";
import { findMissingIdentifiers, withoutUnknowns } from "./state-rules.ts";

export interface ApplyRequest {
  readonly resource: ErasedResource;
  /** Null when the object is to be deleted. */
  readonly config: Values | null;
  /** Null when the object is to be created. */
  readonly prior: Values | null;
  readonly planned: Values | null;
  readonly private: PrivateState;
}

/**
 * The new state: null when there is no object. After an error it is what is known to exist: what the author saved on the
 * way, else the prior state. The host then keeps it, and marks a new object as tainted.
 */
export async function applyChange(request: ApplyRequest, call: Call): Promise<Values | null> {
  const { config, prior, planned } = request;
  if (planned === null || config === null) return await deleteObject(request, call);
  const saved: { state: Values | null } = { state: prior };
  const result = await change({ ...request, config, planned }, call, (state) => (saved.state = state));
  if (result === undefined) {
    if (!call.diagnostics.hasErrors) reportProviderBug(call, request.resource.type, [], "no state came back");
    return saved.state === null ? null : withoutUnknowns(request.resource.schema.shape, saved.state);
  }
  return checked({ ...request, planned }, result, call);
}

interface ChangeRequest extends ApplyRequest {
  readonly config: Values;
  readonly planned: Values;
}

async function change(
  request: ChangeRequest,
  call: Call,
  saveState: (state: Values) => void,
): Promise<Values | undefined> {
  const { resource, config, prior, planned } = request;
  const context = {
    ...call.context,
    config,
    plan: planned,
    state: prior,
    private: request.private,
    saveState,
  };
  if (prior === null) return await call.guard(`creating ${resource.type}`, () => resource.create(context));
  return await call.guard(`updating ${resource.type}`, () => {
    if (resource.update === undefined)
      throw new Error("the resource has no update, so its plan must replace the object");
    return resource.update(context);
  });
}

async function deleteObject(request: ApplyRequest, call: Call): Promise<Values | null> {
  const { resource, prior } = request;
  if (prior === null) return null;
  const context = { ...call.context, state: prior, private: request.private };
  await call.guard(`deleting ${resource.type}`, () => resource.delete(context));
  return call.diagnostics.hasErrors ? prior : null;
}

/** The state as it may be stored. With errors of the author's own, the object is only partly there, so nothing is compared. */
function checked(request: ApplyRequest & { readonly planned: Values }, result: Values, call: Call): Values {
  const { resource, planned } = request;
  const { shape } = resource.schema;
  if (call.diagnostics.hasErrors) return withoutUnknowns(shape, result);
  const state = withSemanticEquality(shape, result, planned);
  for (const { path, message } of findResultProblems(shape, planned, state)) {
    reportProviderBug(call, resource.type, path, message);
  }
  for (const path of findMissingIdentifiers(shape, state)) {
    reportProviderBug(call, resource.type, path, "got null, expected a value: the attribute is an identifier");
  }
  return state;
}
