// A program that lists integrations, says how many there are, and does not close its client.
import { createManagementClient } from "../../../src/api/client.ts";
import { readManagementSettings } from "../../../src/api/settings.ts";
import { processEnvironment } from "../../../src/base/env.ts";

const environment = processEnvironment();
const client = createManagementClient({ ...readManagementSettings(environment), environment });
process.send?.({ count: (await client.integrations.list()).length });
