// Which management API manages which of the declared integrations, and whether there is what it takes to ask it.
import { findManagementSettings, type GivenSettings } from "../../api/settings.ts";
import type { Environment } from "../../base/env.ts";
import { Secret } from "../../base/secret.ts";
import type {
  DeclaredIntegration,
  DeclaredProgram,
  DeclaredProvider,
  LookedUpIntegration,
} from "./declared-program.ts";

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
  readonly lookups: readonly LookedUpIntegration[];
}

/** One group for each API and token, in the order of the program; modules alone are a matter of the environment's API. */
export function groupByApi(program: DeclaredProgram, settings: PreflightSettings): ApiGroup[] {
  const { integrations, lookups, modules } = program;
  const groups = new Map<string, Group>();
  for (const one of integrations) groupOf(one.provider, settings, groups).integrations.push(one);
  for (const one of lookups) groupOf(one.provider, settings, groups).lookups.push(one);
  if (groups.size === 0 && modules.length > 0) groupOf(undefined, settings, groups);
  return [...groups.values()];
}

interface Group extends ApiGroup {
  readonly integrations: DeclaredIntegration[];
  readonly lookups: LookedUpIntegration[];
}

function groupOf(
  provider: DeclaredProvider | undefined,
  settings: PreflightSettings,
  groups: Map<string, Group>,
): Group {
  const { access, missing } = accessOf(provider, settings);
  const key = JSON.stringify([access?.hostname, access?.token.reveal(), missing]);
  const group = groups.get(key) ?? { access, missing, integrations: [], lookups: [] };
  groups.set(key, group);
  return group;
}

function accessOf(
  provider: DeclaredProvider | undefined,
  settings: PreflightSettings,
): Pick<ApiGroup, "access" | "missing"> {
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
