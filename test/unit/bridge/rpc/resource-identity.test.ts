// Identities: their schemas, upgrades, and that they are complete and stay the same, which hosts do not check.
import {
  defineIdentity,
  defineResource,
  defineSchema,
  identityAttribute,
  intType,
  objectOf,
  string,
  stringType,
} from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { thrownBy } from "../../../support/thrown.ts";
import { decodeDynamic, ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

const schema = defineSchema({ attributes: { id: string({ computed: true }), name: string({ required: true }) } });
const identity = defineIdentity({
  version: 2,
  attributes: {
    account: identityAttribute(stringType, { requiredForImport: true, description: "Account." }),
    number: identityAttribute(intType, { optionalForImport: true }),
  },
  upgrade: { 0: (former) => ({ account: (former as { acc: string }).acc, number: null }) },
});

function clientOf(identityOf: (state: Values) => Values, result: Values = { id: "1", name: "a" }): ProviderClient {
  const resource = defineResource({
    type: "test_thing",
    schema,
    identity,
    identityOf: identityOf as never,
    create: () => result as never,
    read: ({ state }) => state,
    update: () => result as never,
    delete: () => undefined,
  });
  return new ProviderClient(providerOf({ resources: [resource] }));
}

const client = clientOf(({ id }) => ({ account: id, number: null }));

describe("the identity of a resource", () => {
  it("is described by GetResourceIdentitySchemas", async () => {
    const { identitySchemas } = await client.call(
      "GetResourceIdentitySchemas",
      messages.Empty,
      messages.GetResourceIdentitySchemasResponse,
      {},
    );
    const described = identitySchemas.get("test_thing");
    expect(described?.version).toBe(2);
    expect(described?.identityAttributes).toMatchObject([
      { name: "account", requiredForImport: true, optionalForImport: false, description: "Account." },
      { name: "number", requiredForImport: false, optionalForImport: true },
    ]);
    expect(described?.identityAttributes.map(({ type }) => Buffer.from(type).toString())).toEqual([
      '"string"',
      '"number"',
    ]);
  });

  it("comes with a new object", async () => {
    const reply = await client.change("test_thing", { config: { name: "a" }, prior: null });
    expect(decodeDynamic(identity.shape, reply.newIdentity?.identityData)).toEqual({ account: "1", number: null });
  });

  it("may not be missing", async () => {
    const reply = await clientOf(() => ({})).change("test_thing", { config: { name: "a" }, prior: null });
    expect(reply.problems).toEqual([expect.stringContaining("the identity is incomplete")]);
    expect(reply.state).not.toBeNull();
  });

  it("may not change", async () => {
    const changing = clientOf(({ name }) => ({ account: name, number: null }), { id: "1", name: "b" });
    const reply = await changing.change("test_thing", { config: { name: "b" }, prior: { id: "1", name: "a" } });
    expect(reply.problems).toEqual([expect.stringContaining("the identity changed")]);
  });

  it.each<[version: number, raw: Values, result: unknown, problem: RegExp | undefined]>([
    [0, { acc: "x" }, { account: "x", number: null }, undefined],
    [2, { account: "x", number: 5 }, { account: "x", number: 5 }, undefined],
    [1, { account: "x" }, null, /cannot read version 1 of the identity of test_thing/],
    [2, { account: 5 }, null, /does not fit the schema of test_thing/],
  ])("is upgraded from version %i %j", async (version, raw, result, problem) => {
    const reply = await client.call(
      "UpgradeResourceIdentity",
      messages.UpgradeResourceIdentityRequest,
      messages.UpgradeResourceIdentityResponse,
      {
        typeName: "test_thing",
        version,
        rawIdentity: { json: Buffer.from(JSON.stringify(raw)) },
      },
    );
    expect(decodeDynamic(identity.shape, reply.upgradedIdentity?.identityData)).toEqual(result);
    expect(reply.diagnostics.map(({ detail }) => detail)).toEqual(
      problem === undefined ? [] : [expect.stringMatching(problem)],
    );
  });

  it("has attributes that an import can give", () => {
    const define =
      (options: object, type = stringType as never) =>
      () =>
        defineIdentity({ attributes: { a: identityAttribute(type, options) } });
    expect(thrownBy(define({})).code).toBe("INVALID_PROVIDER");
    expect(thrownBy(define({ requiredForImport: true, optionalForImport: true })).code).toBe("INVALID_PROVIDER");
    expect(thrownBy(define({ requiredForImport: true }, objectOf({}) as never)).code).toBe("INVALID_PROVIDER");
  });
});
