// ReadResource: the object as it is, nothing when it is gone, and the state as it was after an error.
import {
  defineIdentity,
  defineResource,
  defineSchema,
  identityAttribute,
  string,
  stringType,
  unknown,
} from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { decodeDynamic, encodeDynamic, ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true }),
    name: string({ required: true, semanticEquals: (a, b) => a.toLowerCase() === b.toLowerCase() }),
    secret_wo: string({ optional: true, writeOnly: true }),
  },
});
const identity = defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } });

function clientOf(read: (state: Values) => Values | undefined): ProviderClient {
  const resource = defineResource({
    type: "test_thing",
    schema,
    identity,
    create: () => {
      throw new Error("not created");
    },
    read: ({ state }) => read(state) as never,
    delete: () => undefined,
  });
  return new ProviderClient(providerOf({ resources: [resource] }));
}

const state = { id: "1", name: "a" };

describe("ReadResource", () => {
  it("gives what the provider reads, and its identity", async () => {
    const reply = await clientOf((before) => ({ ...before, name: "b" })).read("test_thing", state);
    expect(reply.problems).toEqual([]);
    expect(reply.state).toEqual({ id: "1", name: "b", secret_wo: null });
    expect(decodeDynamic(identity.shape, reply.newIdentity?.identityData)).toEqual({ id: "1" });
  });

  it("gives null and no private state for what is gone", async () => {
    const reply = await clientOf(() => undefined).read("test_thing", state, Buffer.from('{"a":1}'));
    expect(reply).toMatchObject({ state: null, problems: [], newIdentity: undefined });
    expect(reply.private).toHaveLength(0);
  });

  it("carries private state", async () => {
    const reply = await clientOf((before) => before).read("test_thing", state, Buffer.from('{"a":1}'));
    expect(Buffer.from(reply.private).toString()).toBe('{"a":1}');
  });

  it("keeps a text that means the same", async () => {
    expect((await clientOf(() => ({ id: "1", name: "A" })).read("test_thing", state)).state).toMatchObject({
      name: "a",
    });
  });

  it("holds no write-only value that the provider returns", async () => {
    const reply = await clientOf((before) => ({ ...before, secret_wo: "hush" })).read("test_thing", state);
    expect(Buffer.from(reply.newState?.msgpack ?? []).includes("hush")).toBe(false);
    expect(reply.problems).toEqual([]);
  });

  it.each<[what: string, result: Values, message: RegExp]>([
    ["an unknown value", { ...state, name: unknown }, /attribute "name": got an unknown value/],
    ["a wrong type", { ...state, name: 5 }, /attribute "name": got a number, expected string/],
    ["no identifier", { name: "a" }, /attribute "id": got null.*identifier/],
  ])("says whose fault it is: %s", async (_what, result, message) => {
    expect((await clientOf(() => result).read("test_thing", state)).problems.join("\n")).toMatch(message);
  });

  it("refuses another identity than the object had, which hosts would take", async () => {
    const client = clientOf(() => ({ id: "2", name: "a" }));
    const reply = await client.call("ReadResource", messages.ReadResourceRequest, messages.ReadResourceResponse, {
      typeName: "test_thing",
      currentState: encodeDynamic(schema.shape, state),
      currentIdentity: { identityData: encodeDynamic(identity.shape, { id: "1" }) },
    });
    expect(reply.diagnostics[0]?.detail).toContain("the identity changed");
  });

  it("keeps the state as it was when the provider throws", async () => {
    const client = clientOf(() => {
      throw new Error("boom");
    });
    const reply = await client.read("test_thing", state, Buffer.from('{"a":1}'));
    expect(reply.problems).toEqual([expect.stringContaining("boom")]);
    expect(reply.state).toMatchObject(state);
    expect(Buffer.from(reply.private).toString()).toBe('{"a":1}');
  });
});
