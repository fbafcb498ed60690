// The schema of our provider as OpenTofu would print it; `tofu providers schema -json` says the same, which a test holds.
import { systemClock } from "../../src/base/clock.ts";
import { providerSchemaJson } from "../../src/bridge/schema-json.ts";
import { createScalrProvider } from "../../src/provider/provider.ts";

/** JSON of every resource and data source, in the order of their names. */
export function providerSchema(): string {
  const provider = createScalrProvider({ environment: {}, clock: systemClock });
  return `${JSON.stringify(providerSchemaJson(provider), sortKeys, 2)}\n`;
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
