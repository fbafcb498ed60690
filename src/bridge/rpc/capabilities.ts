// What the bridge tells hosts that it can do; tfplugin6 `ServerCapabilities`.

export const capabilities = {
  /** Destructions are planned too, so that a provider can warn of them. */
  planDestroy: true,
  /** The schema need not be asked for in every process. */
  getProviderSchemaOptional: true,
  /** Terraform asks for it before it moves an object across types; OpenTofu does not. */
  moveResourceState: true,
} as const;
