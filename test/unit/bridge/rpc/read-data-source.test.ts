// ReadDataSource: what is found, and what is not there is an error.
import { defineDataSource, defineSchema, DiagnosticError, int, string } from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { decodeDynamic, encodeDynamic, ProviderClient, providerOf } from "../support/provider-client.ts";

const schema = defineSchema({ attributes: { id: string({ required: true }), size: int({ computed: true }) } });
const source = defineDataSource({
  type: "test_thing",
  schema,
  validate: ({ config, diagnostics }) => {
    if (config.id === "") diagnostics.error({ summary: "Empty", path: "id" });
  },
  read: ({ config }) => {
    if (config.id === "none")
      throw new DiagnosticError({ summary: "Not found", detail: "There is no such thing.", path: "id" });
    if (config.id === "nothing") return undefined as never;
    return { id: config.id, size: config.id === "wrong" ? ("5" as never) : 5 };
  },
});
const client = new ProviderClient(providerOf({ dataSources: [source] }));
const read = async (id: string, typeName = "test_thing") =>
  await client.call("ReadDataSource", messages.ReadDataSourceRequest, messages.ReadDataSourceResponse, {
    typeName,
    config: encodeDynamic(schema.shape, { id, size: null }, "config"),
  });

describe("ReadDataSource", () => {
  it("gives what was found", async () => {
    const reply = await read("a");
    expect(reply.diagnostics).toEqual([]);
    expect(decodeDynamic(schema.shape, reply.state)).toEqual({ id: "a", size: 5 });
  });

  it.each<[id: string, summary: RegExp, path: string | undefined]>([
    ["none", /^Not found$/, "id"],
    ["nothing", /answered wrongly for test_thing/, undefined],
    ["wrong", /answered wrongly for test_thing/, "size"],
  ])("says what is wrong with %s", async (id, summary, path) => {
    const [diagnostic] = (await read(id)).diagnostics;
    expect(diagnostic?.summary).toMatch(summary);
    expect(diagnostic?.attribute?.steps[0]?.attributeName).toBe(path);
  });

  it("says which data source it does not know", async () => {
    expect((await read("a", "test_none")).diagnostics[0]?.summary).toBe("Unknown data source");
  });

  it("is validated by ValidateDataResourceConfig", async () => {
    const config = encodeDynamic(schema.shape, { id: "", size: null }, "config");
    const reply = await client.call(
      "ValidateDataResourceConfig",
      messages.ValidateConfigRequest,
      messages.ValidateConfigResponse,
      {
        typeName: "test_thing",
        config,
      },
    );
    expect(reply.diagnostics.map(({ summary }) => summary)).toEqual(["Empty"]);
  });
});
