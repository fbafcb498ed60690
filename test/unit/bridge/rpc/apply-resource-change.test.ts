// ApplyResourceChange: what comes back is what may be stored, and says whose fault it is when it may not.
import {
  bool,
  defineResource,
  defineSchema,
  DiagnosticError,
  int,
  list,
  single,
  string,
  stringType,
  unknown,
} from "../../../../src/bridge.ts";
import { MsgpackReader } from "../../../../src/bridge/wire/msgpack.ts";
import { ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true }),
    name: string({ required: true }),
    note: string({ optional: true, computed: true }),
    size: int({ optional: true }),
    lines: list(stringType, { optional: true }),
    secret: string({ optional: true, sensitive: true }),
    secret_wo: string({ optional: true, writeOnly: true }),
    login: single({
      optional: true,
      attributes: { user: string({ required: true }), token_wo: string({ optional: true, writeOnly: true }) },
    }),
    on: bool({ optional: true, computed: true, default: true }),
  },
});

type Create = (context: { readonly plan: Values; readonly config: Values; saveState(state: Values): void }) => Values;

/** A client of a provider whose resource does this. */
function clientOf(parts: {
  create?: Create;
  update?: (context: { readonly plan: Values }) => Values;
  remove?: () => void;
}): ProviderClient {
  const resource = defineResource({
    type: "test_thing",
    schema,
    create: (context) => (parts.create ?? (({ plan }) => ({ ...plan, id: "1", note: "n" })))(context as never) as never,
    read: ({ state }) => state,
    update: (context) => (parts.update ?? (({ plan }) => ({ ...plan, id: "1", note: "n" })))(context as never) as never,
    delete: () => parts.remove?.(),
  });
  return new ProviderClient(providerOf({ resources: [resource] }));
}

const create = { config: { name: "a" }, prior: null };
const prior = { id: "1", name: "a", note: "n", on: true };

describe("ApplyResourceChange", () => {
  it("stores what the provider returns", async () => {
    const reply = await clientOf({}).change("test_thing", create);
    expect(reply.problems).toEqual([]);
    expect(reply.state).toMatchObject({ id: "1", name: "a", note: "n", on: true, size: null });
  });

  it("stores no write-only value, although the provider returns it, nested ones neither", async () => {
    const config = { name: "a", secret_wo: "hush", login: { user: "u", token_wo: "hush" } };
    const seen: unknown[] = [];
    const client = clientOf({
      create: ({ plan, config: given }) => {
        seen.push(given["secret_wo"], given["login"]);
        return { ...plan, id: "1", note: null, secret_wo: given["secret_wo"], login: given["login"] };
      },
    });
    const reply = await client.change("test_thing", { config, prior: null });
    expect(seen).toEqual(["hush", { user: "u", token_wo: "hush" }]);
    expect(reply.problems).toEqual([]);
    expect(Buffer.from(reply.newState?.msgpack ?? []).includes("hush")).toBe(false);
    expect(reply.state).toMatchObject({ secret_wo: null, login: { user: "u", token_wo: null } });
  });

  it("writes every attribute, also those that the provider left out", async () => {
    const client = clientOf({ create: () => ({ id: "1", name: "a", on: true }) });
    const reply = await client.change("test_thing", create);
    expect(reply.problems).toEqual([]);
    // As the bytes have it: whoever reads them by the schema would not miss one.
    const written = new MsgpackReader(reply.newState?.msgpack ?? new Uint8Array(0)).map();
    expect(written).toBe(Object.keys(schema.attributes).length);
  });

  it.each<[what: string, result: Values, path: string, message: RegExp]>([
    ["a number in a text", { name: 5 }, "name", /got a number, expected string/],
    ["a text in a number", { size: "5" }, "size", /got a string, expected a whole number/],
    ["a fraction in a whole number", { size: 1.5 }, "size", /got a number, expected a whole number/],
    ["an object in a list", { lines: {} }, "lines", /got an object, expected list of string/],
    ["null in a list", { lines: ["a", null] }, "lines", /got null, expected a value/],
    ["an attribute of another name", { nmae: "a" }, "", /attribute "nmae".*the schema has no such attribute/],
    ["an unknown value", { note: unknown }, "note", /got an unknown value, expected one that is known/],
    ["another value than planned", { name: "b" }, "name", /another value came back than was planned/],
    ["null where a value was planned", { name: null }, "name", /a value was planned, but null came back/],
    ["a value where null was planned", { size: 5 }, "size", /null was planned, but a value came back/],
    ["no identifier", { id: null }, "id", /the attribute is an identifier/],
  ])("names the type and the attribute of %s, and keeps the object", async (_what, result, path, message) => {
    const client = clientOf({ create: ({ plan }) => ({ ...plan, id: "1", note: "n", ...result }) });
    const reply = await client.change("test_thing", create);
    expect(reply.problems.join("\n")).toMatch(message);
    expect(reply.problems[0]).toMatch(/^error.*The provider answered wrongly for test_thing/);
    expect(reply.problems.join("\n")).toContain(path === "" ? "test_thing" : `@${path}`);
    expect(reply.state).not.toBeNull();
  });

  it("lets a value come back that was planned as unknown", async () => {
    const reply = await clientOf({ create: ({ plan }) => ({ ...plan, id: "x", note: "y" }) }).change(
      "test_thing",
      create,
    );
    expect(reply.problems).toEqual([]);
    expect(reply.state).toMatchObject({ id: "x", note: "y" });
  });

  it("turns what a create throws into a diagnostic, without an object", async () => {
    const client = clientOf({
      create: () => {
        throw new Error("boom");
      },
    });
    const reply = await client.change("test_thing", create);
    expect(reply.problems).toEqual([
      expect.stringMatching(/^error: The provider failed while creating test_thing: Error: boom/),
    ]);
    expect(reply.state).toBeNull();
  });

  it("keeps what a create saved before it threw, without unknowns", async () => {
    const client = clientOf({
      create: ({ plan, saveState }) => {
        saveState({ ...plan, id: "1" });
        throw new DiagnosticError({ summary: "Half done", detail: "Later step failed.", path: "name" });
      },
    });
    const reply = await client.change("test_thing", create);
    expect(reply.problems).toEqual(["error @name: Half done: Later step failed."]);
    expect(reply.state).toMatchObject({ id: "1", name: "a", note: null });
  });

  it("keeps the prior state when an update throws", async () => {
    const client = clientOf({
      update: () => {
        throw new Error("boom");
      },
    });
    const reply = await client.change("test_thing", { config: { name: "b" }, prior });
    expect(reply.problems).toHaveLength(1);
    expect(reply.state).toMatchObject({ name: "a" });
  });

  it("says that no state came back", async () => {
    const reply = await clientOf({ create: () => undefined as never }).change("test_thing", create);
    expect(reply.problems).toEqual([expect.stringContaining("no state came back")]);
  });

  it("deletes, and keeps the object when that fails", async () => {
    const deletion = { config: null, prior, planned: null };
    expect((await clientOf({}).apply("test_thing", deletion)).state).toBeNull();
    const failing = clientOf({
      remove: () => {
        throw new Error("still in use");
      },
    });
    const reply = await failing.apply("test_thing", deletion);
    expect(reply.problems).toHaveLength(1);
    expect(reply.state).toMatchObject({ id: "1" });
  });

  it("masks sensitive values in what the provider says", async () => {
    const client = clientOf({
      create: ({ plan, config }) => {
        throw new Error(`refused ${String(plan["secret"])} and ${encodeURIComponent(String(config["secret_wo"]))}`);
      },
    });
    const config = { name: "a", secret: "pass/word1", secret_wo: "other&word2" };
    const { problems } = await client.change("test_thing", { config, prior: null });
    expect(problems.join()).toContain("refused (sensitive value) and (sensitive value)");
    expect(problems.join()).not.toMatch(/word1|word2/);
  });

  it("sends valid UTF-8 whatever a message holds", async () => {
    const client = clientOf({
      create: () => {
        throw new DiagnosticError({ summary: "half \ud83d", detail: "of a pair" });
      },
    });
    const { problems } = await client.change("test_thing", create);
    expect(problems).toEqual(["error: half \ufffd: of a pair"]);
  });
});
