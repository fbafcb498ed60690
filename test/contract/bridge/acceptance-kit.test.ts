// The acceptance test kit itself: it passes what is right, and each kind of wrong provider or expectation fails with a message that says so.
import {
  defineProvider,
  defineResource,
  defineSchema,
  importById,
  int,
  type Provider,
  string,
  unknown,
  useStateForUnknown,
} from "../../../src/bridge.ts";
import {
  acceptanceTest,
  type AcceptanceTest,
  expectAction,
  expectEmptyPlan,
  expectOutput,
  expectPlannedValue,
  expectUnknownValue,
  expectValue,
  ofSize,
  partial,
  present,
} from "../../../src/testing.ts";
import { realPart } from "../../support/real-parts.ts";

type Values = Readonly<Record<string, unknown>>;

/** A provider whose one resource does what these say. */
function kitProvider(parts: { read?: (state: Values) => Values | undefined; remove?: () => void } = {}): Provider {
  const schema = defineSchema({
    attributes: {
      id: string({
        computed: true,
        identifier: true,
        planModifiers: [useStateForUnknown()],
      }),
      text: string({ required: true }),
      drift: int({ computed: true }),
    },
  });
  let reads = 0;
  const thing = defineResource({
    type: "kit_thing",
    schema,
    create: ({ plan }) => ({ ...plan, id: "1", drift: 0 }),
    read: ({ state }) =>
      parts.read === undefined
        ? { ...state, text: state.text ?? "imported" }
        : (parts.read({ ...state, reads: ++reads }) as never),
    update: ({ plan }) => ({ ...plan, id: "1", drift: 0 }),
    delete: () => parts.remove?.(),
    importState: importById(),
    modifyPlan: ({ plan }) =>
      plan === null ? undefined : plan.text === "restless" ? { ...plan, drift: unknown } : undefined,
  });
  return defineProvider({
    name: "kit",
    address: "example/kit",
    version: "1.0.0",
    configure: () => undefined,
    resources: [thing],
  });
}

const config = (text = "a", more = "") =>
  `terraform {\n  required_providers {\n    kit = { source = "example/kit" }\n  }\n}\nresource "kit_thing" "a" {\n  text = "${text}"\n}\n${more}`;
const address = "kit_thing.a";

const real = await realPart("tofu");
real.describe("the acceptance test kit", () => {
  const kit = async (test: Omit<AcceptanceTest, "provider" | "host"> & { provider?: Provider }) =>
    await acceptanceTest({ provider: kitProvider(), ...test, host: real.path });

  it("passes what is right, and destroys it in the end", async () => {
    let removed = 0;
    const provider = kitProvider({ remove: () => void (removed += 1) });
    const last: string[] = [];
    const result = await kit({
      provider,
      checkDestroy: (state) => void last.push(...state.addresses),
      steps: [
        {
          config: config("a", 'output "text" { value = kit_thing.a.text }'),
          stateChecks: [expectOutput("text", "a"), expectValue(address, [], partial({ id: present, text: ofSize(1) }))],
        },
        {
          config: config("b"),
          planChecks: [expectAction(address, "update"), expectPlannedValue(address, ["id"], "1")],
        },
        { config: config("b"), planOnly: true, planChecks: [expectEmptyPlan()] },
        { config: config("b"), taint: [address], planChecks: [expectAction(address, "replace")] },
        { config: config("b"), destroy: true, planChecks: [expectAction(address, "delete")] },
        { config: { "main.tf": config("${var.t}"), "variables.tf": 'variable "t" {}' }, variables: { t: "c" } },
      ],
    });
    expect(result).toEqual({ skipped: undefined });
    expect(removed).toBe(3);
    expect(last).toEqual([address]);
  });

  it.each<[what: string, test: Parameters<typeof kit>[0], message: RegExp]>([
    [
      "a plan that never gets empty",
      { steps: [{ config: config("restless") }] },
      /^step 1: the second plan is not empty: kit_thing\.a: update/,
    ],
    [
      "a value that drifts with each read",
      {
        provider: kitProvider({
          read: (state) => ({ id: state["id"], text: `drift ${String(state["reads"] as number)}`, drift: 0 }),
        }),
        steps: [{ config: config() }],
      },
      /^step 1: the second plan is not empty: kit_thing\.a: update/,
    ],
    [
      "an object that is gone at once",
      { provider: kitProvider({ read: () => undefined }), steps: [{ config: config() }] },
      /the second plan is not empty: kit_thing\.a: create/,
    ],
    [
      "a second plan that is empty",
      { steps: [{ config: config(), expectNonEmptyPlan: true }] },
      /^step 1: the second plan is empty/,
    ],
    [
      "another value",
      { steps: [{ config: config(), stateChecks: [expectValue(address, ["text"], "b")] }] },
      /^step 1: kit_thing\.a text: got "a", expected "b"/,
    ],
    [
      "a value that does not match",
      { steps: [{ config: config(), stateChecks: [expectValue(address, ["text"], /^b/)] }] },
      /got "a", expected a text that matches/,
    ],
    [
      "a resource that is not there",
      { steps: [{ config: config(), stateChecks: [expectValue("kit_thing.b", [], 1)] }] },
      /kit_thing\.b is not in the state, which has kit_thing\.a/,
    ],
    [
      "another action",
      { steps: [{ config: config(), planChecks: [expectAction(address, "update")] }] },
      /action of kit_thing\.a: got "create", expected "update"/,
    ],
    [
      "a known value that should be unknown",
      { steps: [{ config: config(), planChecks: [expectUnknownValue(address, ["text"])] }] },
      /unknown kit_thing\.a text: got nothing, expected true/,
    ],
    [
      "the second step, by its number",
      { steps: [{ config: config() }, { config: config("b"), planChecks: [expectEmptyPlan()] }] },
      /^step 2: changes in the plan/,
    ],
    ["an error that was not expected", { steps: [{ config: "resource {" }] }, /^step 1: (init|plan) failed/],
    [
      "an error that did not come",
      { steps: [{ config: config(), expectError: /boom/ }] },
      /^step 1: nothing failed, expected \/boom\//,
    ],
    [
      "another error than expected",
      { steps: [{ config: 'resource "kit_thing" "a" {}', expectError: /boom/ }] },
      /failed otherwise than with \/boom\//,
    ],
    [
      "a warning that did not come",
      { steps: [{ config: config(), expectWarning: /old/ }] },
      /no warning matches \/old\//,
    ],
    [
      "an import that finds something else",
      { steps: [{ config: config() }, { importAddress: address, id: "2" }] },
      /^step 2: imported kit_thing\.a drift: got null, expected 0/,
    ],
    [
      "an import without a configuration",
      { steps: [{ importAddress: address }] },
      /an import needs a configuration step before it/,
    ],
    [
      "what is left after the end",
      {
        steps: [{ config: config() }],
        checkDestroy: () => {
          throw new Error("one thing is left");
        },
      },
      /one thing is left/,
    ],
  ])("fails for %s", async (_what, test, message) => {
    await expect(kit(test)).rejects.toThrow(message);
  });

  it("skips what the host is too old for, and says so", async () => {
    const { skipped } = await kit({ needs: { tofu: "99.0.0" }, steps: [{ config: "resource {" }] });
    expect(skipped).toMatch(/^tofu is \d+\.\d+\.\d+, expected 99\.0\.0 or later$/);
  });
});
