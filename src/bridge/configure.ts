// Configures the provider: what its author returns is handed to every later call.
import type { Call } from "./call.ts";
import type { Provider } from "./provider.ts";
import type { Values } from "./resource.ts";

export interface Configured {
  readonly data: unknown;
}

/** What `configure` gave, or undefined after an error. */
export async function configureProvider(
  provider: Provider,
  config: Values,
  terraformVersion: string,
  call: Call,
): Promise<Configured | undefined> {
  const { diagnostics, signal, log } = call;
  const context = { config: config as never, terraformVersion, diagnostics, signal, log };
  return await call.guard("being configured", async () => ({ data: await provider.configure(context) }));
}
