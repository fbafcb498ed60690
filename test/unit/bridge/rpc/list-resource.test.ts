// ListResource: a stream of what exists, with identities, up to the limit; an error is the last event.
import {
  defineIdentity,
  defineListResource,
  defineProvider,
  defineResource,
  defineSchema,
  identityAttribute,
  oneOf,
  string,
  stringType,
} from "../../../../src/bridge.ts";
import { methodsOf } from "../../../../src/bridge/rpc/methods.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { decodeMessage, encodeMessage } from "../../../../src/bridge/wire/protobuf.ts";
import { thrownBy } from "../../../support/thrown.ts";
import { decodeDynamic, encodeDynamic, ProviderClient } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true }),
    text: string({ required: true }),
    secret_wo: string({ optional: true, writeOnly: true }),
  },
});
const listSchema = defineSchema({
  attributes: { kind: string({ optional: true, validators: [oneOf("good", "thrown", "wrong", "nameless")] }) },
});
const identity = defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } });
const seen: unknown[] = [];

const resource = defineResource({
  type: "test_note",
  schema,
  identity,
  create: () => {
    throw new Error("not created");
  },
  read: ({ state }) => state,
  delete: () => undefined,
});
const list = defineListResource({
  type: "test_note",
  schema: listSchema,
  list: async function* ({ config, limit, includeState }) {
    seen.push([config.kind, limit, includeState]);
    for (let index = 1; ; index += 1) {
      if (index === 3 && config.kind === "thrown") throw new Error("boom");
      if (index === 3 && config.kind === "wrong") yield { displayName: "wrong", state: { id: "3", text: 5 } };
      if (index === 3 && config.kind === "nameless") yield { displayName: "nameless", state: { text: "t" } };
      if (index === 4 && config.kind === "good") return;
      yield { displayName: `Note ${index}`, state: { id: String(index), text: `t${index}`, secret_wo: "hush" } };
      await Promise.resolve();
    }
  },
});
const definition = { name: "test", address: "example/test", version: "1.0.0", configure: () => undefined };
const client = new ProviderClient(defineProvider({ ...definition, resources: [resource], listResources: [list] }));

async function query(
  kind: string | null,
  options: { limit?: number; includeResourceObject?: boolean; typeName?: string } = {},
) {
  const method = methodsOf(client.server, () => undefined).get("/tfplugin6.Provider/ListResource");
  if (method?.kind !== "stream") throw new Error("no such stream");
  const config = encodeDynamic(listSchema.shape, { kind }, "config");
  const request = encodeMessage(messages.ListResourceRequest, { typeName: "test_note", config, limit: 10, ...options });
  const events: string[] = [];
  for await (const pieces of method.handle(Buffer.concat(request))) {
    const event = decodeMessage(messages.ListResourceEvent, Buffer.concat(pieces));
    const id = decodeDynamic(identity.shape, event.identity?.identityData) as { id: string } | null;
    const object =
      event.resourceObject === undefined ? "" : ` ${JSON.stringify(decodeDynamic(schema.shape, event.resourceObject))}`;
    const problems = event.diagnostic.map(({ summary, detail }) => `${summary}: ${detail.split("\n", 1)[0]}`).join();
    events.push(problems === "" ? `${event.displayName} (${id?.id})${object}` : problems);
  }
  return events;
}

describe("ListResource", () => {
  it("streams what exists, by identity", async () => {
    expect(await query("good")).toEqual(["Note 1 (1)", "Note 2 (2)", "Note 3 (3)"]);
    expect(seen.at(-1)).toEqual(["good", 10, false]);
  });

  it("has whole objects where they are wanted, without write-only values", async () => {
    expect((await query("good", { includeResourceObject: true }))[0]).toBe(
      'Note 1 (1) {"id":"1","secret_wo":null,"text":"t1"}',
    );
  });

  it("stops at the limit, although the list goes on without end", async () => {
    expect(await query(null, { limit: 2 })).toEqual(["Note 1 (1)", "Note 2 (2)"]);
    expect(seen.at(-1)).toEqual([null, 2, false]);
  });

  it.each<[kind: string, last: RegExp]>([
    ["thrown", /^The provider failed while listing test_note: Error: boom/],
    ["wrong", /answered wrongly for test_note: At test_note, attribute "text": got a number/],
    ["nameless", /answered wrongly for test_note: At test_note: the identity is incomplete/],
  ])("ends with what is wrong: %s", async (kind, last) => {
    const events = await query(kind, { includeResourceObject: true });
    expect(events).toHaveLength(3);
    expect(events[2]).toMatch(last);
  });

  it("says which type it cannot list", async () => {
    expect(await query("good", { typeName: "test_none" })).toEqual([
      'Unknown resource type: The provider has no resource type "test_none".',
    ]);
  });

  it("is validated, described and named", async () => {
    const config = encodeDynamic(listSchema.shape, { kind: "bad" }, "config");
    const reply = await client.call(
      "ValidateListResourceConfig",
      messages.ValidateListResourceConfigRequest,
      messages.ValidateConfigResponse,
      {
        typeName: "test_note",
        config,
      },
    );
    expect(reply.diagnostics[0]?.detail).toContain('"kind" must be one of');
    const described = await client.call("GetProviderSchema", messages.Empty, messages.GetProviderSchemaResponse, {});
    expect([...described.listResourceSchemas.keys()]).toEqual(["test_note"]);
    const metadata = await client.call("GetMetadata", messages.Empty, messages.GetMetadataResponse, {});
    expect(metadata.listResources).toEqual([{ typeName: "test_note" }]);
  });

  it("needs a resource with an identity", () => {
    expect(thrownBy(() => defineProvider({ ...definition, listResources: [list] })).message).toMatch(
      /^test_note: a type is listed that has no identity/,
    );
  });
});
