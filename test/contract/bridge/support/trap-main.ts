// The executable of a provider that gets into trouble on purpose, as its configuration says.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { defineProvider, defineResource, defineSchema, serveProvider, string } from "../../../../src/bridge.ts";

const file = process.env["TRAP_FILE"] ?? "";

const trap = defineResource({
  type: "trap_thing",
  schema: defineSchema({
    attributes: { id: string({ computed: true, identifier: true }), behavior: string({ required: true }) },
  }),
  create: async ({ plan, signal }) => {
    if (plan.behavior === "rejects") void Promise.reject(new Error("nobody waits for this"));
    if (plan.behavior === "throws")
      setTimeout(() => {
        throw new Error("outside of any call");
      }, 0);
    if (plan.behavior === "slow") {
      // Ctrl-C reaches this process too; the object that is being made must end up in the state.
      writeFileSync(file, "creating");
      await delay(60_000, undefined, { signal }).catch(() => undefined);
      writeFileSync(file, signal.aborted ? "created after a stop" : "created");
    }
    await delay(50);
    return { ...plan, id: "1" };
  },
  read: ({ state }) => (existsSync(file) && readFileSync(file, "utf8") === "gone" ? undefined : state),
  delete: () => undefined,
});

const provider = defineProvider({
  name: "trap",
  address: "example/trap",
  version: "1.0.0",
  configure: () => undefined,
  resources: [trap],
});
const { argv, env, stdout, stderr } = process;
const options = { argv: argv.slice(2), environment: { ...env }, stdout, stderr };
void serveProvider(provider, options).then((exitCode) => process.exit(exitCode));
