// Public entry point `scalr-oci/cdktn`: constructs for CDK Terrain.
export { DockerIntegration } from "./constructs/docker-integration.ts";
export type {
  DockerHubIntegrationProps,
  DockerIntegrationOptions,
  DockerIntegrationProps,
  GitHubIntegrationProps,
  GitLabIntegrationProps,
  JFrogIntegrationProps,
} from "./constructs/integration-props.ts";
export { RegistryEntry, RegistrySet, type RegistrySetProps } from "./constructs/registry-set.ts";
export {
  type EphemeralVariableOptions,
  RegistrySecret,
  type RegistrySecretOptions,
  type RegistrySecretOrigin,
} from "./constructs/registry-secret.ts";
export {
  DataScalrDockerIntegration,
  type DataScalrDockerIntegrationConfig,
} from "./constructs/generated/cdktn/data-scalr-docker-integration.ts";
export {
  DockerIntegration as DockerIntegrationResource,
  type DockerIntegrationConfig as DockerIntegrationResourceConfig,
} from "./constructs/generated/cdktn/docker-integration.ts";
export { ScalrProvider, type ScalrProviderConfig } from "./constructs/generated/cdktn/provider.ts";
export { preflight, type PreflightOptions, type PreflightReport } from "./constructs/preflight.ts";
export type { Finding as PreflightFinding } from "./constructs/preflight/finding.ts";
export { PreflightError } from "./constructs/preflight/preflight-error.ts";
export {
  ExistingDockerIntegration,
  type ExistingIntegrationOptions,
  type ExistingIntegrationProps,
  type IDockerIntegration,
} from "./constructs/existing-integration.ts";
export { RegistryPolicy, type RegistryPolicyProps } from "./constructs/registry-policy.ts";
export { OciModule, type OciModuleProps } from "./constructs/oci-module.ts";
