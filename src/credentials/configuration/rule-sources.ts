// What a rule means: the sources that are asked for a host. Loaded only where there is a configuration.
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { createGitHubActionsSource, createGitLabCiSource } from "../ci-job-sources.ts";
import { createAzureSource, isAzureRegistry } from "../cloud/azure-source.ts";
import { findEcrRegistry } from "../cloud/ecr-registry.ts";
import { createEcrSource } from "../cloud/ecr-source.ts";
import { createGoogleSource, isGoogleRegistry } from "../cloud/google-source.ts";
import { fileNow } from "../condition.ts";
import { createEnvironmentSource } from "../environment-source.ts";
import { createHelperSource } from "../helper-source.ts";
import { createLocalStore } from "../local-store.ts";
import { createRunCredentialSource } from "../run-credential-source.ts";
import type { CredentialSource } from "../source.ts";
import { findHostRules, type HostRule, type SourceName, type SourceOptions } from "./host-rules.ts";

export interface RuleCircumstances {
  readonly environment: Environment;
  readonly clock: Clock;
}

/**
 * The sources that the configuration chooses for a host, or undefined when it does not speak of it.
 * @throws InputError RULES_INVALID, RULES_UNSAFE
 */
export async function findRuleSources(
  host: RegistryHost,
  repository: string | undefined,
  circumstances: RuleCircumstances,
): Promise<CredentialSource[] | undefined> {
  const rule = (await findHostRules(circumstances.environment))?.find(host, repository);
  if (rule === undefined) return undefined;
  refuseForeignCloud(rule, host);
  return rule.sources.map((name) => create[name](circumstances, rule.options));
}

const create: Readonly<
  Record<SourceName, (circumstances: RuleCircumstances, options: SourceOptions) => CredentialSource>
> = {
  environment: ({ environment }) => createEnvironmentSource(environment),
  scalr: ({ environment, clock }) => createRunCredentialSource(environment, clock),
  aws: ({ environment, clock }, { profile, role, externalId }) =>
    createEcrSource(environment, clock, { profile, role, externalId }),
  azure: azureSource,
  google: googleSource,
  github: ({ environment }) => createGitHubActionsSource(environment),
  gitlab: ({ environment }) => createGitLabCiSource(environment),
  store: ({ environment }) => createLocalStore(environment),
  helper: ({ environment }, { helper = "" }) => createHelperSource(helper, environment),
};

function azureSource(
  { environment, clock }: RuleCircumstances,
  { clientId, tenantId }: SourceOptions,
): CredentialSource {
  const usual = createAzureSource(environment, clock);
  if (clientId === undefined && tenantId === undefined) return usual;
  const chosen = {
    ...environment,
    ...(clientId !== undefined && { AZURE_CLIENT_ID: clientId }),
    ...(tenantId !== undefined && { AZURE_TENANT_ID: tenantId }),
  };
  const source = createAzureSource(chosen, clock);
  const name = [source.name, clientId && `client ${clientId}`, tenantId && `tenant ${tenantId}`]
    .filter(Boolean)
    .join(", ");
  // What it depends on are the variables as they are, and the configuration.
  return withName(source, name, (host) => usual.validity(host));
}

function googleSource({ environment, clock }: RuleCircumstances, { credentialsFile }: SourceOptions): CredentialSource {
  const usual = createGoogleSource(environment, clock);
  if (credentialsFile === undefined) return usual;
  const source = createGoogleSource({ ...environment, GOOGLE_APPLICATION_CREDENTIALS: credentialsFile }, clock);
  const validity: CredentialSource["validity"] = (host) => {
    const { repeatableForMs, conditions } = usual.validity(host);
    return { repeatableForMs, conditions: [...conditions, fileNow(credentialsFile)] };
  };
  return { ...withName(source, `${source.name}, chosen file`, validity), serviceOf: () => credentialsFile };
}

function withName(source: CredentialSource, name: string, validity: CredentialSource["validity"]): CredentialSource {
  const isRemote: CredentialSource["isRemote"] = (host) => source.isRemote(host);
  const find: CredentialSource["find"] = async (host, signal) => await source.find(host, signal);
  const serviceOf = (host: RegistryHost) => source.serviceOf?.(host) ?? "";
  return { name, isConfigured: true, isRemote, find, validity, serviceOf };
}

/** A cloud alone that has nothing to do with the host is a slip; the silence that follows it would be long looked into. */
function refuseForeignCloud({ sources: [only, ...more], pattern, place }: HostRule, host: RegistryHost): void {
  const serves = only === undefined || more.length > 0 ? undefined : clouds[only];
  if (serves === undefined || serves(host)) return;
  const path = `hosts[${JSON.stringify(pattern.text)}]`;
  throw new InputError("RULES_INVALID", `${place.name}: ${path} names ${only}, which has no login for ${host.value}`, {
    path,
    hint: "name another source for it",
  });
}

const clouds: Partial<Record<SourceName, (host: RegistryHost) => boolean>> = {
  aws: (host) => findEcrRegistry(host) !== undefined,
  azure: isAzureRegistry,
  google: isGoogleRegistry,
};
