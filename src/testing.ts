// Public entry point `scalr-oci/testing`: what tests of modules, providers and programs around private registries run against.
export type { Environment } from "./base/env.ts";
export { Secret } from "./base/secret.ts";
export { acceptanceTest, type AcceptanceResult, type AcceptanceTest } from "./bridge/testing/acceptance-test.ts";
export {
  compareValue,
  expectAbsent,
  expectAction,
  expectEmptyPlan,
  expectNonEmptyPlan,
  expectOutput,
  expectPlannedValue,
  expectSameValues,
  expectSensitiveValue,
  expectUnknownValue,
  expectValue,
  type PlanCheck,
  type StateCheck,
} from "./bridge/testing/checks.ts";
export type { ProviderExecutable } from "./bridge/testing/provider-executable.ts";
export { type ExpectedValue, ofSize, partial, present } from "./bridge/testing/expected-value.ts";
export type { ConfigStep, ImportStep, RefreshStep, Step } from "./bridge/testing/steps.ts";
export type { PlannedAction, PlannedResource, PlanView, StateView, ValuePath } from "./bridge/testing/views.ts";
export type { RegistryUser } from "./registry/embedded/access.ts";
export type { LoggedRequest } from "./registry/embedded/request-log.ts";
export {
  type EmbeddedRegistry,
  type EmbeddedRegistryAuth,
  type EmbeddedRegistryOptions,
  startEmbeddedRegistry,
} from "./registry/embedded-registry.ts";
export { type ManagementServer, startManagementServer } from "./server/management-server.ts";
export type { ServerOptions, TlsOptions } from "./server/server-options.ts";
