// ImportResourceState: by id and by identity, with the little that read needs.
import {
  bool,
  defineIdentity,
  defineResource,
  defineSchema,
  identityAttribute,
  importById,
  listBlock,
  string,
  stringType,
} from "../../../../src/bridge.ts";
import type { ErasedResource } from "../../../../src/bridge/resource.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { decodeDynamic, encodeDynamic, ProviderClient, providerOf } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true }),
    name: string({ required: true }),
    on: bool({ optional: true }),
    secret_wo: string({ optional: true, writeOnly: true }),
  },
  blocks: { rule: listBlock({ attributes: { a: string({ required: true }) } }) },
});
const identity = defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } });

function clientOf(importState: ErasedResource["importState"]): ProviderClient {
  const resource = defineResource({
    type: "test_thing",
    schema,
    identity,
    create: () => {
      throw new Error("not created");
    },
    read: ({ state }) => state,
    delete: () => undefined,
    ...(importState === undefined ? {} : { importState: importState as never }),
  });
  return new ProviderClient(providerOf({ resources: [resource] }));
}

describe("ImportResourceState", () => {
  it("by id has the id, null for the rest, and no blocks", async () => {
    const { state, problems } = await clientOf(importById() as never).import("test_thing", "a/1");
    expect(problems).toEqual([]);
    expect(state).toEqual({ id: "a/1", name: null, on: null, secret_wo: null, rule: [] });
  });

  it("by identity has the attribute of that name, and the identity", async () => {
    const reply = await clientOf(importById() as never).call(
      "ImportResourceState",
      messages.ImportResourceStateRequest,
      messages.ImportResourceStateResponse,
      { typeName: "test_thing", identity: { identityData: encodeDynamic(identity.shape, { id: "7" }) } },
    );
    const [imported] = reply.importedResources;
    expect(decodeDynamic(schema.shape, imported?.state)).toMatchObject({ id: "7" });
    expect(decodeDynamic(identity.shape, imported?.identity?.identityData)).toEqual({ id: "7" });
  });

  it("keeps private state for read", async () => {
    const client = clientOf((context) => {
      (context as { private: { set(key: string, value: boolean): void } }).private.set("imported", true);
      return { id: "1" };
    });
    expect(Buffer.from((await client.import("test_thing", "1")).private ?? []).toString()).toBe('{"imported":true}');
  });

  it("holds no write-only value", async () => {
    expect((await clientOf(() => ({ id: "1", secret_wo: "hush" })).import("test_thing", "1")).state).toMatchObject({
      secret_wo: null,
    });
  });

  it.each<[what: string, importState: ErasedResource["importState"], message: RegExp]>([
    [
      "a type that cannot be imported",
      undefined,
      /Import is not supported: Objects of type test_thing cannot be imported/,
    ],
    [
      "a state without identifier",
      () => ({ name: "a" }),
      /attribute "id": got null, expected a value: the attribute is an identifier/,
    ],
    ["a state of a wrong type", () => ({ id: "1", on: "yes" }), /attribute "on": got a string, expected bool/],
    [
      "an id that the provider refuses",
      () => {
        throw new Error("no such thing");
      },
      /no such thing/,
    ],
  ])("says what is wrong: %s", async (_what, importState, message) => {
    expect((await clientOf(importState).import("test_thing", "1")).problems.join("\n")).toMatch(message);
  });
});
