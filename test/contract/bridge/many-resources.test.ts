// 2,000 resources: over the wire of an installed provider, ten calls at once as hosts make them; by `npm run test:matrix` under a host too.
import { join } from "node:path";
import type { ObjectShape } from "../../../src/bridge/value-type.ts";
import * as messages from "../../../src/bridge/wire/messages.ts";
import { acceptanceTest, expectValue } from "../../../src/testing.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { encodeDynamic, nullsFor, type Values } from "../../unit/bridge/support/provider-client.ts";
import { decodeValue } from "../../../src/bridge/wire/value.ts";
import { hosts, type HostUnderTest, isMatrix } from "./support/hosts.ts";
import { notesProvider } from "./support/notes-provider.ts";
import { packageProvider } from "./support/packaged-provider.ts";
import { call, connectTo, newClientCertificate, startPlugin } from "./support/plugin-process.ts";

const count = 2_000;
const atOnce = 10;

describe("2,000 resources", () => {
  it("are planned and created, ten at once, each as it was asked for", async () => {
    using workspace = createWorkspace();
    const script = await packageProvider(workspace, "notes", join(import.meta.dirname, "support", "notes-main.ts"));
    const certificate = newClientCertificate();
    await using plugin = await startPlugin(script, { environment: { TMPDIR: workspace.path("tmp") }, certificate });
    const session = await connectTo(plugin, certificate);
    const shape = notesProvider(new Map()).resources.get("notes_note")?.schema.shape as ObjectShape;
    const { ConfigureProviderRequest, ConfigureProviderResponse } = messages;
    await call(
      session,
      "/tfplugin6.Provider/ConfigureProvider",
      ConfigureProviderRequest,
      ConfigureProviderResponse,
      {},
    );
    const create = async (index: number): Promise<Values> => {
      const config = encodeDynamic(shape, nullsFor(shape, { text: `note ${index}`, lines: [`${index}`] }));
      const nothing = encodeDynamic(shape, null);
      const common = { typeName: "notes_note", priorState: nothing, config };
      const { PlanResourceChangeRequest, PlanResourceChangeResponse } = messages;
      const planPath = "/tfplugin6.Provider/PlanResourceChange";
      const plan = await call(session, planPath, PlanResourceChangeRequest, PlanResourceChangeResponse, {
        ...common,
        proposedNewState: config,
      });
      const { ApplyResourceChangeRequest, ApplyResourceChangeResponse } = messages;
      const applyPath = "/tfplugin6.Provider/ApplyResourceChange";
      const applied = await call(session, applyPath, ApplyResourceChangeRequest, ApplyResourceChangeResponse, {
        ...common,
        plannedState: plan.plannedState,
      });
      expect([...plan.diagnostics, ...applied.diagnostics]).toEqual([]);
      return decodeValue(shape, applied.newState?.msgpack ?? new Uint8Array(0), []) as Values;
    };
    const waiting = Array.from({ length: count }, (_, index) => index);
    const states: Values[] = [];
    const worker = async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
        states[index] = await create(index);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    expect(states.map(({ text }) => text)).toEqual(Array.from({ length: count }, (_, index) => `note ${index}`));
    expect(new Set(states.map(({ id }) => id)).size).toBe(count);
    session.destroy();
  });
});

// A host takes a minute or two for them, most of it its own, so one has to do.
const [{ path: host, describe: describeHost }] = hosts as [HostUnderTest];
if (isMatrix) {
  describeHost("2,000 resources under OpenTofu", () => {
    it("are applied, planned empty and destroyed", async () => {
      const config = `terraform {\n  required_providers {\n    notes = { source = "example/notes" }\n  }\n}\nresource "notes_note" "a" {\n  count = ${count}\n  text  = "n\${count.index}"\n}\n`;
      const stateChecks = [expectValue(`notes_note.a[${count - 1}]`, ["text"], `n${count - 1}`)];
      await acceptanceTest({ host, provider: notesProvider(new Map()), steps: [{ config, stateChecks }] });
    }, 300_000);
  });
}
