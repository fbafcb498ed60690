// `npm run bench -- helper`: what the credential helper and `scalr-oci exec` cost beside a helper that does nothing, Amazon's helper,
// and the least that Node takes.
import type { Bench } from "../bench.ts";
import { measureExec } from "./exec-cost.ts";
import { measureGet } from "./get-cost.ts";
import { measureInit } from "./init-cost.ts";
import { findRunner } from "./runner.ts";
import { openWorld } from "./world.ts";

export const bench: Bench = {
  question: "what does the credential helper cost, by itself and in a tofu init of 20 private repositories?",
  run: async (context) => {
    const runner = await findRunner();
    await using world = await openWorld();
    await measureGet(world, runner, context);
    await measureInit(world, runner, context);
    await measureExec(world, runner, context);
  },
};
