// Timeouts: durations in the spelling of Go, and a signal that ends with the run or with the time.
import {
  defineResource,
  defineSchema,
  DiagnosticError,
  string,
  timeoutMs,
  timeouts,
  withDeadline,
} from "../../../src/bridge.ts";
import { thrownBy } from "../../support/thrown.ts";
import { ProviderClient, providerOf } from "./support/provider-client.ts";

const schema = defineSchema({
  attributes: { name: string({ required: true }), timeouts: timeouts("create", "delete") },
});

describe("a timeout", () => {
  it.each<[text: string | null, ms: number]>([
    ["30s", 30_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["300ms", 300],
    ["1m1s1ms", 61_001],
    ["0s", 0],
    [null, 1_200_000],
  ])("%s is %i ms", (text, ms) => {
    expect(timeoutMs(text, "20m")).toBe(ms);
  });

  it.each(["", "30", "s", "1d", "-1s", "1 h", "1h-30m", "1.h"])("is not %j", (text) => {
    expect(thrownBy(() => timeoutMs(text, "20m")).code).toBe("INVALID_ARGUMENT");
  });

  it("is an attribute that is validated", async () => {
    const resource = defineResource({
      type: "test_thing",
      schema,
      create: ({ plan }) => plan,
      read: ({ state }) => state,
      delete: () => undefined,
    });
    const client = new ProviderClient(providerOf({ resources: [resource] }));
    expect(await client.validate("test_thing", { name: "a", timeouts: { create: "1h", delete: null } })).toEqual([]);
    expect(await client.validate("test_thing", { name: "a", timeouts: { create: "soon", delete: null } })).toEqual([
      'error @timeouts.create: Invalid value: "timeouts.create" must be a duration such as 30s or 1h30m.',
    ]);
  });

  it("ends a create that takes too long", async () => {
    const resource = defineResource({
      type: "test_thing",
      schema,
      create: async ({ plan, signal }) => {
        const deadline = withDeadline(signal, timeoutMs(plan.timeouts?.create, "20m"));
        await new Promise((resolve) => deadline.addEventListener("abort", resolve));
        throw new DiagnosticError({ summary: "Not ready in time" });
      },
      read: ({ state }) => state,
      delete: () => undefined,
    });
    const client = new ProviderClient(providerOf({ resources: [resource] }));
    const config = { name: "a", timeouts: { create: "10ms", delete: null } };
    expect((await client.change("test_thing", { config, prior: null })).problems).toEqual([
      "error: Not ready in time: ",
    ]);
  });

  it("ends with the run as well", () => {
    const run = new AbortController();
    const deadline = withDeadline(run.signal, 3_600_000);
    run.abort();
    expect(deadline.aborted).toBe(true);
  });
});
