// What the executable terraform-provider-scalr runs.
import { systemClock } from "../base/clock.ts";
import { processEnvironment } from "../base/env.ts";
import { serveProvider } from "../bridge/serve.ts";
import { createScalrProvider } from "./provider.ts";

/** Serves the provider to the host that started this process, and ends the process when the host says so. */
export async function main(): Promise<void> {
  const environment = processEnvironment();
  const provider = createScalrProvider({ environment, clock: systemClock });
  const { stdout, stderr } = process;
  process.exit(await serveProvider(provider, { argv: process.argv.slice(2), environment, stdout, stderr }));
}
