// Many calls and many attributes: nothing is kept from one call to the next.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Attribute, defineResource, defineSchema, list, stringType, string } from "../../../../src/bridge.ts";
import { ProviderClient, providerOf, type Values } from "../support/provider-client.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function clientOf(attributes: Readonly<Record<string, Attribute>>): ProviderClient {
  const resource = defineResource({
    type: "test_thing",
    schema: defineSchema({ attributes }),
    create: ({ plan }) => plan as never,
    read: ({ state }) => state,
    update: ({ plan }) => plan as never,
    delete: () => undefined,
  });
  return new ProviderClient(providerOf({ resources: [resource] }));
}

/** Bytes in use after everything that can be freed has been. */
function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe("a provider", () => {
  it("uses no more memory after 10,000 calls", async () => {
    const client = clientOf({
      name: string({ required: true }),
      secret: string({ optional: true, sensitive: true }),
      tags: list(stringType, { optional: true }),
    });
    const call = async (index: number) => {
      const config = { name: `n${index}`, secret: `secret-${index}`, tags: ["a", `b${index}`] };
      const { problems } = await client.plan("test_thing", {
        config,
        prior: index % 2 === 0 ? null : { ...config, name: "old" },
      });
      if (problems.length > 0) throw new Error(problems.join());
    };
    // What is compiled and cached once is there before the first measurement.
    for (let index = 0; index < 2_000; index += 1) await call(index);
    const before = heapBytes();
    for (let index = 0; index < 10_000; index += 1) await call(index);
    // 100 bytes kept by each call would be one megabyte.
    expect(heapBytes() - before).toBeLessThan(1_000_000);
  });

  it("plans and applies 500 attributes", async () => {
    const names = Array.from({ length: 500 }, (_, index) => `a${index}`);
    const client = clientOf(Object.fromEntries(names.map((name) => [name, string({ optional: true })])));
    const config: Values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const reply = await client.change("test_thing", { config, prior: null });
    expect(reply.problems).toEqual([]);
    expect(reply.state).toEqual(config);
  });
});
