// Which management API manages which of the declared integrations, and whether there is what it takes to ask it.
import { findManagementSettings, type GivenSettings } from "../../api/settings.ts";
import type { Environment } from "../../base/env.ts";
import { Secret } from "../../base/secret.ts";
import type { DeclaredIntegration, DeclaredProvider } from "./declared-integration.ts";

/** What the caller of preflight gives, over provider blocks and environment. */
export interface PreflightSettings {
  readonly hostname: string | undefined;
  readonly token: string | undefined;
  readonly environment: Environment;
}

export interface ApiAccess {
  readonly hostname: string;
  readonly hostnameSource: string;
  readonly token: Secret;
  readonly tokenSource: string;
}

export interface ApiGroup {
  /** Undefined when it cannot be asked. */
  readonly access: ApiAccess | undefined;
  /** What is not there or not known, such as `SCALR_TOKEN`. */
  readonly missing: readonly string[];
  readonly integrations: readonly DeclaredIntegration[];
}

/** One group for each API and token, in the order of the integrations. */
export function groupByApi(declared: readonly DeclaredIntegration[], settings: PreflightSettings): ApiGroup[] {
  const groups = new Map<string, ApiGroup & { readonly integrations: DeclaredIntegration[] }>();
  for (const one of declared) {
    const { access, missing } = accessOf(one.provider, settings);
    const key = JSON.stringify([access?.hostname, access?.token.reveal(), missing]);
    const group = groups.get(key) ?? { access, missing, integrations: [] };
    group.integrations.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function accessOf(provider: DeclaredProvider | undefined, settings: PreflightSettings): Omit<ApiGroup, "integrations"> {
  if (settings.hostname === undefined && provider !== undefined && !provider.isHostnameKnown) {
    return { access: undefined, missing: [`the hostname of ${provider.path}`] };
  }
  const { hostname, token } = findManagementSettings(settings.environment, given(provider, settings));
  if (hostname !== undefined && token !== undefined) {
    const sources = { hostnameSource: hostname.source, tokenSource: token.source };
    return { access: { hostname: hostname.value, token: token.value, ...sources }, missing: [] };
  }
  const missing = [
    ...(hostname === undefined ? ["SCALR_HOSTNAME"] : []),
    ...(token === undefined ? ["SCALR_TOKEN"] : []),
  ];
  return { access: undefined, missing };
}

function given(provider: DeclaredProvider | undefined, { hostname, token }: PreflightSettings): GivenSettings {
  const option = "an option of preflight";
  const block = `the provider ${provider?.path ?? ""}`;
  return {
    hostname: setting(hostname, option) ?? setting(provider?.hostname, block),
    token: setting(token === undefined ? undefined : new Secret(token), option) ?? setting(provider?.token, block),
  };
}

function setting<Value>(value: Value | undefined, source: string): { value: Value; source: string } | undefined {
  return value === undefined ? undefined : { value, source };
}
