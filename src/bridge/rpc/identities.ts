// Resource identities between messages and states; protocol 6.10.
import type { ErasedResource, Values } from "../resource.ts";
import { isUnknown } from "../unknown.ts";
import type { ResourceIdentityData } from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import { encodeValue } from "../wire/value.ts";

/** The identity of the object that a state describes, or of its prior state while the new one is not known; undefined without one. */
export function identityOf(
  resource: ErasedResource,
  state: Values | null,
  prior: Values | null,
): Encodable<typeof ResourceIdentityData> | undefined {
  const { identity } = resource;
  const source = prior ?? state;
  if (identity === undefined || source === null) return undefined;
  const values = resource.identityOf?.(source) ?? source;
  const fields = identity.shape.fields.map(({ name }) => [name, values[name]] as const);
  // An identity that is not known yet is left out: the host asks again after apply.
  if (fields.some(([, value]) => isUnknown(value) || value === undefined || value === null)) return undefined;
  const msgpack = encodeValue(identity.shape, Object.fromEntries(fields), { unknowns: "refused", problems: [] });
  return { identityData: { msgpack } };
}
