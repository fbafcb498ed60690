// What a program declares: every integration in a tree of constructs, whether made by DockerIntegration or by the bare resource.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { Secret } from "../../base/secret.ts";
import { ownerOf } from "../integration-mark.ts";

/** An integration as far as it is known at synthesis; what only apply knows is undefined. */
export interface DeclaredIntegration {
  /** Path of the construct in the user's program. */
  readonly path: string;
  readonly name: string | undefined;
  readonly registryUrl: string | undefined;
  readonly username: string | undefined;
  readonly isExported: boolean | undefined;
  /** The provider that manages it; undefined when its stack has none. */
  readonly provider: DeclaredProvider | undefined;
}

export interface DeclaredProvider {
  readonly path: string;
  /** Management API that its block names; undefined when the environment does, or only apply knows. */
  readonly hostname: string | undefined;
  readonly isHostnameKnown: boolean;
  /** Equal for providers that certainly manage the same API. */
  readonly apiKey: string;
  /** The management token, where it stands in the program. */
  readonly token: Secret | undefined;
}

/** The inputs of the generated resource and provider. */
interface ResourceInputs extends cdk.TerraformResource {
  readonly nameInput?: unknown;
  readonly registryUrlInput?: unknown;
  readonly usernameInput?: unknown;
  readonly exportCredentialsInput?: unknown;
}
interface ProviderInputs extends cdk.TerraformProvider {
  readonly hostnameInput?: unknown;
  readonly tokenInput?: unknown;
}

/** The `apiKey` of providers that leave the hostname to the environment. */
export const environmentApi = "";

const integrationResourceType = "scalr_docker_integration";
const providerResourceType = "scalr";

/** Every integration below this construct, in the order of the tree. */
export function findDeclaredIntegrations(root: IConstruct): DeclaredIntegration[] {
  const defaults = new Map<cdk.TerraformStack, DeclaredProvider | undefined>();
  const defaultOf = (stack: cdk.TerraformStack) => {
    if (!defaults.has(stack)) defaults.set(stack, findDefaultProvider(stack));
    return defaults.get(stack);
  };
  return root.node
    .findAll()
    .filter(isIntegrationResource)
    .map((resource) => describe(resource, defaultOf(cdk.TerraformStack.of(resource))));
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
