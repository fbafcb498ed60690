// PlanResourceChange: the order of terraform-plugin-framework, and the host's rules checked before the host does.
import {
  bool,
  defineIdentity,
  defineResource,
  defineSchema,
  identityAttribute,
  int,
  listBlock,
  listNested,
  mapNested,
  requiresReplace,
  requiresReplaceIf,
  requiresReplaceIfConfigured,
  setNested,
  single,
  string,
  stringType,
  unknown,
  useNonNullStateForUnknown,
  useStateForUnknown,
} from "../../../../src/bridge.ts";
import { decodeDynamic, ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, planModifiers: [useStateForUnknown()] }),
    name: string({ required: true }),
    region: string({ optional: true, planModifiers: [requiresReplace()] }),
    zone: string({ optional: true, computed: true, planModifiers: [requiresReplaceIfConfigured()] }),
    size: int({
      optional: true,
      planModifiers: [requiresReplaceIf(({ plan, state }) => Number(plan) < Number(state), "replaces when it shrinks")],
    }),
    on: bool({ optional: true, computed: true, default: true }),
    revision: int({ computed: true }),
    first: string({ computed: true, planModifiers: [useNonNullStateForUnknown()] }),
    json: string({ optional: true, semanticEquals: (a, b) => a.replaceAll(" ", "") === b.replaceAll(" ", "") }),
    secret_wo: string({ optional: true, writeOnly: true }),
    login: single({
      optional: true,
      attributes: {
        user: string({ required: true }),
        realm: string({ optional: true, computed: true, default: "main" }),
        key: string({ computed: true, planModifiers: [useStateForUnknown()] }),
        token_wo: string({ optional: true, writeOnly: true }),
      },
    }),
    rules: listNested({
      optional: true,
      attributes: {
        port: int({ required: true, planModifiers: [requiresReplace()] }),
        rule_id: string({ computed: true }),
      },
    }),
    users: mapNested({
      optional: true,
      attributes: { role: string({ optional: true, computed: true, default: "guest" }) },
    }),
    peers: setNested({
      optional: true,
      attributes: {
        host: string({ required: true }),
        peer_id: string({ computed: true, planModifiers: [useStateForUnknown()] }),
      },
    }),
  },
  blocks: {
    disk: listBlock({ attributes: { gb: int({ required: true }), disk_id: string({ computed: true }) } }),
  },
});

interface Parts {
  modifyPlan?: (context: {
    readonly action: string;
    readonly plan: Values | null;
    readonly state: Values | null;
    requireReplace(path: string): void;
    readonly private: { set(key: string, value: string): void; get(key: string): unknown };
  }) => Values | undefined;
  withoutUpdate?: boolean;
}

function clientOf({ modifyPlan, withoutUpdate = false }: Parts = {}): ProviderClient {
  const resource = defineResource({
    type: "test_thing",
    schema,
    identity: defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } }),
    create: () => {
      throw new Error("not planned");
    },
    read: ({ state }) => state,
    ...(withoutUpdate ? {} : { update: ({ state }: { state: unknown }) => state as never }),
    delete: () => undefined,
    ...(modifyPlan === undefined ? {} : { modifyPlan: modifyPlan as never }),
  });
  return new ProviderClient(providerOf({ resources: [resource] }));
}

const prior = { id: "1", name: "a", zone: "z1", on: true, revision: 3, first: "f", disk: [] };
const plan = async (config: Values | null, before: Values | null = prior, parts?: Parts) =>
  await clientOf(parts).plan("test_thing", { config, prior: before });

describe("the plan of a new object", () => {
  it("has unknown for what the provider sets and the default for what has one", async () => {
    const { planned, problems, replace } = await plan({ name: "a" }, null);
    expect(problems).toEqual([]);
    expect(replace).toEqual([]);
    expect(planned).toMatchObject({
      id: unknown,
      zone: unknown,
      revision: unknown,
      first: unknown,
      on: true,
      size: null,
    });
  });

  it("keeps null apart from unknown, false from the default, and an empty map from none", async () => {
    const { planned } = await plan({ name: unknown, on: false, users: {} }, null);
    expect(planned).toMatchObject({ name: unknown, on: false, users: {}, rules: null, login: null });
  });

  it("has defaults and unknowns inside of objects, lists, maps, sets and blocks", async () => {
    const { planned, problems } = await plan(
      {
        name: "a",
        login: { user: "u", realm: null, key: null, token_wo: "hush" },
        rules: [{ port: 1, rule_id: null }],
        users: { x: { role: null }, y: { role: "admin" } },
        peers: [{ host: "h", peer_id: null }],
        disk: [{ gb: 1, disk_id: null }],
      },
      null,
    );
    expect(problems).toEqual([]);
    expect(planned).toMatchObject({
      login: { user: "u", realm: "main", key: unknown, token_wo: null },
      rules: [{ port: 1, rule_id: unknown }],
      users: { x: { role: "guest" }, y: { role: "admin" } },
      peers: [{ host: "h", peer_id: unknown }],
      disk: [{ gb: 1, disk_id: unknown }],
    });
  });

  it("holds no write-only value", async () => {
    const { plannedState } = await plan({ name: "a", secret_wo: "hush", login: { user: "u", token_wo: "hush" } }, null);
    expect(Buffer.from(plannedState?.msgpack ?? []).includes("hush")).toBe(false);
  });
});

describe("the plan of an object that exists", () => {
  it("is its state when the configuration asks for nothing else", async () => {
    const { planned, problems } = await plan({ name: "a" });
    expect(problems).toEqual([]);
    expect(planned).toMatchObject(prior);
  });

  it("is its state also when the configuration has write-only values, which no state can show", async () => {
    const { planned, problems } = await plan({ name: "a", secret_wo: "new" });
    expect(problems).toEqual([]);
    expect(planned).toMatchObject(prior);
  });

  it("has unknown for what the provider sets as soon as something differs, but keeps what modifiers keep", async () => {
    const { planned, replace } = await plan({ name: "b" });
    expect(planned).toMatchObject({ id: "1", name: "b", revision: unknown, zone: unknown, first: "f" });
    expect(replace).toEqual([]);
  });

  it("may set for the first time what had no value", async () => {
    const { planned } = await plan({ name: "b" }, { ...prior, first: null });
    expect(planned).toMatchObject({ first: unknown });
  });

  it("keeps a text that means the same", async () => {
    const { planned, problems } = await plan({ name: "a", json: "{ }" }, { ...prior, json: "{}" });
    expect(problems).toEqual([]);
    expect(planned).toMatchObject({ json: "{}", revision: 3 });
  });

  it("takes a text that means something else", async () => {
    const { planned } = await plan({ name: "a", json: "[]" }, { ...prior, json: "{}" });
    expect(planned).toMatchObject({ json: "[]", revision: unknown });
  });

  it("keeps what belongs to the same element of a set, wherever it stands", async () => {
    const before = {
      ...prior,
      peers: [
        { host: "a", peer_id: "pa" },
        { host: "b", peer_id: "pb" },
      ],
    };
    const peers = [
      { host: "b", peer_id: null },
      { host: "c", peer_id: null },
      { host: "a", peer_id: null },
    ];
    const { planned } = await clientOf().plan("test_thing", { config: { name: "a", peers }, prior: before });
    expect(planned?.["peers"]).toEqual([
      { host: "b", peer_id: "pb" },
      { host: "c", peer_id: unknown },
      { host: "a", peer_id: "pa" },
    ]);
  });

  it.each<[what: string, config: Values, before: Values, paths: string[]]>([
    ["a change of it", { region: "r2" }, { region: "r1" }, ["region"]],
    ["its removal", {}, { region: "r1" }, ["region"]],
    ["no change of it", { region: "r1", size: 9 }, { region: "r1" }, []],
    ["a value that may change", { region: unknown }, { region: "r1" }, ["region"]],
    ["what is computed and not configured", { size: 9 }, {}, []],
    ["what is computed and configured", { zone: "z2" }, {}, ["zone"]],
    ["a condition that holds", { size: 1 }, { size: 2 }, ["size"]],
    ["a condition that does not hold", { size: 3 }, { size: 2 }, []],
    [
      "an element of a list",
      { rules: [{ port: 1 }, { port: 3 }] },
      { rules: [{ port: 1 }, { port: 2 }] },
      ["rules.[1].port"],
    ],
    [
      "each attribute once, in order",
      { region: "r2", zone: "z2", size: 1 },
      { region: "r1", size: 2 },
      ["region", "size", "zone"],
    ],
  ])("replaces the object for %s", async (_what, config, before, paths) => {
    const { replace, problems } = await plan({ name: "a", ...config }, { ...prior, ...before });
    expect(problems).toEqual([]);
    expect(replace).toEqual(paths);
  });

  it("replaces the object for every change when the resource has no update", async () => {
    const { replace } = await plan({ name: "b", size: 1 }, prior, { withoutUpdate: true });
    expect(replace).toEqual(["name", "size"]);
  });

  it("carries private state from the prior one", async () => {
    const kept = Buffer.from('{"a":"1"}');
    const client = clientOf({
      modifyPlan: ({ private: state }) => {
        state.set("b", String(state.get("a")));
        return undefined;
      },
    });
    const reply = await client.plan("test_thing", { config: { name: "b" }, prior, private: kept });
    expect(JSON.parse(Buffer.from(reply.plannedPrivate).toString())).toEqual({ a: "1", b: "1" });
  });

  it("hands on private state that another framework left", async () => {
    const foreign = Buffer.from([1, 2, 3]);
    const reply = await clientOf().plan("test_thing", { config: { name: "b" }, prior, private: foreign });
    expect(Buffer.from(reply.plannedPrivate)).toEqual(foreign);
  });

  it("has the identity of the object", async () => {
    const reply = await plan({ name: "b" });
    const shape = clientOf().server.provider.resources.get("test_thing")?.identity?.shape;
    expect(shape && decodeDynamic(shape, reply.plannedIdentity?.identityData)).toEqual({ id: "1" });
    expect((await plan({ name: "a" }, null)).plannedIdentity).toBeUndefined();
  });
});

describe("a resource's own changes to the plan", () => {
  it("come after defaults and modifiers, and before the host's rules are checked", async () => {
    const seen: unknown[] = [];
    const { planned, replace } = await plan({ name: "b" }, prior, {
      modifyPlan: ({ action, plan: current, state, requireReplace }) => {
        seen.push(action, current?.["first"], current?.["on"], state?.["name"]);
        requireReplace("name");
        requireReplace("name");
        return { ...current, revision: 4 };
      },
    });
    expect(seen).toEqual(["update", "f", true, "a"]);
    expect(planned).toMatchObject({ revision: 4 });
    expect(replace).toEqual(["name"]);
  });

  it("see a destruction too, and cannot change it", async () => {
    const actions: string[] = [];
    const { planned, problems } = await plan(null, prior, {
      modifyPlan: ({ action }) => {
        actions.push(action);
        return { id: "2" };
      },
    });
    expect(actions).toEqual(["destroy"]);
    expect(planned).toBeNull();
    expect(problems).toEqual([expect.stringContaining("the plan of a destruction was changed")]);
  });

  it("become a diagnostic when they throw", async () => {
    const { problems } = await plan({ name: "b" }, prior, {
      modifyPlan: () => {
        throw new Error("boom");
      },
    });
    expect(problems).toEqual([expect.stringMatching(/^error: The provider failed while planning: Error: boom/)]);
  });

  it.each<[what: string, change: Values, config: Values, path: string, message: RegExp]>([
    ["another value than configured", { name: "x" }, {}, "name", /neither the configured one nor that of the state/],
    ["a value for what is not computed", { size: 5 }, {}, "size", /planned that nobody configured/],
    ["another number of blocks", { disk: [] }, { disk: [{ gb: 1 }] }, "disk", /another number of objects/],
    ["unknown blocks", { disk: unknown }, { disk: [{ gb: 1 }] }, "disk", /planned blocks are unknown or null/],
    [
      "a nested value",
      { login: { user: "x", realm: "main" } },
      { login: { user: "u" } },
      "login.user",
      /neither the configured one/,
    ],
    [
      "an element of another list",
      { rules: [{ port: 5 }] },
      { rules: [{ port: 1 }] },
      "rules.[0].port",
      /neither the configured one/,
    ],
    ["a wrong type", { revision: "4" }, {}, "revision", /got a string, expected a whole number/],
  ])("are refused with the attribute's name: %s", async (_what, change, config, path, message) => {
    const { problems } = await plan({ name: "b", ...config }, prior, {
      modifyPlan: ({ plan: current }) => ({ ...current, ...change }),
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(problems[0]).toContain(`error @${path}:`);
  });

  it("may keep the prior value in place of the configured one", async () => {
    const { problems, planned } = await plan({ name: "A" }, prior, {
      modifyPlan: ({ plan: current }) => ({ ...current, name: "a" }),
    });
    expect(problems).toEqual([]);
    expect(planned).toMatchObject({ name: "a" });
  });
});
