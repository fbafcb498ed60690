// Resource identities between messages and the operations; protocol 6.10.
import type { Call } from "../call.ts";
import { findIdentity } from "../identity-rules.ts";
import { reportProviderBug } from "../provider-bug.ts";
import type { ErasedResource, Values } from "../resource.ts";
import type { ResourceIdentityData } from "../wire/messages.ts";
import type { Decoded, Encodable } from "../wire/protobuf.ts";
import { encodeValue, type ValueProblem } from "../wire/value.ts";
import { decodeDynamicValue } from "./values.ts";

type Message = Encodable<typeof ResourceIdentityData>;

/** The identity of a message; null when there is none. */
export function decodeIdentity(
  call: Call,
  resource: ErasedResource,
  message: Decoded<typeof ResourceIdentityData> | undefined,
): Values | null {
  if (resource.identity === undefined) return null;
  return decodeDynamicValue(call, resource.identity.shape, message?.identityData) as Values | null;
}

/** The message of an identity; undefined without one. */
export function encodeIdentity(
  call: Call,
  resource: ErasedResource,
  identity: Values | undefined,
): Message | undefined {
  if (resource.identity === undefined || identity === undefined) return undefined;
  const problems: ValueProblem[] = [];
  const msgpack = encodeValue(resource.identity.shape, identity, { unknowns: "refused", problems });
  for (const { path, message } of problems) reportProviderBug(call, resource.type, path, `in the identity: ${message}`);
  return { identityData: { msgpack } };
}

/** The identity in a plan: that of the object as it is, or of the new one as far as it is known already. */
export function plannedIdentity(
  call: Call,
  resource: ErasedResource,
  planned: Values | null,
  prior: Values | null,
): Message | undefined {
  return encodeIdentity(call, resource, findIdentity(resource, prior) ?? findIdentity(resource, planned));
}
