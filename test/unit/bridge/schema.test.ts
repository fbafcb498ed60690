// A schema that breaks a rule of the protocol is refused where it is defined, with the attribute's path.
import {
  defineProvider,
  defineSchema,
  dynamic,
  dynamicType,
  list,
  listBlock,
  listOf,
  map,
  objectOf,
  setBlock,
  setNested,
  single,
  singleBlock,
  string,
  stringType,
  attribute,
  defineFunction,
} from "../../../src/bridge.ts";
import { thrownBy } from "../../support/thrown.ts";

const optional = { optional: true } as const;

describe("a schema", () => {
  it.each<[what: string, define: () => unknown, message: RegExp]>([
    ["an attribute that nobody sets", () => string({}), /none of required, optional and computed/],
    ["a required one that is optional", () => string({ required: true, optional: true }), /required and also optional/],
    [
      "a required one that is computed",
      () => string({ required: true, computed: true }),
      /required and also optional or computed/,
    ],
    ["a default that is not computed", () => string({ optional: true, default: "a" }), /has a default/],
    [
      "a write-only one that is computed",
      () => string({ optional: true, computed: true, writeOnly: true }),
      /write-only and computed/,
    ],
    [
      "a write-only identifier",
      () => string({ required: true, writeOnly: true, identifier: true }),
      /write-only and an identifier/,
    ],
    [
      "validators of what nobody configures",
      () => string({ computed: true, validators: [{ description: "", check: () => undefined }] }),
      /only the provider sets has validators/,
    ],
    [
      "a name with a capital",
      () => defineSchema({ attributes: { aB: string(optional) } }),
      /^aB: a name has characters/,
    ],
    [
      "a name with a dash",
      () => defineSchema({ attributes: { "a-b": string(optional) } }),
      /^a-b: a name has characters/,
    ],
    [
      "a name that the language uses",
      () => defineSchema({ attributes: { count: string(optional) } }),
      /^count: a name is reserved/,
    ],
    [
      "a nested name with a dash",
      () => defineSchema({ attributes: { a: single({ ...optional, attributes: { "b-c": string(optional) } }) } }),
      /^a\.b-c: a name/,
    ],
    [
      "a block with an attribute's name",
      () => defineSchema({ attributes: { a: string(optional) }, blocks: { a: listBlock({}) } }),
      /^a: a block has the name/,
    ],
    ["a version below 0", () => defineSchema({ version: -1, attributes: {} }), /^the schema: the version/],
    [
      "a list of dynamic values",
      () => defineSchema({ attributes: { a: list(dynamicType, optional) } }),
      /^a: a collection holds dynamic/,
    ],
    [
      "a map of lists of dynamic values",
      () => defineSchema({ attributes: { a: map(listOf(dynamicType), optional) } }),
      /^a: a collection holds dynamic/,
    ],
    [
      "an object in a list with a dynamic value",
      () => defineSchema({ attributes: { a: list(objectOf({ b: dynamicType }), optional) } }),
      /^a: a collection holds dynamic/,
    ],
    [
      "nested dynamic values in a set",
      () => defineSchema({ attributes: { a: setNested({ ...optional, attributes: { b: dynamic(optional) } }) } }),
      /^a\.b: .*dynamic/,
    ],
    [
      "a dynamic value in a block of which there are many",
      () => defineSchema({ attributes: {}, blocks: { a: listBlock({ attributes: { b: dynamic(optional) } }) } }),
      /^a\.b: .*dynamic/,
    ],
    [
      "write-only attributes in a set",
      () =>
        defineSchema({
          attributes: { a: setNested({ ...optional, attributes: { b: string({ ...optional, writeOnly: true }) } }) },
        }),
      /^a: a set has write-only/,
    ],
    [
      "write-only attributes in a set of blocks",
      () =>
        defineSchema({
          attributes: {},
          blocks: { a: setBlock({ attributes: { b: string({ ...optional, writeOnly: true }) } }) },
        }),
      /^a: a set of blocks/,
    ],
    [
      "a write-only object of others",
      () =>
        defineSchema({
          attributes: { a: single({ ...optional, writeOnly: true, attributes: { b: string(optional) } }) },
        }),
      /^a: a write-only attribute is made of/,
    ],
  ])("is refused for %s", (_what, define, message) => {
    const error = thrownBy(define);
    expect(error.code).toBe("INVALID_PROVIDER");
    expect(error.message).toMatch(message);
  });

  it("may have dynamic values of its own and inside of one object or block", () => {
    const attributes = {
      a: dynamic(optional),
      b: single({ ...optional, attributes: { c: dynamic(optional) } }),
      d: attribute(objectOf({ e: dynamicType }), optional),
    };
    expect(() =>
      defineSchema({ attributes, blocks: { f: singleBlock({ attributes: { g: dynamic(optional) } }) } }),
    ).not.toThrow();
  });
});

describe("a provider", () => {
  const definition = { name: "test", address: "example/test", version: "1.0.0", configure: () => undefined };
  const fn = (name: string) => defineFunction({ name, parameters: [], returns: stringType, call: () => "" });

  it.each<[what: string, define: () => unknown, message: RegExp]>([
    [
      "two functions of one name",
      () => defineProvider({ ...definition, functions: [fn("a"), fn("a")] }),
      /^a: two definitions/,
    ],
    [
      "a function with a capital",
      () => defineProvider({ ...definition, functions: [fn("aB")] }),
      /^aB: a name is not allowed/,
    ],
  ])("is refused for %s", (_what, define, message) => {
    expect(thrownBy(define).message).toMatch(message);
  });
});
