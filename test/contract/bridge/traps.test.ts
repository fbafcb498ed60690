// Traps of the protocol that only a host can set, and what it says or keeps; each is a row of what sank other providers.
import {
  bigint,
  decimal,
  defineIdentity,
  defineProvider,
  defineResource,
  defineSchema,
  dynamic,
  identityAttribute,
  importById,
  int,
  listBlock,
  listNested,
  setNested,
  singleBlock,
  string,
  stringType,
  upgradeFromJson,
  useStateForUnknown,
} from "../../../src/bridge.ts";
import { acceptanceTest, expectAction, expectUnknownValue, expectValue } from "../../../src/testing.ts";
import { describeHosts } from "./support/hosts.ts";

const objects = new Map<string, Readonly<Record<string, unknown>>>();

const schema = (version: number) =>
  defineSchema({
    version,
    attributes: {
      id: string({ computed: true, identifier: true, planModifiers: [useStateForUnknown()] }),
      name: string({ optional: true }),
      misbehave: string({ optional: true }),
      big: bigint({ optional: true }),
      exact: decimal({ optional: true }),
      secret_wo: string({ optional: true, writeOnly: true }),
      json: string({ optional: true, semanticEquals: (a, b) => a.replaceAll(" ", "") === b.replaceAll(" ", "") }),
      peers: setNested({
        optional: true,
        attributes: {
          host: string({ required: true }),
          peer_id: string({ computed: true, planModifiers: [useStateForUnknown()] }),
        },
      }),
      rules: listNested({
        optional: true,
        attributes: {
          port: int({ required: true }),
          level: string({ optional: true, computed: true, default: "low" }),
        },
      }),
    },
    blocks: {
      disk: listBlock({ attributes: { gb: int({ required: true }), label: string({ optional: true }) } }),
      boot: singleBlock({ attributes: { disk: string({ optional: true }) } }),
    },
  });

/** What the provider does wrong on purpose, by the value of `misbehave`. */
const misbehaviors: Readonly<Record<string, object>> = {
  inconsistent: { name: "another" },
  "wrong type": { name: 5 },
  "write-only": { secret_wo: "leaked-secret" },
};

const terraformData = defineSchema({
  attributes: { id: string({ computed: true }), input: dynamic({ optional: true }) },
});

function providerOf(version = 0) {
  const current = schema(version);
  let count = 0;
  const finish = (plan: Readonly<Record<string, unknown>>, id: string) => {
    const peers = plan["peers"] as readonly { host: string }[] | null;
    const state = { ...plan, id, peers: peers?.map(({ host }) => ({ host, peer_id: `peer-${host}` })) ?? null };
    objects.set(id, state);
    return { ...state, ...misbehaviors[String(plan["misbehave"] as string)] } as never;
  };
  const thing = defineResource({
    type: "trap_thing",
    schema: current,
    identity: defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } }),
    create: ({ plan }) => finish(plan, `t${++count}`),
    read: ({ state }) => objects.get(state.id) as never,
    update: ({ plan, state }) => finish(plan, state.id),
    delete: ({ state }) => void objects.delete(state.id),
    importState: importById(),
    upgradeState: {
      0: upgradeFromJson((state) => ({ ...(state as object), name: `upgraded ${state["name"] as string}` }) as never),
    },
    moveState: ({ sourceType, read }) => {
      const source = sourceType === "terraform_data" ? read(terraformData) : undefined;
      if (source?.input?.type.kind !== "string") return undefined;
      const state = { id: "moved", name: source.input.value as string };
      objects.set("moved", { ...blank, ...state });
      return { ...blank, ...state } as never;
    },
  });
  return defineProvider({
    name: "trap",
    address: "example/trap",
    version: "1.0.0",
    configure: () => undefined,
    resources: [thing],
  });
}

const blank = Object.fromEntries(schema(0).shape.fields.map(({ name }) => [name, name === "disk" ? [] : null]));

const head = 'terraform {\n  required_providers {\n    trap = { source = "example/trap" }\n  }\n}\n';
const thing = (body: string) => `${head}resource "trap_thing" "a" {\n${body}\n}\n`;
const address = "trap_thing.a";

describeHosts("a provider", ({ it: itNeeds, path: host }) => {
  beforeEach(() => objects.clear());
  const provider = providerOf();

  it("keeps whole numbers above 2^53 and decimals exactly: the second plan is empty", async () => {
    const config = thing("big = 9007199254740993\nexact = 3.14159265358979323846264338327950288");
    await acceptanceTest({ host, provider, steps: [{ config }] });
  });

  it.each<[misbehave: string, message: RegExp]>([
    [
      "inconsistent",
      /answered wrongly for trap_thing: At trap_thing, attribute "name": another value came back than was planned/,
    ],
    ["wrong type", /answered wrongly for trap_thing: At trap_thing, attribute "name": got a number, expected string/],
  ])(
    "that answers wrongly is named with the attribute, before the host complains without: %s",
    async (misbehave, message) => {
      const config = thing(`name = "a"\nmisbehave = "${misbehave}"`);
      const steps = [
        { config, expectError: message },
        // The object is in the state, tainted, and so is replaced and not forgotten.
        { config: thing('name = "a"'), planChecks: [expectAction(address, "replace")] },
      ];
      await acceptanceTest({ host, provider, steps });
    },
  );

  itNeeds("that returns a write-only value stores none", ["write-only attributes"], async () => {
    const config = thing('secret_wo = "x"\nmisbehave = "write-only"');
    await acceptanceTest({
      host,
      provider,
      steps: [{ config, stateChecks: [expectValue(address, ["secret_wo"], null)] }],
    });
  });

  it("keeps computed values of set elements, defaults in lists and blocks apart from each other", async () => {
    const before = thing(
      'peers = [{ host = "a" }, { host = "b" }]\nrules = [{ port = 1 }, { port = 2, level = "high" }]\ndisk {\n  gb = 1\n}\ndisk {\n  gb = 2\n  label = "l"\n}\nboot {\n  disk = "x"\n}',
    );
    const after = thing('peers = [{ host = "c" }, { host = "b" }]\nrules = [{ port = 2 }]\ndisk {\n  gb = 2\n}');
    await acceptanceTest({
      host,
      provider,
      steps: [
        {
          config: before,
          stateChecks: [
            expectValue(
              address,
              ["rules"],
              [
                { port: 1, level: "low" },
                { port: 2, level: "high" },
              ],
            ),
            expectValue(address, ["disk", 1], { gb: 2, label: "l" }),
            expectValue(address, ["boot"], { disk: "x" }),
          ],
        },
        {
          config: after,
          planChecks: [expectAction(address, "update")],
          stateChecks: [
            expectValue(
              address,
              ["peers"],
              [
                { host: "b", peer_id: "peer-b" },
                { host: "c", peer_id: "peer-c" },
              ],
            ),
            expectValue(address, ["boot"], null),
          ],
        },
      ],
    });
  });

  it("takes blocks whose number is not known yet", async () => {
    const config = `${head}resource "trap_thing" "b" {\n  name = "b"\n}\nresource "trap_thing" "a" {\n  dynamic "disk" {\n    for_each = toset([trap_thing.b.id])\n    content {\n      gb    = 1\n      label = disk.value\n    }\n  }\n}\n`;
    await acceptanceTest({
      host,
      provider,
      steps: [{ config, stateChecks: [expectValue(address, ["disk", 0, "label"], /^t/)] }],
    });
  });

  it("sees no change in a text that means the same", async () => {
    const steps = [
      { config: thing('json = "{ }"') },
      { config: thing('json = "{}"'), planChecks: [expectAction(address, "no-op")] },
    ];
    await acceptanceTest({ host, provider, steps });
  });

  it("takes an object over from terraform_data", async () => {
    await acceptanceTest({
      host,
      provider,
      steps: [
        { config: `${head}resource "terraform_data" "old" {\n  input = "hello"\n}\n` },
        {
          config: `${thing('name = "hello"')}moved {\n  from = terraform_data.old\n  to   = trap_thing.a\n}\n`,
          planChecks: [expectAction(address, "no-op")],
          stateChecks: [expectValue(address, ["id"], "moved")],
        },
      ],
    });
  });

  itNeeds("is imported by identity", ["import by identity"], async () => {
    const identity = () => ({ id: "t1" });
    const steps = [{ config: thing('name = "a"') }, { importAddress: address, identity }];
    await acceptanceTest({ host, provider: providerOf(), steps });
  });

  it("plans what follows from a change as not known yet", async () => {
    const config = (peer: string) => thing(`peers = [{ host = "${peer}" }]`);
    const steps = [
      { config: config("a") },
      { config: config("b"), planChecks: [expectUnknownValue(address, ["peers", 0, "peer_id"])] },
    ];
    await acceptanceTest({ host, provider, steps });
  });
});
