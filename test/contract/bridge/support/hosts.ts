// The hosts that a contract of the bridge is tested with: OpenTofu, and Terraform where it is there.
import { realPart, type RealPart } from "../../../support/real-parts.ts";

interface HostUnderTest {
  readonly name: "OpenTofu" | "Terraform";
  readonly path: string;
  readonly describe: (name: string, body: () => void) => void;
}

async function host(name: HostUnderTest["name"], part: RealPart): Promise<HostUnderTest> {
  const found = await realPart(part);
  return { name, path: found.path, describe: found.describe };
}

const hosts = [await host("OpenTofu", "tofu"), await host("Terraform", "terraform")];

/** One `describe` for each host; a missing one is skipped and says so. */
export function describeHosts(title: string, body: (host: HostUnderTest) => void): void {
  for (const one of hosts) one.describe(`${title}, ${one.name}`, () => body(one));
}
