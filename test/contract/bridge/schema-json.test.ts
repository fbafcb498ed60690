// The schema as a host prints it is the one that providerSchemaJson gives, and the CDK bindings are generated from.
import {
  attribute,
  defineDataSource,
  defineEphemeralResource,
  defineFunction,
  defineIdentity,
  defineListResource,
  defineProvider,
  defineResource,
  defineSchema,
  dynamic,
  identityAttribute,
  int,
  list,
  listBlock,
  listNested,
  map,
  mapNested,
  nullable,
  objectOf,
  parameter,
  providerSchemaJson,
  set,
  setBlock,
  setNested,
  single,
  singleBlock,
  startReattachServer,
  string,
  stringType,
  tupleOf,
  intType,
  variadicParameter,
} from "../../../src/bridge.ts";
import { runOk } from "../../support/processes.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { describeHosts } from "./support/hosts.ts";

const inner = { a: string({ required: true, description: "An *a*." }), b: int({ computed: true, sensitive: true }) };
const schema = defineSchema({
  version: 3,
  description: "Everything.",
  deprecation: "Use something else.",
  attributes: {
    id: string({ computed: true, description: "Identifier." }),
    old: string({ optional: true, deprecation: "Use id." }),
    secret_wo: string({ optional: true, writeOnly: true, sensitive: true }),
    any: dynamic({ optional: true, computed: true }),
    texts: list(nullable(stringType), { optional: true }),
    numbers: set(intType, { optional: true }),
    labels: map(stringType, { optional: true }),
    object: attribute(objectOf({ z: stringType, a: tupleOf(stringType, intType) }), { optional: true }),
    one: single({ required: true, attributes: inner }),
    many: listNested({ optional: true, attributes: inner }),
    some: setNested({ optional: true, attributes: inner }),
    named: mapNested({ computed: true, attributes: { c: string({ computed: true }) } }),
  },
  blocks: {
    disk: listBlock({ attributes: inner, blocks: { part: setBlock({ attributes: inner, maxItems: 2 }) }, minItems: 1 }),
    boot: singleBlock({ attributes: inner, description: "Boot.", deprecation: "No more." }),
  },
});

const resource = defineResource({
  type: "all_thing",
  schema,
  identity: defineIdentity({
    version: 1,
    attributes: {
      id: identityAttribute(stringType, { requiredForImport: true, description: "Identifier." }),
      zone: identityAttribute(stringType, { optionalForImport: true }),
    },
  }),
  create: () => {
    throw new Error("not created");
  },
  read: ({ state }) => state,
  delete: () => undefined,
});
const plain = defineSchema({ attributes: { id: string({ required: true }) } });
const provider = defineProvider({
  name: "all",
  address: "example.test/example/all",
  version: "1.0.0",
  schema: defineSchema({ attributes: { token: string({ optional: true, sensitive: true }) } }),
  configure: () => undefined,
  resources: [resource],
  dataSources: [defineDataSource({ type: "all_source", schema: plain, read: ({ config }) => config })],
  // Hosts that do not know list resources and provider_meta must not mind them.
  metaSchema: plain,
  listResources: [defineListResource({ type: "all_thing", schema: plain, list: () => [] })],
  ephemeralResources: [defineEphemeralResource({ type: "all_token", schema: plain, open: ({ config }) => config })],
  functions: [
    defineFunction({
      name: "join",
      summary: "Joins",
      description: "Joins *texts*.",
      parameters: [
        parameter("by", stringType, { allowNull: true, description: "What." }),
        variadicParameter("parts", stringType),
      ],
      returns: stringType,
      call: (by, parts) => parts.join(by ?? ""),
    }),
  ],
});

/** Terraform 1.11 knows no identities and leaves empty texts of functions out, and neither host a key without entries. */
function comparable(value: unknown, isTerraform: boolean): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) =>
      isTerraform && (key === "resource_identity_schemas" || key === "deprecation_message" || item === "")
        ? undefined
        : item,
    ),
  );
}

describeHosts("the schema of a provider", ({ name, path }) => {
  it("is the one that providerSchemaJson gives", async () => {
    using workspace = createWorkspace();
    await using server = await startReattachServer(provider);
    workspace.write(
      "config/main.tf",
      'terraform {\n  required_providers {\n    all = { source = "example.test/example/all" }\n  }\n}\n',
    );
    const environment = workspace.environment({ variables: { TF_REATTACH_PROVIDERS: server.reattach } });
    const options = { environment, directory: workspace.path("config") };
    await runOk(path, ["init", "-no-color"], options);
    const printed = JSON.parse(await runOk(path, ["providers", "schema", "-json"], options)) as unknown;
    const isTerraform = name === "Terraform";
    expect(comparable(printed, isTerraform)).toEqual(comparable(providerSchemaJson(provider), isTerraform));
  });
});
