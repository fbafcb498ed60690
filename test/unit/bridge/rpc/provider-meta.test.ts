// What a module says in `provider_meta` reaches planning, applying, reading and data sources.
import { defineDataSource, defineProvider, defineResource, defineSchema, string } from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { encodeDynamic, ProviderClient } from "../support/provider-client.ts";

const seen: unknown[] = [];
const schema = defineSchema({ attributes: { name: string({ required: true }) } });
const metaSchema = defineSchema({ attributes: { module: string({ optional: true }) } });
const resource = defineResource({
  type: "test_thing",
  schema,
  modifyPlan: ({ meta }) => void seen.push(meta),
  create: ({ plan, meta }) => {
    seen.push(meta);
    return plan;
  },
  read: ({ state, meta }) => {
    seen.push(meta);
    return state;
  },
  delete: () => undefined,
});
const source = defineDataSource({
  type: "test_thing",
  schema,
  read: ({ config, meta }) => {
    seen.push(meta);
    return config;
  },
});
const client = new ProviderClient(
  defineProvider({
    name: "test",
    address: "example/test",
    version: "1.0.0",
    metaSchema,
    configure: () => undefined,
    resources: [resource],
    dataSources: [source],
  }),
);

describe("provider_meta", () => {
  const value = encodeDynamic(schema.shape, { name: "a" });
  const nothing = { msgpack: Buffer.from([0xc0]) };
  const providerMeta = encodeDynamic(metaSchema.shape, { module: "m" });
  const typeName = "test_thing";

  it("is described with the provider's schema", async () => {
    const reply = await client.call("GetProviderSchema", messages.Empty, messages.GetProviderSchemaResponse, {});
    expect(reply.providerMeta?.block?.attributes.map(({ name }) => name)).toEqual(["module"]);
  });

  it("reaches every call that carries it, and is null where a module says nothing", async () => {
    const plan = { typeName, config: value, proposedNewState: value, priorState: nothing };
    await client.call("PlanResourceChange", messages.PlanResourceChangeRequest, messages.PlanResourceChangeResponse, {
      ...plan,
      providerMeta,
    });
    await client.call(
      "PlanResourceChange",
      messages.PlanResourceChangeRequest,
      messages.PlanResourceChangeResponse,
      plan,
    );
    const apply = { typeName, config: value, plannedState: value, priorState: nothing, providerMeta };
    await client.call(
      "ApplyResourceChange",
      messages.ApplyResourceChangeRequest,
      messages.ApplyResourceChangeResponse,
      apply,
    );
    await client.call("ReadResource", messages.ReadResourceRequest, messages.ReadResourceResponse, {
      typeName,
      currentState: value,
      providerMeta,
    });
    await client.call("ReadDataSource", messages.ReadDataSourceRequest, messages.ReadDataSourceResponse, {
      typeName,
      config: value,
      providerMeta,
    });
    expect(seen).toEqual([{ module: "m" }, null, { module: "m" }, { module: "m" }, { module: "m" }]);
  });
});
