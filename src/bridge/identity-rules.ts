// What identities must keep to: complete once the object exists, and the same for its whole life. Hosts do not check it.
import type { Call } from "./call.ts";
import { reportProviderBug } from "./provider-bug.ts";
import type { ErasedResource, Values } from "./resource.ts";
import { isUnknown } from "./unknown.ts";
import { equalValues } from "./value-equality.ts";

/** The identity of the object that a state or plan describes; undefined when the type has none or part of it is not known. */
export function findIdentity(resource: ErasedResource, state: Values | null): Values | undefined {
  const { identity } = resource;
  if (identity === undefined || state === null) return undefined;
  const values = resource.identityOf?.(state) ?? state;
  const entries = identity.shape.fields.map(({ name }) => [name, values[name] ?? null] as const);
  const isKnown = entries.every(([name, value]) => {
    return !isUnknown(value) && (value !== null || identity.attributes[name]?.requiredForImport !== true);
  });
  return isKnown ? Object.fromEntries(entries) : undefined;
}

/** The identity of an object that exists; one that is incomplete, or another than `former`, is an error of the provider. */
export function checkedIdentity(
  resource: ErasedResource,
  state: Values | null,
  former: Values | undefined,
  call: Call,
): Values | undefined {
  const { identity, type } = resource;
  if (identity === undefined || state === null || call.diagnostics.hasErrors) return findIdentity(resource, state);
  const found = findIdentity(resource, state);
  if (found === undefined)
    reportProviderBug(
      call,
      type,
      [],
      "the identity is incomplete, expected a value for each attribute that an import needs",
    );
  else if (former !== undefined && !equalValues(identity.shape, found, former)) {
    reportProviderBug(call, type, [], "the identity changed, expected it to stay the same for the object's whole life");
  }
  return found;
}
