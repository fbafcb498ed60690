// What all calls have in common: nothing makes them fail, they run side by side, and they are logged when somebody listens.
import { defineResource, defineSchema, DiagnosticError, string } from "../../../../src/bridge.ts";
import { InputError, TransientError } from "../../../../src/base/errors.ts";
import { createLogSink } from "../../../../src/bridge/log.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { methodsOf } from "../../../../src/bridge/rpc/methods.ts";
import { decodeDynamic, ProviderClient, providerOf } from "../support/provider-client.ts";

const schema = defineSchema({
  attributes: { name: string({ required: true }), secret: string({ optional: true, sensitive: true }) },
});
const waiting = new Map<string, () => void>();

const resource = defineResource({
  type: "test_thing",
  schema,
  create: async ({ plan, log, signal }) => {
    if (plan.name === "stopped") {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new DiagnosticError({ summary: "Interrupted" });
    }
    if (plan.name.startsWith("wait")) await new Promise<void>((resolve) => waiting.set(plan.name, resolve));
    if (plan.name === "input")
      throw new InputError("INVALID_ARGUMENT", "name is wrong, got x", { path: "name", hint: "use y" });
    if (plan.name === "transient") throw new TransientError("SYSTEM_EXHAUSTED", "no port is free");
    // oxlint-disable-next-line typescript/only-throw-error -- what careless code does
    if (plan.name === "odd") throw "a text";
    log.info(`made${plan.secret === null ? "" : ` with ${plan.secret}`}`, () => ({
      name: plan.name,
      secret: plan.secret ?? "",
      count: 1,
    }));
    return plan;
  },
  read: ({ state }) => state,
  delete: () => undefined,
});
const provider = providerOf({ resources: [resource] });

describe("a call", () => {
  it.each<[name: string, problem: string]>([
    ["input", "error @name: Name is wrong, got x: Use y. [INVALID_ARGUMENT]"],
    ["transient", "error: No port is free: [SYSTEM_EXHAUSTED]"],
    [
      "odd",
      "error: The provider failed while creating test_thing: it threw a string\n\nThis is a bug in the provider. Please report it to its developers.",
    ],
  ])("that throws an error of this package or another says it: %s", async (name, problem) => {
    const reply = await new ProviderClient(provider).change("test_thing", { config: { name }, prior: null });
    expect(reply.problems).toEqual([problem]);
  });

  it.each([
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "UpgradeResourceState",
    "ImportResourceState",
    "ValidateResourceConfig",
    "ConfigureProvider",
    "ReadDataSource",
    "OpenEphemeralResource",
    "MoveResourceState",
  ])("%s with bytes that are no message is answered with a diagnostic", async (name) => {
    const method = methodsOf(new ProviderClient(provider).server, () => undefined).get(`/tfplugin6.Provider/${name}`);
    if (method?.kind !== "unary") throw new Error("no such call");
    const reply = Buffer.concat(await method.handle(Buffer.from("0a05", "hex")));
    expect(reply.toString("latin1")).toContain("protobuf message cannot be read");
  });

  it("with a value that is no MessagePack is answered with a diagnostic, and the next one works", async () => {
    const client = new ProviderClient(provider);
    const reply = await client.call("ReadResource", messages.ReadResourceRequest, messages.ReadResourceResponse, {
      typeName: "test_thing",
      currentState: { msgpack: Buffer.from("81a46e616d65a5", "hex") },
    });
    expect(reply.diagnostics[0]?.summary).toContain("MessagePack value cannot be read");
    expect((await client.read("test_thing", { name: "a" })).problems).toEqual([]);
  });

  it("takes JSON in place of MessagePack", async () => {
    const client = new ProviderClient(provider);
    const reply = await client.call("ReadResource", messages.ReadResourceRequest, messages.ReadResourceResponse, {
      typeName: "test_thing",
      currentState: { json: Buffer.from('{"name":"a"}') },
    });
    expect(decodeDynamic(schema.shape, reply.newState)).toEqual({ name: "a", secret: null });
  });

  it("runs beside others, each with its own outcome", async () => {
    const client = new ProviderClient(provider);
    const names = Array.from({ length: 10 }, (_, index) => `wait${index}`);
    const calls = names.map(
      async (name) =>
        await client.apply("test_thing", { config: { name }, prior: null, planned: { name, secret: null } }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(waiting.size).toBe(10);
    const failing = client.change("test_thing", { config: { name: "odd" }, prior: null });
    // One that fails meanwhile says nothing in the replies of the others.
    expect((await failing).problems).toHaveLength(1);
    for (const release of [...waiting.values()].toReversed()) release();
    expect((await Promise.all(calls)).map(({ state, problems }) => [state?.["name"], problems])).toEqual(
      names.map((name) => [name, []]),
    );
  });

  it("is told by StopProvider to hurry, and ends by itself", async () => {
    const client = new ProviderClient(provider);
    const call = client.change("test_thing", { config: { name: "stopped" }, prior: null });
    await new Promise((resolve) => setImmediate(resolve));
    await client.call("StopProvider", messages.Empty, messages.StopProviderResponse, {});
    expect((await call).problems).toEqual(["error: Interrupted: "]);
  });

  it("is answered by name in GetMetadata", async () => {
    const reply = await new ProviderClient(provider).call(
      "GetMetadata",
      messages.Empty,
      messages.GetMetadataResponse,
      {},
    );
    expect(reply.resources).toEqual([{ typeName: "test_thing" }]);
    expect(reply.serverCapabilities).toMatchObject({
      planDestroy: true,
      getProviderSchemaOptional: true,
      moveResourceState: true,
      generateResourceConfig: false,
    });
  });
});

describe("the log", () => {
  const linesAt = async (environment: Record<string, string>, config: Record<string, unknown>) => {
    const lines: string[] = [];
    const clock = { now: () => Date.UTC(2030, 0, 2, 3, 4, 5, 678), sleep: async () => undefined };
    const sink = createLogSink({ environment, clock, write: (line) => lines.push(line) });
    await new ProviderClient(provider, sink).change("test_thing", { config, prior: null });
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it("has a line for what the author logs, in the form that hosts show at its level", async () => {
    expect(await linesAt({ TF_LOG: "INFO" }, { name: "a" })).toEqual([
      {
        "@level": "info",
        "@message": "made",
        "@module": "provider",
        "@timestamp": "2030-01-02T03:04:05.678000Z",
        tf_req_id: "request-1",
        tf_rpc: "ApplyResourceChange",
        tf_resource_type: "test_thing",
        name: "a",
        secret: "",
        count: 1,
      },
    ]);
  });

  it("masks sensitive values", async () => {
    expect(await linesAt({ TF_LOG: "info" }, { name: "a", secret: "hunter22" })).toMatchObject([
      { "@message": "made with (sensitive value)", secret: "(sensitive value)" },
    ]);
  });

  it("tells of each call at trace", async () => {
    const lines = await linesAt({ TF_LOG: "trace" }, { name: "a" });
    expect(lines.map((line) => `${String(line["tf_rpc"])} ${String(line["@message"])}`)).toEqual([
      "PlanResourceChange request received",
      "PlanResourceChange request answered",
      "ApplyResourceChange request received",
      "ApplyResourceChange made",
      "ApplyResourceChange request answered",
    ]);
    expect(lines.at(-1)).toMatchObject({
      tf_req_duration_ms: 0,
      diagnostic_error_count: 0,
      diagnostic_warning_count: 0,
    });
  });

  it.each<[environment: Record<string, string>, isOn: boolean]>([
    [{}, false],
    [{ TF_LOG: "" }, false],
    [{ TF_LOG: "off" }, false],
    [{ TF_LOG: "warn" }, false],
    [{ TF_LOG: "INFO" }, true],
    [{ TF_LOG: "json" }, true],
    [{ TF_LOG: "nonsense" }, true],
    [{ TF_LOG_PROVIDER: "debug" }, true],
    [{ TF_LOG: "trace", TF_LOG_PROVIDER: "error" }, false],
  ])("with %j is on for info: %s", async (environment, isOn) => {
    expect((await linesAt(environment, { name: "a" })).some((line) => line["@level"] === "info")).toBe(isOn);
  });

  it("has the stack of what the provider throws", async () => {
    const lines = await linesAt({ TF_LOG: "error" }, { name: "transient" });
    expect(lines).toMatchObject([
      { "@level": "error", "@message": "the provider threw", error: expect.stringContaining("TransientError") },
    ]);
  });
});
