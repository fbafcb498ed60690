// ConfigureProvider and ValidateProviderConfig: data for every later call, and secrets masked in them.
import { defineSchema, string, unknown, withData } from "../../../../src/bridge.ts";
import { defineProvider } from "../../../../src/bridge/provider.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { decodeDynamic, encodeDynamic, ProviderClient, type Values } from "../support/provider-client.ts";

interface Api {
  readonly url: string;
}

const schema = defineSchema({
  attributes: { url: string({ required: true }), token: string({ optional: true, sensitive: true }) },
});
const sourceSchema = defineSchema({ attributes: { url: string({ computed: true }) } });

const { defineDataSource: define } = withData<Api>();
const source = define({
  type: "test_api",
  schema: sourceSchema,
  read: ({ data }) => {
    if (data.url === "leak") throw new Error("refused token tok-12345");
    return { url: data.url };
  },
});
const versions: string[] = [];
const newClient = () =>
  new ProviderClient(
    defineProvider({
      name: "test",
      address: "example/test",
      version: "1.0.0",
      schema,
      validate: ({ config, diagnostics }) => {
        if (config.url === "bad") diagnostics.error({ summary: "Bad", path: "url" });
      },
      configure: ({ config, terraformVersion, diagnostics }): Api => {
        versions.push(terraformVersion);
        if (config.url === unknown) {
          diagnostics.warning({ summary: "Not known yet" });
          return { url: "later" };
        }
        if (config.url === "boom") throw new Error("boom");
        return { url: config.url };
      },
      dataSources: [source],
    }),
  );

async function read(client: ProviderClient) {
  const reply = await client.call("ReadDataSource", messages.ReadDataSourceRequest, messages.ReadDataSourceResponse, {
    typeName: "test_api",
    config: encodeDynamic(sourceSchema.shape, { url: null }, "config"),
  });
  return { value: decodeDynamic(sourceSchema.shape, reply.state) as Values | null, problems: reply.diagnostics };
}

describe("ConfigureProvider", () => {
  it("gives every later call its data", async () => {
    const client = newClient();
    expect(await client.configure({ url: "https://a.test" })).toEqual([]);
    expect((await read(client)).value).toEqual({ url: "https://a.test" });
    expect(versions.at(-1)).toBe("1.13.0");
  });

  it("may be configured by what is not known yet", async () => {
    const client = newClient();
    expect(await client.configure({ url: unknown })).toEqual(["warning: Not known yet: "]);
    expect((await read(client)).value).toEqual({ url: "later" });
  });

  it("says what configure throws", async () => {
    expect(await newClient().configure({ url: "boom" })).toEqual([
      expect.stringContaining("The provider failed while being configured: Error: boom"),
    ]);
  });

  it("masks the provider's secrets in every later call", async () => {
    const client = newClient();
    await client.configure({ url: "leak", token: "tok-12345" });
    expect((await read(client)).problems[0]?.detail).toContain("refused token (sensitive value)");
  });

  it("is preceded by ValidateProviderConfig", async () => {
    const client = newClient();
    const validate = async (url: unknown) =>
      await client.call(
        "ValidateProviderConfig",
        messages.ValidateProviderConfigRequest,
        messages.ValidateProviderConfigResponse,
        {
          config: encodeDynamic(schema.shape, { url, token: null }, "config"),
        },
      );
    expect((await validate("bad")).diagnostics).toMatchObject([
      { summary: "Bad", attribute: { steps: [{ attributeName: "url" }] } },
    ]);
    expect((await validate(unknown)).diagnostics).toEqual([]);
  });
});
