// MoveResourceState: objects of other types, as the target's author reads them.
import {
  defineIdentity,
  defineResource,
  defineSchema,
  dynamic,
  identityAttribute,
  string,
  stringType,
} from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { decodeDynamic, ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true }),
    text: string({ required: true }),
    secret_wo: string({ optional: true, writeOnly: true }),
  },
});
const terraformData = defineSchema({
  attributes: { id: string({ computed: true }), input: dynamic({ optional: true }) },
});
const identity = defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } });

const resource = defineResource({
  type: "test_note",
  schema,
  identity,
  create: () => {
    throw new Error("not created");
  },
  read: ({ state }) => state,
  delete: () => undefined,
  moveState: ({ sourceType, sourceProvider, sourceVersion, sourceState, read }) => {
    if (sourceType === "boom") throw new Error("boom");
    if (sourceType === "raw")
      return {
        id: String(sourceState["key"] as string),
        text: `${sourceProvider} ${sourceVersion}`,
        secret_wo: "hush" as never,
      };
    if (sourceType !== "terraform_data") return undefined;
    const source = read(terraformData);
    if (source?.input?.type.kind !== "string") return undefined;
    return { id: source.id ?? "", text: source.input.value as string, secret_wo: null };
  },
});
const client = new ProviderClient(providerOf({ resources: [resource] }));

async function move(sourceTypeName: string, state: Values) {
  const reply = await client.call(
    "MoveResourceState",
    messages.MoveResourceStateRequest,
    messages.MoveResourceStateResponse,
    {
      sourceProviderAddress: "example.test/a/b",
      sourceTypeName,
      sourceSchemaVersion: 3,
      sourceState: { json: Buffer.from(JSON.stringify(state)) },
      targetTypeName: "test_note",
    },
  );
  return {
    state: decodeDynamic(schema.shape, reply.targetState),
    identity: decodeDynamic(identity.shape, reply.targetIdentity?.identityData),
    problems: reply.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`),
  };
}

describe("MoveResourceState", () => {
  it("takes an object over by its schema, dynamic values unwrapped", async () => {
    expect(await move("terraform_data", { id: "1", input: { value: "hello", type: "string" } })).toEqual({
      state: { id: "1", text: "hello", secret_wo: null },
      identity: { id: "1" },
      problems: [],
    });
  });

  it("takes an object over by its JSON, and stores no write-only value", async () => {
    expect((await move("raw", { key: "k" })).state).toEqual({ id: "k", text: "example.test/a/b 3", secret_wo: null });
  });

  it.each<[source: string, state: Values, problem: RegExp]>([
    [
      "other_thing",
      {},
      /The object cannot be moved: An object of type other_thing cannot become one of type test_note/,
    ],
    ["terraform_data", { id: "1", input: { value: 5, type: "number" } }, /cannot be moved/],
    ["terraform_data", { id: 1 }, /cannot be moved/],
    ["boom", {}, /The provider failed while moving boom to test_note: Error: boom/],
  ])("says why %s %j cannot be moved", async (source, state, problem) => {
    expect((await move(source, state)).problems).toEqual([expect.stringMatching(problem)]);
  });
});
