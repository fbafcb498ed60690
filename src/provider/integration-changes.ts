// What an update sends: the attributes that changed, and the whole login where any part of it did.
import type { IntegrationChanges } from "../api/integrations.ts";
import { Secret } from "../base/secret.ts";
import { isSameRegistryUrl } from "./registry-url.ts";

/** The attributes that state and plan both have. */
export interface ComparedValues {
  readonly name: string | null;
  readonly registry_url: string | null;
  readonly username: string | null;
  readonly password: string | null;
  readonly password_wo_version: number | null;
  readonly export_credentials: boolean | null;
}

export interface Change {
  readonly state: ComparedValues;
  readonly plan: ComparedValues & { readonly name: string; readonly registry_url: string; readonly username: string };
  /** The password as the configuration has it now, from either attribute. */
  readonly password: string | null;
}

/** Empty when nothing differs for the API, as when only the spelling of the URL does. */
export function changesOf({ state, plan, password }: Change): IntegrationChanges {
  const isMoved = state.registry_url === null || !isSameRegistryUrl(state.registry_url, plan.registry_url);
  const hasNewPassword = plan.password !== state.password || plan.password_wo_version !== state.password_wo_version;
  // A login is tested as a whole; and a stored password must not go to another host than it was given for.
  const sendsLogin = isMoved || hasNewPassword || plan.username !== state.username;
  return {
    ...(plan.name !== state.name && { name: plan.name }),
    ...(isMoved && { registryUrl: plan.registry_url }),
    ...(sendsLogin && { username: plan.username }),
    ...(sendsLogin && password !== null && { password: new Secret(password) }),
    ...(plan.export_credentials !== state.export_credentials && {
      exportCredentials: plan.export_credentials ?? false,
    }),
  };
}
