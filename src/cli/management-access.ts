// The management API that the environment names, for one command.
import type { ManagementClient } from "../api/client.ts";
import type { CliContext } from "./context.ts";

/** @throws InputError when SCALR_HOSTNAME or SCALR_TOKEN is missing or cannot be; what the work throws */
export async function withManagementClient(
  { environment }: CliContext,
  work: (client: ManagementClient) => Promise<void>,
): Promise<void> {
  const { createManagementClient } = await import("../api/client.ts");
  const { readManagementSettings } = await import("../api/settings.ts");
  const client = createManagementClient({ environment, ...readManagementSettings(environment) });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}
