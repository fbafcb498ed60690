// Every RPC of the protocol, called by HashiCorp's own client: go-plugin starts the provider, checks its certificate and shows its own,
// google.golang.org/grpc carries the calls, go-cty reads the values. Some of these RPCs no host calls today.
import { join } from "node:path";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { packageProvider } from "../bridge/support/packaged-provider.ts";
import { type GoClient, type Json, startGoClient } from "./support/go-client.ts";

const real = await realParts("go-client");
const unknown = "$unknown";
const shipType = ["object", { id: "string", name: "string", yard: "string", crew: "number", code_wo: "string" }];
const types = { identityData: ["object", { id: "string" }] };
const listType = ["object", { prefix: "string" }];
const regionType = ["object", { region: "string" }];
const censusType = ["object", { prefix: "string", ships: "number" }];
const flagType = ["object", { flag: "string" }];
const passType = ["object", { holder: "string", token: "string" }];
const argo = { id: "ship-1", name: "Argo", yard: null, crew: 3, code_wo: null };
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const parsed = (bytes: unknown): unknown => JSON.parse(Buffer.from(String(bytes), "base64").toString("utf8"));

real.describe("the bridge under HashiCorp's client", () => {
  const workspace = createWorkspace();
  let client: GoClient;

  beforeAll(async () => {
    const entry = join(import.meta.dirname, "support", "fleet-provider.ts");
    const script = await packageProvider(workspace, "fleet", entry);
    client = startGoClient(real.paths["go-client"], [process.execPath, script], workspace.environment());
    const configured = await client.ok("ConfigureProvider", {
      type: regionType,
      request: { terraformVersion: "1.13.0", config: { region: "north" } },
    });
    expect(configured["diagnostics"]).toEqual([]);
  });
  afterAll(async () => {
    await client.process.stop();
    workspace.remove();
  });

  const ship = async (method: string, request: Json) =>
    await client.ok(method, { type: shipType, types, request: { typeName: "fleet_ship", ...request } });

  it("GetProviderSchema tells every schema, function and capability", async () => {
    const schema: Json = await client.ok("GetProviderSchema");
    expect(schema).toMatchObject({
      diagnostics: [],
      provider: { block: { attributes: [{ name: "region", type: base64("string"), required: true }] } },
      dataSourceSchemas: { fleet_census: {} },
      ephemeralResourceSchemas: { fleet_pass: {} },
      functions: {
        join: { variadicParameter: { name: "parts", type: base64("string") }, return: { type: base64("string") } },
      },
      serverCapabilities: { planDestroy: true, getProviderSchemaOptional: true, moveResourceState: true },
    });
    const { version, block } = (schema["resourceSchemas"] as Record<string, Json>)["fleet_ship"] as {
      version: string;
      block: { attributes: Json[] };
    };
    expect(version).toBe("1");
    expect(block.attributes.find(({ name }) => name === "code_wo")).toMatchObject({ writeOnly: true, sensitive: true });
  });

  it("GetMetadata tells the types", async () => {
    expect(await client.ok("GetMetadata")).toMatchObject({
      dataSources: [{ typeName: "fleet_census" }],
      resources: [{ typeName: "fleet_ship" }],
      functions: [{ name: "join" }, { name: "double" }],
      ephemeralResources: [{ typeName: "fleet_pass" }],
    });
  });

  it("GetResourceIdentitySchemas tells the identities", async () => {
    expect(await client.ok("GetResourceIdentitySchemas")).toMatchObject({
      identitySchemas: {
        fleet_ship: { version: "1", identityAttributes: [{ name: "id", requiredForImport: true }] },
      },
    });
  });

  it.each([
    ["ValidateProviderConfig", regionType, {}, { region: "north" }, { region: "much too long" }, "region"],
    [
      "ValidateResourceConfig",
      shipType,
      { typeName: "fleet_ship", clientCapabilities: { writeOnlyAttributesAllowed: true } },
      { name: unknown, code_wo: "1234" },
      { name: "a name of many more than twenty" },
      "name",
    ],
    [
      "ValidateDataResourceConfig",
      censusType,
      { typeName: "fleet_census" },
      { prefix: "A" },
      { prefix: "longer" },
      "prefix",
    ],
    [
      "ValidateEphemeralResourceConfig",
      passType,
      { typeName: "fleet_pass" },
      { holder: unknown },
      { holder: "x".repeat(21) },
      "holder",
    ],
    [
      "ValidateListResourceConfig",
      listType,
      { typeName: "fleet_ship" },
      { prefix: unknown },
      { prefix: "longer" },
      "prefix",
    ],
  ])(
    "%s takes what is right and names the attribute that is wrong",
    async (method, type, about, right, wrong, path) => {
      const diagnose = async (config: Json) => {
        const reply: Json = await client.ok(method, { type, request: { ...about, config } });
        return reply["diagnostics"];
      };
      expect(await diagnose(right)).toEqual([]);
      expect(await diagnose(wrong)).toMatchObject([
        { severity: "ERROR", attribute: { steps: [{ attributeName: path }] } },
      ]);
    },
  );

  it("ReadResource tells the object, its identity, or that it is gone", async () => {
    expect(await ship("ReadResource", { currentState: { ...argo, name: "old" } })).toMatchObject({
      newState: argo,
      newIdentity: { identityData: { id: "ship-1" } },
      diagnostics: [],
    });
    expect(await ship("ReadResource", { currentState: { ...argo, id: "ship-99" } })).toMatchObject({ newState: null });
  });

  it("PlanResourceChange fills in defaults and unknowns, nulls what is write-only, and says what replaces", async () => {
    const config = { name: "Vasa", code_wo: "1234" };
    expect(await ship("PlanResourceChange", { priorState: null, proposedNewState: config, config })).toMatchObject({
      plannedState: { id: unknown, name: "Vasa", yard: null, crew: 3, code_wo: null },
      requiresReplace: [],
      diagnostics: [],
    });
    const moved = { name: "Argo", yard: "Karlskrona" };
    const change = { priorState: argo, proposedNewState: { ...argo, ...moved }, config: moved };
    expect(await ship("PlanResourceChange", change)).toMatchObject({
      plannedState: { ...argo, yard: "Karlskrona" },
      requiresReplace: [{ steps: [{ attributeName: "yard" }] }],
    });
    const none = { priorState: argo, proposedNewState: argo, config: { name: "Argo" } };
    expect(await ship("PlanResourceChange", none)).toMatchObject({ plannedState: argo, requiresReplace: [] });
    const destroy = { priorState: argo, proposedNewState: null, config: null };
    expect(await ship("PlanResourceChange", destroy)).toMatchObject({ plannedState: null, diagnostics: [] });
  });

  it("ApplyResourceChange creates, changes, fails at the attribute, and destroys", async () => {
    const config = { name: "Vasa", code_wo: "1234" };
    const planned = { id: unknown, name: "Vasa", yard: null, crew: 3, code_wo: null };
    const created = await ship("ApplyResourceChange", { priorState: null, plannedState: planned, config });
    const vasa = { ...planned, id: "ship-2" };
    expect(created).toMatchObject({ newState: vasa, newIdentity: { identityData: { id: "ship-2" } }, diagnostics: [] });
    expect(parsed((created as Json)["private"])).toEqual({ launched: true });

    const renamed = { ...vasa, name: "Mars" };
    const change = { priorState: vasa, plannedState: renamed, config: { name: "Mars" } };
    expect(await ship("ApplyResourceChange", change)).toMatchObject({ newState: renamed, diagnostics: [] });

    const sinking = { priorState: renamed, plannedState: { ...vasa, name: "Titanic" }, config: { name: "Titanic" } };
    expect(await ship("ApplyResourceChange", sinking)).toMatchObject({
      newState: renamed,
      diagnostics: [
        { severity: "ERROR", summary: "This name sinks", attribute: { steps: [{ attributeName: "name" }] } },
      ],
    });
    const destroy = { priorState: renamed, plannedState: null, config: null };
    expect(await ship("ApplyResourceChange", destroy)).toMatchObject({ newState: null, diagnostics: [] });
    expect(await ship("ReadResource", { currentState: renamed })).toMatchObject({ newState: null });
  });

  it("ImportResourceState takes an id or an identity", async () => {
    const imported = { importedResources: [{ typeName: "fleet_ship", state: { id: "ship-1" } }], diagnostics: [] };
    expect(await ship("ImportResourceState", { id: "ship-1" })).toMatchObject(imported);
    const identity = { identityData: { id: "ship-1" } };
    expect(await ship("ImportResourceState", { identity })).toMatchObject(imported);
  });

  it("UpgradeResourceState reads this version and the former one, and refuses a later one", async () => {
    const upgrade = async (version: number, json: unknown) =>
      await ship("UpgradeResourceState", { version, rawState: { json: base64(json) } });
    expect(await upgrade(1, argo)).toMatchObject({ upgradedState: argo, diagnostics: [] });
    expect(await upgrade(0, { number: "7", name: "Argo" })).toMatchObject({
      upgradedState: { ...argo, id: "ship-7" },
      diagnostics: [],
    });
    expect(await upgrade(2, argo)).toMatchObject({ diagnostics: [{ severity: "ERROR" }] });
  });

  it("UpgradeResourceIdentity reads the former version", async () => {
    const rawIdentity = { json: base64({ number: "7" }) };
    expect(await ship("UpgradeResourceIdentity", { version: 0, rawIdentity })).toMatchObject({
      upgradedIdentity: { identityData: { id: "ship-7" } },
      diagnostics: [],
    });
  });

  it("MoveResourceState takes over what it knows, and refuses the rest", async () => {
    const move = async (sourceTypeName: string) =>
      await client.ok("MoveResourceState", {
        type: shipType,
        types,
        request: {
          sourceProviderAddress: "registry.example.com/acme/harbour",
          sourceTypeName,
          sourceState: { json: base64({ title: "Argo" }) },
          targetTypeName: "fleet_ship",
        },
      });
    expect(await move("harbour_boat")).toMatchObject({ targetState: { ...argo, crew: 1 }, diagnostics: [] });
    expect(await move("harbour_crane")).toMatchObject({ diagnostics: [{ severity: "ERROR" }] });
  });

  it("ReadDataSource reads", async () => {
    const request = { typeName: "fleet_census", config: { prefix: "A" } };
    expect(await client.ok("ReadDataSource", { type: censusType, request })).toMatchObject({
      state: { prefix: "A", ships: 1 },
      diagnostics: [],
    });
  });

  it("what a module says in provider_meta reaches every call that carries it", async () => {
    const config = { name: "Meta" };
    const planned = { id: unknown, name: "Meta", yard: null, crew: 3, code_wo: null };
    const requests: [method: string, type: unknown, request: Json][] = [
      ["ReadResource", shipType, { typeName: "fleet_ship", currentState: argo }],
      ["PlanResourceChange", shipType, { typeName: "fleet_ship", priorState: null, proposedNewState: config, config }],
      ["ApplyResourceChange", shipType, { typeName: "fleet_ship", priorState: null, plannedState: planned, config }],
      ["ReadDataSource", censusType, { typeName: "fleet_census", config: { prefix: "A" } }],
    ];
    for (const [method, type, request] of requests) {
      const withMeta = { ...request, providerMeta: { flag: "blue" } };
      const reply = await client.ok(method, { type, types: { ...types, providerMeta: flagType }, request: withMeta });
      expect(reply["diagnostics"]).toMatchObject([{ severity: "WARNING", summary: "Under a blue flag" }]);
      if (method !== "ApplyResourceChange") continue;
      const gone = { priorState: reply["newState"], plannedState: null, config: null };
      await ship("ApplyResourceChange", gone);
    }
    const schema: Json = await client.ok("GetProviderSchema");
    expect(schema).toMatchObject({ providerMeta: { block: { attributes: [{ name: "flag" }] } } });
  });

  it("ListResource streams what there is, up to the limit", async () => {
    const list = async (config: Json, more: Json = {}) => {
      const request = { typeName: "fleet_ship", config, includeResourceObject: true, limit: 10, ...more };
      const asked = { type: shipType, types: { ...types, config: listType }, request };
      const { replies, code } = await client.call("ListResource", asked);
      return { replies, code };
    };
    const argos = [argo, { ...argo, id: "ship-2", name: "Argo II" }];
    for (const name of ["Argo II", "Vasa"]) {
      const planned = { ...argo, id: unknown, name };
      await ship("ApplyResourceChange", { priorState: null, plannedState: planned, config: { name } });
    }
    const events = argos.map((state) => ({
      displayName: state.name,
      identity: { identityData: { id: state.id } },
      resourceObject: { id: state.id, name: state.name },
      diagnostic: [],
    }));
    expect(await list({ prefix: "Argo" })).toMatchObject({ code: undefined, replies: events });
    expect(await list({ prefix: "Argo" }, { limit: 1 })).toMatchObject({ replies: events.slice(0, 1) });
    const { replies } = await list({ prefix: "Argo" }, { includeResourceObject: false });
    expect(replies?.map((reply) => "resourceObject" in reply)).toEqual([false, false]);
    expect((await list({ prefix: "Z" })).replies ?? []).toEqual([]);
  });

  it("OpenEphemeralResource, RenewEphemeralResource and CloseEphemeralResource hand their private data on", async () => {
    const about = { typeName: "fleet_pass" };
    const opened: Json = await client.ok("OpenEphemeralResource", {
      type: passType,
      request: { ...about, config: { holder: "Jason" } },
    });
    expect(opened).toMatchObject({
      result: { holder: "Jason", token: "pass of Jason" },
      renewAt: "2030-01-01T00:00:00Z",
      diagnostics: [],
    });
    const renewed: Json = await client.ok("RenewEphemeralResource", {
      request: { ...about, private: opened["private"] },
    });
    expect(renewed).toMatchObject({ renewAt: "2030-01-02T00:00:00Z", diagnostics: [] });
    expect(parsed(renewed["private"])).toEqual({ holder: "Jason", renewals: 1 });
    const closed = await client.ok("CloseEphemeralResource", { request: { ...about, private: renewed["private"] } });
    expect(closed).toMatchObject({ diagnostics: [{ severity: "WARNING", summary: "Closed after 1 renewals" }] });
  });

  it("GetFunctions tells the functions", async () => {
    const reply: Json = await client.ok("GetFunctions");
    expect(Object.keys(reply["functions"] as object).toSorted()).toEqual(["double", "join"]);
  });

  it("CallFunction takes any number of arguments, and names the one that is wrong", async () => {
    const join = async (...given: string[]) =>
      await client.ok("CallFunction", { type: "string", request: { name: "join", arguments: given } });
    expect(await join("-", "a", "b", "c")).toMatchObject({ result: "a-b-c", error: null });
    expect(await join("-")).toMatchObject({ result: "", error: null });
    expect(await join("", "a")).toMatchObject({
      result: null,
      error: { text: "expected a separator", functionArgument: "0" },
    });
    const request = { name: "double", arguments: [21] };
    expect(await client.ok("CallFunction", { type: "number", request })).toMatchObject({ result: 42, error: null });
  });

  it("StopProvider is answered", async () => {
    expect(await client.ok("StopProvider")).toEqual({ Error: "" });
  });

  it.each(["PlanAction", "InvokeAction", "ConfigureStateStore", "ReadStateBytes", "GenerateResourceConfig"])(
    "%s, which is not implemented, is said to be so",
    async (method) => {
      expect(await client.call(method)).toMatchObject({ code: "Unimplemented" });
    },
  );

  it("leaves no method out but those of actions and state stores", async () => {
    const missing = (await client.methods()).filter((method) => !client.called.has(method));
    const notOurs = /Action|StateStore|StateBytes|^(Lock|Unlock|Get|Delete)States?$/;
    expect(missing.filter((method) => !notOurs.test(method))).toEqual([]);
    for (const method of missing) expect(await client.call(method)).toMatchObject({ code: "Unimplemented" });
  });

  it("ends by itself when the client lets go of it", async () => {
    expect(await client.end()).toBe(0);
    expect(client.process.stderr()).not.toContain("exit gracefully");
  });
});
