// The messages of tfplugin6 (protocol 6.10) that the bridge reads or writes, by field number; OpenTofu docs/plugin-protocol/tfplugin6.10.proto.
import {
  bool,
  bytes,
  type Decoded,
  enumeration,
  int64,
  mapOf,
  message,
  type Message,
  nested,
  optionalBytes,
  optionalInt64,
  optionalString,
  repeated,
  string,
  stringMap,
} from "./protobuf.ts";

export const severity = { error: 1, warning: 2 } as const;
export const stringKind = { plain: 0, markdown: 1 } as const;
export const nestingMode = { single: 1, list: 2, set: 3, map: 4 } as const;

export const Empty = message({});

export const DynamicValue = message({ msgpack: bytes(1), json: bytes(2) });
export const AttributePathStep = message({
  attributeName: optionalString(1),
  elementKeyString: optionalString(2),
  elementKeyInt: optionalInt64(3),
});
export const AttributePath = message({ steps: repeated(1, () => AttributePathStep) });
export const Diagnostic = message({
  severity: enumeration(1),
  summary: string(2),
  detail: string(3),
  attribute: nested(4, () => AttributePath),
});
export const FunctionError = message({ text: string(1), functionArgument: optionalInt64(2) });
export const RawState = message({ json: bytes(1), flatmap: stringMap(2) });
export const ResourceIdentityData = message({ identityData: nested(1, () => DynamicValue) });
export const ClientCapabilities = message({ deferralAllowed: bool(1), writeOnlyAttributesAllowed: bool(2) });
export const ServerCapabilities = message({
  planDestroy: bool(1),
  getProviderSchemaOptional: bool(2),
  moveResourceState: bool(3),
  generateResourceConfig: bool(4),
});
/** google.protobuf.Timestamp. */
export const Timestamp = message({ seconds: int64(1), nanos: int64(2) });

const diagnostics = (number: number) => repeated(number, () => Diagnostic);
const dynamicValue = (number: number) => nested(number, () => DynamicValue);
const identity = (number: number) => nested(number, () => ResourceIdentityData);
const clientCapabilities = (number: number) => nested(number, () => ClientCapabilities);

export interface AttributeMessage {
  readonly name: string;
  readonly type: Uint8Array;
  readonly nestedType: ObjectMessage | undefined;
  readonly description: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly descriptionKind: number;
  readonly deprecated: boolean;
  readonly writeOnly: boolean;
  readonly deprecationMessage: string;
}

export interface ObjectMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly nesting: number;
}

export interface BlockMessage {
  readonly version: number;
  readonly attributes: readonly AttributeMessage[];
  readonly blockTypes: readonly NestedBlockMessage[];
  readonly description: string;
  readonly descriptionKind: number;
  readonly deprecated: boolean;
  readonly deprecationMessage: string;
}

export interface NestedBlockMessage {
  readonly typeName: string;
  readonly block: BlockMessage | undefined;
  readonly nesting: number;
  readonly minItems: number;
  readonly maxItems: number;
}

export const SchemaAttribute: Message<AttributeMessage> = message({
  name: string(1),
  type: bytes(2),
  description: string(3),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  descriptionKind: enumeration(8),
  deprecated: bool(9),
  nestedType: nested(10, () => SchemaObject),
  writeOnly: bool(11),
  deprecationMessage: string(12),
});
export const SchemaObject: Message<ObjectMessage> = message({
  attributes: repeated(1, () => SchemaAttribute),
  nesting: enumeration(3),
});
export const SchemaBlock: Message<BlockMessage> = message({
  version: int64(1),
  attributes: repeated(2, () => SchemaAttribute),
  blockTypes: repeated(3, () => SchemaNestedBlock),
  description: string(4),
  descriptionKind: enumeration(5),
  deprecated: bool(6),
  deprecationMessage: string(7),
});
export const SchemaNestedBlock: Message<NestedBlockMessage> = message({
  typeName: string(1),
  block: nested(2, () => SchemaBlock),
  nesting: enumeration(3),
  minItems: int64(4),
  maxItems: int64(5),
});
export const Schema = message({ version: int64(1), block: nested(2, () => SchemaBlock) });

export const FunctionParameter = message({
  name: string(1),
  type: bytes(2),
  allowNullValue: bool(3),
  allowUnknownValues: bool(4),
  description: string(5),
  descriptionKind: enumeration(6),
});
export const FunctionReturn = message({ type: bytes(1) });
export const Function = message({
  parameters: repeated(1, () => FunctionParameter),
  variadicParameter: nested(2, () => FunctionParameter),
  return: nested(3, () => FunctionReturn),
  summary: string(4),
  description: string(5),
  descriptionKind: enumeration(6),
  deprecationMessage: string(7),
});

export const IdentityAttribute = message({
  name: string(1),
  type: bytes(2),
  requiredForImport: bool(3),
  optionalForImport: bool(4),
  description: string(5),
});
export const ResourceIdentitySchema = message({
  version: int64(1),
  identityAttributes: repeated(2, () => IdentityAttribute),
});

const TypeName = message({ typeName: string(1) });
const FunctionName = message({ name: string(1) });
export const GetMetadataResponse = message({
  serverCapabilities: nested(1, () => ServerCapabilities),
  diagnostics: diagnostics(2),
  dataSources: repeated(3, () => TypeName),
  resources: repeated(4, () => TypeName),
  functions: repeated(5, () => FunctionName),
  ephemeralResources: repeated(6, () => TypeName),
  listResources: repeated(7, () => TypeName),
});

export const GetProviderSchemaResponse = message({
  provider: nested(1, () => Schema),
  resourceSchemas: mapOf(2, () => Schema),
  dataSourceSchemas: mapOf(3, () => Schema),
  diagnostics: diagnostics(4),
  providerMeta: nested(5, () => Schema),
  serverCapabilities: nested(6, () => ServerCapabilities),
  functions: mapOf(7, () => Function),
  ephemeralResourceSchemas: mapOf(8, () => Schema),
  listResourceSchemas: mapOf(9, () => Schema),
});

export const ValidateProviderConfigRequest = message({ config: dynamicValue(1) });
export const ValidateProviderConfigResponse = message({ diagnostics: diagnostics(2) });

export const UpgradeResourceStateRequest = message({
  typeName: string(1),
  version: int64(2),
  rawState: nested(3, () => RawState),
});
export const UpgradeResourceStateResponse = message({ upgradedState: dynamicValue(1), diagnostics: diagnostics(2) });

export const GetResourceIdentitySchemasResponse = message({
  identitySchemas: mapOf(1, () => ResourceIdentitySchema),
  diagnostics: diagnostics(2),
});
export const UpgradeResourceIdentityRequest = message({
  typeName: string(1),
  version: int64(2),
  rawIdentity: nested(3, () => RawState),
});
export const UpgradeResourceIdentityResponse = message({ upgradedIdentity: identity(1), diagnostics: diagnostics(2) });

/** The request of the four ValidateXConfig calls of entities; only resources send capabilities. */
export const ValidateConfigRequest = message({
  typeName: string(1),
  config: dynamicValue(2),
  clientCapabilities: clientCapabilities(3),
});
export const ValidateConfigResponse = message({ diagnostics: diagnostics(1) });

export const ConfigureProviderRequest = message({
  terraformVersion: string(1),
  config: dynamicValue(2),
  clientCapabilities: clientCapabilities(3),
});
export const ConfigureProviderResponse = message({ diagnostics: diagnostics(1) });

export const ReadResourceRequest = message({
  typeName: string(1),
  currentState: dynamicValue(2),
  private: bytes(3),
  providerMeta: dynamicValue(4),
  clientCapabilities: clientCapabilities(5),
  currentIdentity: identity(6),
});
export const ReadResourceResponse = message({
  newState: dynamicValue(1),
  diagnostics: diagnostics(2),
  private: bytes(3),
  newIdentity: identity(5),
});

export const PlanResourceChangeRequest = message({
  typeName: string(1),
  priorState: dynamicValue(2),
  proposedNewState: dynamicValue(3),
  config: dynamicValue(4),
  priorPrivate: bytes(5),
  providerMeta: dynamicValue(6),
  clientCapabilities: clientCapabilities(7),
  priorIdentity: identity(8),
});
export const PlanResourceChangeResponse = message({
  plannedState: dynamicValue(1),
  requiresReplace: repeated(2, () => AttributePath),
  plannedPrivate: bytes(3),
  diagnostics: diagnostics(4),
  plannedIdentity: identity(7),
});

export const ApplyResourceChangeRequest = message({
  typeName: string(1),
  priorState: dynamicValue(2),
  plannedState: dynamicValue(3),
  config: dynamicValue(4),
  plannedPrivate: bytes(5),
  providerMeta: dynamicValue(6),
  plannedIdentity: identity(7),
});
export const ApplyResourceChangeResponse = message({
  newState: dynamicValue(1),
  private: bytes(2),
  diagnostics: diagnostics(3),
  newIdentity: identity(5),
});

export const ImportResourceStateRequest = message({
  typeName: string(1),
  id: string(2),
  clientCapabilities: clientCapabilities(3),
  identity: identity(4),
});
export const ImportedResource = message({
  typeName: string(1),
  state: dynamicValue(2),
  private: bytes(3),
  identity: identity(4),
});
export const ImportResourceStateResponse = message({
  importedResources: repeated(1, () => ImportedResource),
  diagnostics: diagnostics(2),
});

export const MoveResourceStateRequest = message({
  sourceProviderAddress: string(1),
  sourceTypeName: string(2),
  sourceSchemaVersion: int64(3),
  sourceState: nested(4, () => RawState),
  targetTypeName: string(5),
  sourcePrivate: bytes(6),
  sourceIdentity: nested(7, () => RawState),
  sourceIdentitySchemaVersion: int64(8),
});
export const MoveResourceStateResponse = message({
  targetState: dynamicValue(1),
  diagnostics: diagnostics(2),
  targetPrivate: bytes(3),
  targetIdentity: identity(4),
});

export const ReadDataSourceRequest = message({
  typeName: string(1),
  config: dynamicValue(2),
  providerMeta: dynamicValue(3),
  clientCapabilities: clientCapabilities(4),
});
export const ReadDataSourceResponse = message({ state: dynamicValue(1), diagnostics: diagnostics(2) });

export const OpenEphemeralResourceRequest = message({
  typeName: string(1),
  config: dynamicValue(2),
  clientCapabilities: clientCapabilities(3),
});
export const OpenEphemeralResourceResponse = message({
  diagnostics: diagnostics(1),
  renewAt: nested(2, () => Timestamp),
  result: dynamicValue(3),
  private: optionalBytes(4),
});
export const RenewEphemeralResourceRequest = message({ typeName: string(1), private: optionalBytes(2) });
export const RenewEphemeralResourceResponse = message({
  diagnostics: diagnostics(1),
  renewAt: nested(2, () => Timestamp),
  private: optionalBytes(3),
});
export const CloseEphemeralResourceRequest = message({ typeName: string(1), private: optionalBytes(2) });
export const CloseEphemeralResourceResponse = message({ diagnostics: diagnostics(1) });

export const GetFunctionsResponse = message({ functions: mapOf(1, () => Function), diagnostics: diagnostics(2) });
export const CallFunctionRequest = message({ name: string(1), arguments: repeated(2, () => DynamicValue) });
export const CallFunctionResponse = message({ result: dynamicValue(1), error: nested(2, () => FunctionError) });

export const ListResourceRequest = message({
  typeName: string(1),
  config: dynamicValue(2),
  includeResourceObject: bool(3),
  limit: int64(4),
});
export const ListResourceEvent = message({
  identity: identity(1),
  displayName: string(2),
  resourceObject: dynamicValue(3),
  diagnostic: diagnostics(4),
});
export const ValidateListResourceConfigRequest = message({
  typeName: string(1),
  config: dynamicValue(2),
  includeResourceObject: dynamicValue(3),
  limit: dynamicValue(4),
});

export const StopProviderResponse = message({ error: string(1) });

export type DynamicValueMessage = Decoded<typeof DynamicValue>;
export type AttributePathMessage = Decoded<typeof AttributePath>;
export type DiagnosticMessage = Decoded<typeof Diagnostic>;
export type SchemaMessage = Decoded<typeof Schema>;
export type FunctionMessage = Decoded<typeof Function>;
