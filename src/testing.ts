// Public entry point `scalr-oci/testing`: what tests of modules, providers and programs around private registries run against.
export type { Environment } from "./base/env.ts";
export { Secret } from "./base/secret.ts";
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
