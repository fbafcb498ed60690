// UpgradeResourceState: states of former versions, and numbers that JSON.parse would round.
import {
  bigint,
  Decimal,
  decimal,
  defineResource,
  defineSchema,
  dynamic,
  int,
  intType,
  list,
  map,
  number,
  single,
  string,
  stringType,
  upgradeFrom,
  upgradeFromJson,
} from "../../../../src/bridge.ts";
import { ProviderClient, providerOf } from "../support/provider-client.ts";

const schema = defineSchema({
  version: 2,
  attributes: {
    name: string({ optional: true }),
    size: int({ optional: true }),
    big: bigint({ optional: true }),
    exact: decimal({ optional: true }),
    ratio: number({ optional: true }),
    any: dynamic({ optional: true }),
    tags: map(stringType, { optional: true }),
    sizes: list(intType, { optional: true }),
    login: single({ optional: true, attributes: { user: string({ required: true }) } }),
    secret_wo: string({ optional: true, writeOnly: true }),
  },
});

const first = defineSchema({ attributes: { label: string({ required: true }), size: string({ optional: true }) } });

const resource = defineResource({
  type: "test_thing",
  schema,
  create: () => {
    throw new Error("not created");
  },
  read: ({ state }) => state,
  delete: () => undefined,
  upgradeState: {
    0: upgradeFrom(first, ({ label, size }, { diagnostics }) => {
      if (label === "warn") diagnostics.warning({ summary: "Renamed" });
      return { ...nothing, name: label, size: size === null ? null : Number(size) };
    }),
    1: upgradeFromJson((state) => {
      if (state["name"] === "boom") throw new Error("boom");
      return { ...nothing, name: state["name"] as string, secret_wo: "hush" as never };
    }),
  },
});

const nothing = {
  name: null,
  size: null,
  big: null,
  exact: null,
  ratio: null,
  any: null,
  tags: null,
  sizes: null,
  login: null,
  secret_wo: null,
};

const client = new ProviderClient(providerOf({ resources: [resource] }));
const upgrade = async (version: number, json: unknown) => await client.upgrade("test_thing", version, json);

describe("a state of the current version", () => {
  it("is read by the schema: missing attributes are null, unknown ones left out", async () => {
    const { state, problems } = await upgrade(2, {
      name: "a",
      tags: { k: "v" },
      sizes: [1],
      login: { user: "u", old: 1 },
      gone: true,
    });
    expect(problems).toEqual([]);
    expect(state).toEqual({ ...nothing, name: "a", tags: { k: "v" }, sizes: [1], login: { user: "u" } });
  });

  it("keeps every digit", async () => {
    const { state, problems } = await upgrade(
      2,
      '{"size":12345678901,"big":9007199254740993,"exact":3.14159265358979323846264,"ratio":1e-20,"any":{"value":[9007199254740993,0.1],"type":["list","number"]}}',
    );
    expect(problems).toEqual([]);
    expect(state).toMatchObject({
      size: 12_345_678_901,
      big: 9_007_199_254_740_993n,
      exact: Decimal.parse("3.14159265358979323846264"),
      ratio: 1e-20,
      any: { value: [9_007_199_254_740_993n, 0.1] },
    });
  });

  it("takes dynamic values out of their wrapping", async () => {
    const { state } = await upgrade(2, {
      any: { value: { a: [true, null] }, type: ["object", { a: ["tuple", ["bool", "dynamic"]] }] },
    });
    expect(state?.["any"]).toMatchObject({ value: { a: [true, null] } });
  });

  it.each<[what: string, json: unknown, path: RegExp]>([
    ["a number in a text", { name: 5 }, /at "name" it got another type, expected string/],
    [
      "a whole number that is too large",
      '{"size":9007199254740993}',
      /at "size" it got another number, expected a whole number/,
    ],
    ["a list of something else", { sizes: ["a"] }, /at "sizes\[0\]" it got another type, expected whole number/],
    ["a dynamic value that is not wrapped", { any: "a" }, /at "any" it got another type/],
    ["an object that is none", { login: [] }, /at "login" it got another type, expected object/],
  ])("is refused with the attribute's path: %s", async (_what, json, path) => {
    const { problems } = await upgrade(2, json);
    expect(problems[0]).toMatch(/^error: The state cannot be read/);
    expect(problems[0]).toMatch(path);
  });
});

describe("a state of another version", () => {
  it("is upgraded from a former schema, with its warnings", async () => {
    const { state, problems } = await upgrade(0, { label: "warn", size: "5" });
    expect(problems).toEqual(["warning: Renamed: "]);
    expect(state).toEqual({ ...nothing, name: "warn", size: 5 });
  });

  it("is upgraded from its JSON, and holds no write-only value", async () => {
    expect(await upgrade(1, { name: "a" })).toEqual({ state: { ...nothing, name: "a" }, problems: [] });
  });

  it.each<[what: string, version: number, json: unknown, message: RegExp]>([
    ["a later version", 3, {}, /a later version of the provider wrote it/],
    [
      "a broken upgrade",
      1,
      { name: "boom" },
      /The provider failed while upgrading the state of test_thing: Error: boom/,
    ],
    ["no JSON", 2, "{", /a state cannot be read, expected JSON/i],
    ["the format of Terraform 0.11", 2, "", /format of Terraform 0.11/],
  ])("is refused: %s", async (_what, version, json, message) => {
    const { state, problems } = await upgrade(version, json);
    expect(state).toBeNull();
    expect(problems.join("\n")).toMatch(message);
  });

  it("is refused when there is no way to the current one", async () => {
    const { upgradeState: _none, ...rest } = resource.definition as never as { upgradeState: unknown };
    const bare = defineResource(rest as never);
    const { problems } = await new ProviderClient(providerOf({ resources: [bare] })).upgrade("test_thing", 0, {
      label: "a",
    });
    expect(problems[0]).toContain("there is no upgrade from version 0 of its schema to 2");
  });
});
