// Opens, renews and closes ephemeral resources.
import type { Call } from "./call.ts";
import type { ErasedEphemeralResource } from "./ephemeral.ts";
import type { PrivateState } from "./private-state.ts";
import { reportProviderBug } from "./provider-bug.ts";
import type { Values } from "./resource.ts";

export interface EphemeralRequest {
  readonly ephemeral: ErasedEphemeralResource;
  readonly private: PrivateState;
}

export interface Opened {
  readonly result: Values;
  readonly renewAt: Date | undefined;
}

/** What `open` gave, or undefined after an error. */
export async function openEphemeral(
  request: EphemeralRequest,
  config: Values,
  call: Call,
): Promise<Opened | undefined> {
  const { ephemeral } = request;
  let renewAt: Date | undefined;
  const context = { ...contextOf(request, call), config, renewAt: (moment: Date) => (renewAt = moment) };
  const result = await call.guard(`opening ${ephemeral.type}`, () => ephemeral.open(context));
  if (call.diagnostics.hasErrors) return undefined;
  if (result !== undefined) return { result, renewAt };
  reportProviderBug(call, ephemeral.type, [], "no result came back");
  return undefined;
}

/** When to renew again, or undefined. */
export async function renewEphemeral(request: EphemeralRequest, call: Call): Promise<Date | undefined> {
  const { ephemeral } = request;
  let renewAt: Date | undefined;
  const context = { ...contextOf(request, call), renewAt: (moment: Date) => (renewAt = moment) };
  await call.guard(`renewing ${ephemeral.type}`, () => ephemeral.renew?.(context));
  return renewAt;
}

export async function closeEphemeral(request: EphemeralRequest, call: Call): Promise<void> {
  const { ephemeral } = request;
  await call.guard(`closing ${ephemeral.type}`, () => ephemeral.close?.(contextOf(request, call)));
}

function contextOf(request: EphemeralRequest, call: Call) {
  return { ...call.context, private: request.private };
}
