// The paths that hosts call, and what answers them.
import type { ProviderServer } from "../provider-server.ts";
import type { Method, Methods } from "../wire/grpc.ts";
import { applyResourceChange } from "./apply-resource-change.ts";
import { callFunction, getFunctions } from "./call-function.ts";
import { configureProvider } from "./configure-provider.ts";
import { closeEphemeralResource, openEphemeralResource, renewEphemeralResource } from "./ephemeral-resource.ts";
import { getMetadata } from "./get-metadata.ts";
import { getProviderSchema } from "./get-provider-schema.ts";
import { importResourceState } from "./import-resource-state.ts";
import { listResourceMethod, validateListResourceConfig } from "./list-resource.ts";
import { moveResourceState } from "./move-resource-state.ts";
import { planResourceChange } from "./plan-resource-change.ts";
import { readDataSource } from "./read-data-source.ts";
import { readResource } from "./read-resource.ts";
import { getResourceIdentitySchemas, upgradeResourceIdentity } from "./resource-identity.ts";
import { methodOf, type Rpc } from "./rpc.ts";
import { stopProvider } from "./stop-provider.ts";
import { upgradeResourceState } from "./upgrade-resource-state.ts";
import {
  validateDataResourceConfig,
  validateEphemeralResourceConfig,
  validateResourceConfig,
} from "./validate-entity-config.ts";
import { validateProviderConfig } from "./validate-provider-config.ts";

const rpcs = [
  applyResourceChange,
  callFunction,
  closeEphemeralResource,
  configureProvider,
  getFunctions,
  getMetadata,
  getProviderSchema,
  getResourceIdentitySchemas,
  importResourceState,
  moveResourceState,
  openEphemeralResource,
  planResourceChange,
  readDataSource,
  readResource,
  renewEphemeralResource,
  stopProvider,
  upgradeResourceIdentity,
  upgradeResourceState,
  validateDataResourceConfig,
  validateEphemeralResourceConfig,
  validateListResourceConfig,
  validateProviderConfig,
  validateResourceConfig,
] as const;

/** Methods by path; everything else is answered with UNIMPLEMENTED. `onShutdown` is called when the reply to Shutdown is out. */
export function methodsOf(server: ProviderServer, onShutdown: () => void): Methods {
  const methods = new Map<string, Method>();
  for (const definition of rpcs) {
    methods.set(`/tfplugin6.Provider/${definition.name}`, methodOf(definition as Rpc<unknown, unknown>, server));
  }
  methods.set("/tfplugin6.Provider/ListResource", listResourceMethod(server));
  // go-plugin internal/plugin/*.proto: the controller ends the process, the other two are opened and never used.
  methods.set("/plugin.GRPCController/Shutdown", { kind: "unary", handle: async () => [], done: onShutdown });
  methods.set("/plugin.GRPCStdio/StreamStdio", { kind: "idle" });
  methods.set("/plugin.GRPCBroker/StartStream", { kind: "idle" });
  // HealthCheckResponse { status: SERVING }.
  methods.set("/grpc.health.v1.Health/Check", { kind: "unary", handle: async () => [Uint8Array.of(8, 1)] });
  return methods;
}
