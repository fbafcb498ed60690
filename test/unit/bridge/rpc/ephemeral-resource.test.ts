// Ephemeral resources: opened, renewed at the time they say, closed, with private state between the calls.
import { defineEphemeralResource, defineSchema, oneOf, string } from "../../../../src/bridge.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import {
  decodeDynamic,
  encodeDynamic,
  nullsFor,
  ProviderClient,
  providerOf,
  type Values,
} from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: {
    role: string({ required: true, validators: [oneOf("a", "b", "boom", "wrong")] }),
    token: string({ computed: true, sensitive: true }),
  },
});
const events: string[] = [];
const renewal = new Date("2030-01-02T03:04:05.678Z");

const token = defineEphemeralResource({
  type: "test_token",
  schema,
  open: ({ config, private: kept, renewAt }) => {
    if (config.role === "boom") throw new Error("boom");
    if (config.role === "wrong") return { role: "wrong", token: 5 as never };
    kept.set("lease", config.role);
    renewAt(renewal);
    return { ...config, token: `token of ${config.role}` };
  },
  renew: ({ private: kept, renewAt }) => {
    events.push(`renew ${kept.get("lease") as string}`);
    kept.set("lease", "renewed");
    renewAt(new Date(renewal.getTime() + 1000));
  },
  close: ({ private: kept }) => {
    events.push(`close ${kept.get("lease") as string}`);
    if (kept.get("lease") === "stuck") throw new Error("stuck");
  },
});
const bare = defineEphemeralResource({ type: "test_bare", schema, open: ({ config }) => ({ ...config, token: "t" }) });
const client = new ProviderClient(providerOf({ ephemeralResources: [token, bare] }));

async function open(config: Values, typeName = "test_token") {
  const encoded = encodeDynamic(schema.shape, nullsFor(schema.shape, config), "config");
  return await client.call(
    "OpenEphemeralResource",
    messages.OpenEphemeralResourceRequest,
    messages.OpenEphemeralResourceResponse,
    {
      typeName,
      config: encoded,
    },
  );
}
const renew = async (typeName: string, kept: Uint8Array) =>
  await client.call(
    "RenewEphemeralResource",
    messages.RenewEphemeralResourceRequest,
    messages.RenewEphemeralResourceResponse,
    { typeName, private: kept },
  );
const close = async (typeName: string, kept: Uint8Array) =>
  await client.call(
    "CloseEphemeralResource",
    messages.CloseEphemeralResourceRequest,
    messages.CloseEphemeralResourceResponse,
    { typeName, private: kept },
  );

describe("an ephemeral resource", () => {
  it("is opened, renewed and closed with what it kept", async () => {
    const opened = await open({ role: "a" });
    expect(opened.diagnostics).toEqual([]);
    expect(decodeDynamic(schema.shape, opened.result)).toEqual({ role: "a", token: "token of a" });
    expect(opened.renewAt).toEqual({ seconds: Math.floor(renewal.getTime() / 1000), nanos: 678_000_000 });
    const renewed = await renew("test_token", opened.private ?? new Uint8Array(0));
    expect(renewed.renewAt?.seconds).toBe(Math.floor(renewal.getTime() / 1000) + 1);
    expect((await close("test_token", renewed.private ?? new Uint8Array(0))).diagnostics).toEqual([]);
    expect(events).toEqual(["renew a", "close renewed"]);
  });

  it("need not know how to renew and close", async () => {
    const opened = await open({ role: "a" }, "test_bare");
    expect(opened.renewAt).toBeUndefined();
    expect((await renew("test_bare", new Uint8Array(0))).diagnostics).toEqual([]);
    expect((await close("test_bare", new Uint8Array(0))).diagnostics).toEqual([]);
  });

  it.each<[what: string, config: Values, message: RegExp]>([
    ["what open throws", { role: "boom" }, /The provider failed while opening test_token/],
    ["a result of a wrong type", { role: "wrong" }, /answered wrongly for test_token/],
  ])("says %s", async (_what, config, message) => {
    expect((await open(config)).diagnostics[0]?.summary).toMatch(message);
  });

  it("says what close throws", async () => {
    expect((await close("test_token", Buffer.from('{"lease":"stuck"}'))).diagnostics[0]?.detail).toContain("stuck");
  });

  it("is validated", async () => {
    const config = encodeDynamic(schema.shape, { role: "z", token: null }, "config");
    const reply = await client.call(
      "ValidateEphemeralResourceConfig",
      messages.ValidateConfigRequest,
      messages.ValidateConfigResponse,
      {
        typeName: "test_token",
        config,
      },
    );
    expect(reply.diagnostics[0]?.detail).toContain('"role" must be one of');
  });
});
