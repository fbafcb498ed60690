// `scalr-oci/bridge`: write an OpenTofu or Terraform provider in TypeScript.
//
//   import { defineProvider, defineSchema, importById, serveProvider, string, useStateForUnknown, withData } from "scalr-oci/bridge";
//
//   const { defineResource } = withData<AcmeClient>();
//
//   const note = defineResource({
//     type: "acme_note",
//     schema: defineSchema({
//       attributes: {
//         id: string({ computed: true, identifier: true, planModifiers: [useStateForUnknown()] }),
//         text: string({ required: true, validators: [lengthBetween(1, 100)] }),
//       },
//     }),
//     create: async ({ plan, data }) => ({ ...plan, id: await data.add(plan.text) }),
//     read: async ({ state, data }) => {
//       const text = await data.find(state.id);
//       return text === undefined ? undefined : { id: state.id, text };
//     },
//     update: async ({ plan, state, data }) => {
//       await data.change(state.id, plan.text);
//       return { ...plan, id: state.id };
//     },
//     delete: async ({ state, data }) => await data.remove(state.id),
//     importState: importById(),
//   });
//
//   const provider = defineProvider({
//     name: "acme",
//     address: "acme/acme",
//     version: "1.0.0",
//     schema: defineSchema({ attributes: { url: string({ required: true }) } }),
//     configure: ({ config }) => {
//       if (config.url === unknown) throw new DiagnosticError({ summary: "The URL is not known yet", path: "url" });
//       return new AcmeClient(config.url);
//     },
//     resources: [note],
//   });
//
//   const { argv, stdout, stderr } = process;
//   process.exit(await serveProvider(provider, { argv: argv.slice(2), environment: processEnvironment(), stdout, stderr }));

export { processEnvironment } from "./base/env.ts";
export {
  attribute,
  type Attribute,
  type AttributeOptions,
  bigint,
  bool,
  decimal,
  dynamic,
  int,
  list,
  map,
  number,
  type PlainViews,
  set,
  string,
} from "./bridge/attribute.ts";
export {
  type Block,
  listBlock,
  type RepeatedBlockViews,
  setBlock,
  singleBlock,
  type SingleBlockViews,
} from "./bridge/block.ts";
export type { CallContext } from "./bridge/call.ts";
export {
  alsoRequires,
  atLeastOneOf,
  type ConfigValidator,
  conflicting,
  exactlyOneOf,
  preferWriteOnly,
  requiredTogether,
} from "./bridge/config-validator.ts";
export { conformsTo, type Shown, type StandardSchema } from "./bridge/conforms-to.ts";
export { type DataSource, defineDataSource, type ReadDataSourceContext } from "./bridge/data-source.ts";
export { Decimal } from "./bridge/decimal.ts";
export { type Diagnostic, DiagnosticError, Diagnostics, type DiagnosticText } from "./bridge/diagnostics.ts";
export {
  type CloseContext,
  defineEphemeralResource,
  type EphemeralResource,
  type OpenContext,
  type RenewContext,
} from "./bridge/ephemeral.ts";
export {
  defineFunction,
  FunctionError,
  parameter,
  type ProviderFunction,
  variadicParameter,
} from "./bridge/function.ts";
export { defineIdentity, identityAttribute, type IdentityOf, type ResourceIdentity } from "./bridge/identity.ts";
export {
  defineListResource,
  type ListContext,
  type ListedObject,
  type ListResource,
  type ListResourceDefinition,
} from "./bridge/list-resource.ts";
export type { Log } from "./bridge/log.ts";
export {
  listNested,
  type ListViews,
  mapNested,
  type MapViews,
  setNested,
  single,
  type SingleViews,
} from "./bridge/nested-attribute.ts";
export type { Path } from "./bridge/path.ts";
export {
  type ModifierContext,
  type PlanModifier,
  requiresReplace,
  requiresReplaceIf,
  requiresReplaceIfConfigured,
  useNonNullStateForUnknown,
  useStateForUnknown,
} from "./bridge/plan-modifier.ts";
export type { JsonValue, PrivateReader, PrivateState } from "./bridge/private-state.ts";
export {
  type ConfigureContext,
  defineProvider,
  type Definitions,
  type Provider,
  type ProviderDefinition,
  withData,
} from "./bridge/provider.ts";
export { type ReattachServer, startReattachServer } from "./bridge/reattach.ts";
export { registryDocs, type RegistryDocsOptions } from "./bridge/registry-docs.ts";
export {
  type CreateContext,
  defineResource,
  type DeleteContext,
  importById,
  type ImportContext,
  type ModifyPlanContext,
  type ReadContext,
  type Resource,
  type UpdateContext,
  type ValidateContext,
} from "./bridge/resource.ts";
export { defineSchema, type Schema } from "./bridge/schema.ts";
export { providerSchemaJson } from "./bridge/schema-json.ts";
export type { AppliedConfig, AppliedPlan, Config, Plan, PlanResult, State } from "./bridge/schema-values.ts";
export { type ProcessEvents, serveProvider, type ServeOptions } from "./bridge/serve.ts";
export { duration, timeoutMs, type TimeoutOperation, timeouts, withDeadline } from "./bridge/timeouts.ts";
export { isUnknown, type Unknown, unknown } from "./bridge/unknown.ts";
export {
  type MoveContext,
  type StateUpgrade,
  type UpgradeContext,
  upgradeFrom,
  upgradeFromJson,
} from "./bridge/upgrade-state.ts";
export type { Finding, Inspector, Validator, ValidatorContext } from "./bridge/validator.ts";
export {
  allOf,
  anyOf,
  atLeast,
  atMost,
  between,
  each,
  eachKey,
  lengthAtLeast,
  lengthAtMost,
  lengthBetween,
  matches,
  noneOf,
  oneOf,
  sizeAtLeast,
  sizeAtMost,
  sizeBetween,
  unique,
} from "./bridge/validators.ts";
export {
  bigintType,
  boolType,
  decimalType,
  type Dynamic,
  dynamicType,
  intType,
  listOf,
  mapOf,
  nullable,
  numberType,
  objectOf,
  setOf,
  stringType,
  tupleOf,
  type Type,
} from "./bridge/value-type.ts";
