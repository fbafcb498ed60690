// Values checked by schemas of zod and of a library of our own: where a finding stands, what is left alone, what is refused.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import {
  attribute,
  conformsTo,
  decimal,
  Decimal,
  defineResource,
  defineSchema,
  each,
  int,
  list,
  listNested,
  map,
  objectOf,
  set,
  setNested,
  single,
  type StandardSchema,
  string,
  stringType,
  unknown,
} from "../../../src/bridge.ts";
import { root } from "../../support/source-files.ts";
import { attributes } from "./support/guide-attributes.ts";
import { ProviderClient, providerOf, type Values } from "./support/provider-client.ts";

const person = z.object({ name: z.string().min(2), mail: z.email().optional() });
let loads = 0;
const broken: StandardSchema<string> = {
  "~standard": { version: 1, vendor: "test", validate: async () => Promise.reject(new Error("boom")) },
};

const schema = defineSchema({
  attributes: {
    mail: string({ optional: true, validators: [conformsTo(z.email(), "a mail address")] }),
    size: int({ optional: true, validators: [conformsTo(z.int().multipleOf(5))] }),
    tags: list(stringType, { optional: true, validators: [conformsTo(z.array(z.string().max(3)).max(2))] }),
    names: set(stringType, { optional: true, validators: [conformsTo(z.array(z.string().max(3)))] }),
    labels: map(stringType, { optional: true, validators: [conformsTo(z.record(z.string(), z.string().max(3)))] }),
    owner: single({
      optional: true,
      attributes: { name: string({ required: true }), mail: string({ optional: true }), age: int({ optional: true }) },
      validators: [conformsTo(person)],
    }),
    team: listNested({
      optional: true,
      attributes: { name: string({ required: true }), mail: string({ optional: true }) },
      validators: [conformsTo(z.array(person))],
    }),
    crowd: setNested({
      optional: true,
      attributes: { name: string({ required: true, validators: [conformsTo(z.string().min(2))] }) },
    }),
    place: attribute(objectOf({ city: stringType }), {
      optional: true,
      validators: [conformsTo(z.object({ city: z.string().optional() }))],
    }),
    price: decimal({
      optional: true,
      validators: [conformsTo(z.custom<Decimal>((value) => String(value) !== "13"))],
    }),
    secret: string({
      optional: true,
      sensitive: true,
      validators: [conformsTo(z.string().refine(() => false, { error: ({ input }) => `got ${String(input)}` }))],
    }),
    late: string({
      optional: true,
      validators: [
        conformsTo(async () => {
          loads += 1;
          return Promise.resolve(z.string().refine(async (text) => Promise.resolve(text !== "wrong"), "It is taken."));
        }),
      ],
    }),
    failing: string({
      optional: true,
      validators: [conformsTo(broken)],
    }),
    trimmed: string({ optional: true, validators: [conformsTo(z.string().trim())] }),
    filled: attribute(objectOf({ city: stringType }), {
      optional: true,
      validators: [conformsTo(z.object({ city: z.string().prefault("here") }))],
    }),
  },
});

const resource = defineResource({
  type: "test_thing",
  schema,
  create: () => {
    throw new Error("not created");
  },
  read: ({ state }) => state,
  delete: () => undefined,
});
const client = new ProviderClient(providerOf({ resources: [resource] }));
const invalid = (at: string, path: string, detail: string) =>
  `error @${at}: Invalid value: "${path}" does not conform: ${detail}.`;

describe("a value with a schema", () => {
  it.each<[what: string, config: Values, problems: (string | RegExp)[]]>([
    ["what is right", { mail: "a@b.example", size: 10, tags: ["a"], owner: { name: "ab", age: 1 }, place: {} }, []],
    ["what is not set", {}, []],
    ["a text", { mail: "nobody" }, [invalid("mail", "mail", "Invalid email address")]],
    ["a number", { size: 7 }, [invalid("size", "size", "Invalid number: must be a multiple of 5")]],
    [
      "an element",
      { tags: ["a", "long"] },
      [/^error @tags\.\[1\]: Invalid value: "tags\[1\]" does not conform: Too big/],
    ],
    ["a list", { tags: ["a", "b", "c"] }, [/^error @tags: Invalid value: "tags" does not conform: Too big/]],
    ["an entry", { labels: { "a b": "long" } }, [/^error @labels\.a b: Invalid value: "labels\["a b"\]" does not/]],
    [
      "an element of a set, which has no place",
      { names: ["long"] },
      [/^error @names: Invalid value: "names\[0\]" does/],
    ],
    ["an attribute", { owner: { name: "a" } }, [/^error @owner\.name: Invalid value: "owner\.name" does not/]],
    [
      "everything inside at once",
      { team: [{ name: "ab" }, { name: "a", mail: "x" }] },
      [/^error @team\.\[1\]\.name: /, /^error @team\.\[1\]\.mail: /],
    ],
    [
      "an attribute in a set",
      { crowd: [{ name: "a" }] },
      [/^error @crowd: Invalid value: "crowd\[0\]\.name" does not/],
    ],
    ["a number of any size", { price: Decimal.parse("13") }, [invalid("price", "price", "Invalid input")]],
  ])("is shown where it is wrong: %s", async (_, config, problems) => {
    const found = await client.validate("test_thing", config);
    expect(found).toHaveLength(problems.length);
    expect(found).toEqual(
      problems.map((problem) => (typeof problem === "string" ? problem : expect.stringMatching(problem))),
    );
  });

  it("is left alone while any part of it is not known yet", async () => {
    const config = {
      mail: unknown,
      tags: ["long", unknown],
      labels: { a: unknown, b: "long" },
      owner: { name: "a", mail: unknown },
      team: [unknown, { name: "a" }],
    };
    expect(await client.validate("test_thing", config)).toEqual([]);
  });

  it("is not repeated when it is sensitive, although the schema's message holds it", async () => {
    expect(await client.validate("test_thing", { secret: "hush-hush" })).toEqual([
      invalid("secret", "secret", "got (sensitive value)"),
    ]);
  });

  it("may be checked by what is loaded once, when there is something to check, and takes its time", async () => {
    await client.validate("test_thing", { mail: "a@b.example" });
    expect(loads).toBe(0);
    expect(await client.validate("test_thing", { late: "right" })).toEqual([]);
    expect(await client.validate("test_thing", { late: "wrong" })).toEqual([invalid("late", "late", "It is taken")]);
    expect(loads).toBe(1);
  });

  it("is a bug of the provider when the check throws, and the others still speak", async () => {
    expect(await client.validate("test_thing", { failing: "x", mail: "y" })).toEqual([
      invalid("mail", "mail", "Invalid email address"),
      expect.stringMatching(/^error.*: The provider failed while validating "failing": Error: boom/),
    ]);
  });

  it.each<[what: string, config: Values]>([
    ["trims", { trimmed: " x" }],
    ["fills in", { filled: {} }],
  ])("must not be changed by it: one that %s is refused, without the value", async (_, config) => {
    expect(await client.validate("test_thing", config)).toEqual([
      expect.stringMatching(/^error.*: A schema changes the value that it checks, expected one that only checks/),
    ]);
  });

  it("passes a schema that would change it where there is nothing to change", async () => {
    expect(await client.validate("test_thing", { trimmed: "x", filled: { city: "there" } })).toEqual([]);
  });
});

describe("the guide", () => {
  const guide = readFileSync(join(root, "docs", "bridge", "guide.md"), "utf8");

  it("shows attributes that compile, and what is said of them", async () => {
    const file = readFileSync(join(root, "test", "unit", "bridge", "support", "guide-attributes.ts"), "utf8");
    const shown = file.split("\n").slice(1, -3).join("\n").replace("../../../../src/bridge.ts", "scalr-oci/bridge");
    expect(guide).toContain(`\`\`\`ts\n${shown}\n\`\`\``);
    const config = {
      mail: "a@b.example",
      rules: [
        { from: "10.0.0.1", to: "10.0.0.2" },
        { from: "10.0.0.1", to: "x" },
      ],
    };
    const thing = defineResource({
      type: "test_thing",
      schema: defineSchema({ attributes }),
      create: ({ plan }) => plan as never,
      read: ({ state }) => state,
      delete: () => undefined,
    });
    const [problem = ""] = await new ProviderClient(providerOf({ resources: [thing] })).validate("test_thing", config);
    expect(problem).toBe('error @rules.[1].to: Invalid value: "rules[1].to" does not conform: Invalid IPv4 address.');
    expect(guide).toContain('`"rules[1].to" does not conform: Invalid IPv4 address`');
  });
});

describe("a schema", () => {
  it("may come from any library of the standard, with paths in either of its forms", async () => {
    const handmade = (path: readonly (PropertyKey | { key: PropertyKey })[]): StandardSchema<string[]> => ({
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no", path }] }) },
    });
    const paths = [[{ key: 0 }], ["0"], [Symbol("x")], []] as const;
    const found = paths.map((path) => conformsTo(handmade(path)).inspect({ value: ["a"], path: ["tags"] }));
    expect(found).toEqual(
      [["tags", 0], ["tags", 0], ["tags"], ["tags"]].map((path) => [{ path, violation: "does not conform: no" }]),
    );
  });

  it("is refused when it is none", async () => {
    expect(() => conformsTo({} as never)).toThrow("a value is no schema, expected one of a Standard Schema library");
    const late = conformsTo((() => ({})) as never);
    await expect(late.inspect({ value: "x" as never, path: [] })).rejects.toThrow("a value is no schema");
  });

  it("has the attribute's type, as the compiler sees it", () => {
    string({ required: true, validators: [conformsTo(z.string())] });
    // @ts-expect-error a schema of numbers for a text
    string({ required: true, validators: [conformsTo(z.number())] });
    // @ts-expect-error a schema that makes a number of a text
    string({ required: true, validators: [conformsTo(z.string().transform(Number))] });
    // @ts-expect-error elements of another type
    list(stringType, { required: true, validators: [conformsTo(z.array(z.number()))] });
    // @ts-expect-error an attribute that is not there
    single({ attributes: { a: string({ required: true }) }, required: true, validators: [conformsTo(person)] });
    // @ts-expect-error it finds places of its own, so it is not for each element
    list(stringType, { required: true, validators: [each(conformsTo(z.string()))] });
    expect(true).toBe(true);
  });

  it("costs nothing where none is used: the bridge imports no such library", () => {
    const directory = join(root, "src", "bridge");
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(80);
    const importing = files.filter((file) =>
      /from "(zod|valibot|arktype)/.test(readFileSync(join(directory, file), "utf8")),
    );
    expect(importing).toEqual([]);
  });
});
