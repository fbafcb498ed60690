// Validation: attributes, several attributes together, the author's own checks; unknown values are never wrong.
import {
  conflicting,
  defineResource,
  defineSchema,
  each,
  int,
  lengthBetween,
  list,
  listBlock,
  listNested,
  mapNested,
  oneOf,
  single,
  string,
  stringType,
  unknown,
  between,
} from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { encodeDynamic, nullsFor, ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

const nested = { port: int({ required: true, validators: [between(1, 65_535)] }) };
const schema = defineSchema({
  attributes: {
    name: string({ required: true, validators: [lengthBetween(1, 5), oneOf("abc", "b", "toolong")] }),
    old: string({ optional: true, deprecation: 'Use "name".' }),
    tags: list(stringType, { optional: true, validators: [each(lengthBetween(1, 3))] }),
    login: single({ optional: true, attributes: nested }),
    rules: listNested({ optional: true, attributes: nested }),
    users: mapNested({ optional: true, attributes: nested }),
    secret: string({
      optional: true,
      sensitive: true,
      validators: [{ description: "", check: ({ value }) => `not ${value}` }],
    }),
    secret_wo: string({ optional: true, writeOnly: true }),
    broken: string({
      optional: true,
      validators: [
        {
          description: "",
          check: () => {
            throw new Error("boom");
          },
        },
      ],
    }),
  },
  blocks: { disk: listBlock({ attributes: nested }) },
});

const resource = defineResource({
  type: "test_thing",
  schema,
  validators: [conflicting("old", "tags")],
  validate: ({ config, diagnostics }) => {
    if (config.name === "b") diagnostics.warning({ summary: "Short", path: "name" });
    if (config.old === "throw") throw new Error("boom");
  },
  create: () => {
    throw new Error("not created");
  },
  read: ({ state }) => state,
  delete: () => undefined,
});
const client = new ProviderClient(providerOf({ resources: [resource] }));

const invalid = (path: string, detail: string) => `error @${path}: Invalid value: ${detail}.`;

describe("ValidateResourceConfig", () => {
  it.each<[what: string, config: Values, problems: (string | RegExp)[]]>([
    ["nothing wrong", { name: "abc" }, []],
    [
      "unknown everywhere",
      { name: unknown, tags: [unknown], login: unknown, rules: [{ port: unknown }], users: unknown, disk: unknown },
      [],
    ],
    [
      "an attribute, by each of its validators",
      { name: "toolonger" },
      [
        invalid("name", '"name" must have 1 to 5 characters'),
        invalid("name", '"name" must be one of "abc", "b", "toolong"'),
      ],
    ],
    [
      "an element",
      { name: "abc", tags: ["ok", "long"] },
      [invalid("tags", '"tags" has a wrong element: the element 1 must have 1 to 3 characters')],
    ],
    [
      "inside an object",
      { name: "abc", login: { port: 0 } },
      [invalid("login.port", '"login.port" must be from 1 to 65535')],
    ],
    [
      "inside a list",
      { name: "abc", rules: [{ port: 1 }, { port: 0 }] },
      [invalid("rules.[1].port", '"rules[1].port" must be from 1 to 65535')],
    ],
    [
      "inside a map",
      { name: "abc", users: { "a b": { port: 0 } } },
      [invalid("users.a b.port", '"users["a b"].port" must be from 1 to 65535')],
    ],
    [
      "inside a block",
      { name: "abc", disk: [{ port: 0 }] },
      [invalid("disk.[0].port", '"disk[0].port" must be from 1 to 65535')],
    ],
    ["a deprecated attribute", { name: "abc", old: "x" }, ['warning @old: Attribute is deprecated: Use "name".']],
    ["several together", { name: "abc", old: "x", tags: ["a"] }, [/deprecated/, /^error @tags: Invalid combination/]],
    ["what the author warns of", { name: "b" }, ["warning @name: Short: "]],
    [
      "what the author's check throws",
      { name: "abc", old: "throw" },
      [/deprecated/, /The provider failed while validating the configuration: Error: boom/],
    ],
    [
      "what a validator throws",
      { name: "abc", broken: "x" },
      [/The provider failed while validating "broken": Error: boom/],
    ],
    [
      "a sensitive value, masked",
      { name: "abc", secret: "hunter22" },
      [invalid("secret", '"secret" not (sensitive value)')],
    ],
  ])("finds %s", async (_what, config, problems) => {
    const found = await client.validate("test_thing", config);
    expect(found).toEqual(
      problems.map((problem) => (typeof problem === "string" ? problem : expect.stringMatching(problem))),
    );
  });

  it("names the attribute of a number that the type cannot hold", async () => {
    const shape = schema.shape;
    const config = nullsFor(shape, { name: "abc" });
    const { msgpack } = encodeDynamic(shape, { ...config, rules: [{ port: 1 }] }, "config");
    // 1 becomes 1.5, in place: a float takes the place of a fixed number.
    const at = Buffer.from(msgpack).lastIndexOf(Buffer.from([0x01]));
    const half = Buffer.concat([
      msgpack.subarray(0, at),
      Buffer.from("cb3ff8000000000000", "hex"),
      msgpack.subarray(at + 1),
    ]);
    const reply = await client.call(
      "ValidateResourceConfig",
      messages.ValidateConfigRequest,
      messages.ValidateConfigResponse,
      {
        typeName: "test_thing",
        config: { msgpack: half },
        clientCapabilities: { writeOnlyAttributesAllowed: true },
      },
    );
    expect(reply.diagnostics[0]).toMatchObject({ severity: 1, summary: "Invalid value" });
    expect(reply.diagnostics[0]?.detail).toMatch(/^"rules\[0\]\.port": got another number, expected a whole number/);
  });

  it("refuses write-only values where the host would store them", async () => {
    const config = { name: "abc", secret_wo: "x" };
    expect(await client.validate("test_thing", config, { writeOnlyAttributesAllowed: false })).toEqual([
      expect.stringMatching(/^error @secret_wo: Write-only attributes are not supported here/),
    ]);
    expect(await client.validate("test_thing", config)).toEqual([]);
  });

  it("says which type it does not know", async () => {
    const reply = await client.call(
      "ValidateResourceConfig",
      messages.ValidateConfigRequest,
      messages.ValidateConfigResponse,
      { typeName: "test_none" },
    );
    expect(reply.diagnostics[0]).toMatchObject({
      summary: "Unknown resource type",
      detail: 'The provider has no resource type "test_none".',
    });
  });
});
