// Imports one object: the little that read needs to find it becomes its first state.
import type { Call } from "./call.ts";
import type { PrivateState } from "./private-state.ts";
import type { ErasedResource, Values } from "./resource.ts";
import { findMissingIdentifiers } from "./state-rules.ts";
import { reportProviderBug } from "./provider-bug.ts";

export interface ImportRequest {
  readonly resource: ErasedResource;
  readonly id: string;
  readonly identity: Values | null;
  readonly private: PrivateState;
}

/** The first state, with null for all that `read` will find out; undefined after an error. */
export async function importObject(request: ImportRequest, call: Call): Promise<Values | undefined> {
  const { resource, id, identity } = request;
  const { diagnostics } = call;
  if (resource.importState === undefined) {
    diagnostics.error({
      summary: "Import is not supported",
      detail: `Objects of type ${resource.type} cannot be imported.`,
    });
    return undefined;
  }
  const context = { ...call.context, id, identity, private: request.private };
  const found = await call.guard(`importing ${resource.type}`, () => resource.importState?.(context));
  if (found === undefined || diagnostics.hasErrors) return undefined;
  for (const path of findMissingIdentifiers(resource.schema.shape, found)) {
    reportProviderBug(call, resource.type, path, "got null, expected a value: the attribute is an identifier");
  }
  return found;
}
