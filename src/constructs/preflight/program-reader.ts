// What a tree of constructs declares: integrations, whether made by DockerIntegration or by the bare resource, and oci:// modules.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { Secret } from "../../base/secret.ts";
import { ownerOf } from "../integration-mark.ts";
import {
  type DeclaredIntegration,
  type DeclaredModule,
  type DeclaredProgram,
  type DeclaredProvider,
  environmentApi,
  type LookedUpIntegration,
} from "./declared-program.ts";

/** The inputs of the generated resource and provider. */
interface ResourceInputs extends cdk.TerraformResource {
  readonly nameInput?: unknown;
  readonly registryUrlInput?: unknown;
  readonly usernameInput?: unknown;
  readonly exportCredentialsInput?: unknown;
  readonly passwordWoInput?: unknown;
}
interface DataSourceInputs extends cdk.TerraformDataSource {
  readonly idInput?: unknown;
  readonly nameInput?: unknown;
  readonly registryUrlInput?: unknown;
}
interface ProviderInputs extends cdk.TerraformProvider {
  readonly hostnameInput?: unknown;
  readonly tokenInput?: unknown;
}

const integrationResourceType = "scalr_docker_integration";
const providerResourceType = "scalr";

/** Everything that preflight looks at below this construct, in the order of the tree. */
export function readProgram(root: IConstruct): DeclaredProgram {
  const constructs = root.node.findAll();
  const defaultOf = defaultProviders();
  return {
    integrations: constructs.filter(isIntegrationResource).map((one) => describe(one, defaultOf(one))),
    lookups: constructs.filter(isIntegrationDataSource).map((one) => describeLookup(one, defaultOf(one))),
    modules: constructs.filter((one) => one instanceof cdk.TerraformModule).flatMap(describeModule),
  };
}

/** The first integration of a stack that has a write-only password. */
export function findSecretResource(stack: cdk.TerraformStack): IConstruct | undefined {
  return stack.node.findAll().find((one) => isIntegrationResource(one) && one.passwordWoInput !== undefined);
}

/** The default provider of a construct's stack; each stack is searched once. */
function defaultProviders(): (construct: IConstruct) => DeclaredProvider | undefined {
  const found = new Map<cdk.TerraformStack, DeclaredProvider | undefined>();
  return (construct) => {
    const stack = cdk.TerraformStack.of(construct);
    if (!found.has(stack)) found.set(stack, findDefaultProvider(stack));
    return found.get(stack);
  };
}

/** True when the stack has a Scalr provider. */
export function hasScalrProvider(stack: cdk.TerraformStack): boolean {
  return stack.node.findAll().some(isScalrProvider);
}

function findDefaultProvider(stack: cdk.TerraformStack): DeclaredProvider | undefined {
  const provider = stack.node.findAll().find((one) => isScalrProvider(one) && one.alias === undefined);
  return provider && describeProvider(provider as ProviderInputs);
}

function isIntegrationResource(construct: IConstruct): construct is ResourceInputs {
  return (
    cdk.TerraformResource.isTerraformResource(construct) && construct.terraformResourceType === integrationResourceType
  );
}

function isIntegrationDataSource(construct: IConstruct): construct is DataSourceInputs {
  return (
    cdk.TerraformDataSource.isTerraformDataSource(construct) &&
    construct.terraformResourceType === integrationResourceType
  );
}

function isScalrProvider(construct: IConstruct): construct is ProviderInputs {
  return (
    cdk.TerraformProvider.isTerraformProvider(construct) && construct.terraformResourceType === providerResourceType
  );
}

function describe(resource: ResourceInputs, defaultProvider: DeclaredProvider | undefined): DeclaredIntegration {
  return {
    path: ownerOf(resource).node.path,
    name: knownText(resource.nameInput),
    registryUrl: knownText(resource.registryUrlInput),
    username: knownText(resource.usernameInput),
    isExported: knownSwitch(resource.exportCredentialsInput),
    provider: resource.provider === undefined ? defaultProvider : describeProvider(resource.provider),
  };
}

function describeLookup(source: DataSourceInputs, defaultProvider: DeclaredProvider | undefined): LookedUpIntegration {
  return {
    path: ownerOf(source).node.path,
    id: knownText(source.idInput),
    name: knownText(source.nameInput),
    registryUrl: knownText(source.registryUrlInput),
    provider: source.provider === undefined ? defaultProvider : describeProvider(source.provider),
  };
}

function describeModule({ source, node }: cdk.TerraformModule): DeclaredModule[] {
  return !cdk.Token.isUnresolved(source) && source.startsWith("oci:") ? [{ path: node.path, source }] : [];
}

function describeProvider(provider: ProviderInputs): DeclaredProvider {
  const { hostnameInput, tokenInput } = provider;
  const hostname = knownText(hostnameInput);
  const { path } = provider.node;
  // Without a hostname it is the environment's; one that only apply knows is another for each provider.
  const apiKey = hostname ?? (hostnameInput === undefined ? environmentApi : path);
  const isHostnameKnown = hostname !== undefined || hostnameInput === undefined;
  const token = knownText(tokenInput);
  return { path, hostname, isHostnameKnown, apiKey, token: token === undefined ? undefined : new Secret(token) };
}

function knownText(value: unknown): string | undefined {
  return typeof value === "string" && !cdk.Token.isUnresolved(value) ? value : undefined;
}

/** The resource's own default is off. */
function knownSwitch(value: unknown): boolean | undefined {
  if (value === undefined) return false;
  return typeof value === "boolean" ? value : undefined;
}
