// The hosts that a contract of the bridge is tested with: OpenTofu, and Terraform where it is there; with BRIDGE_MATRIX=true, which
// `npm run test:matrix` sets, older versions of OpenTofu too. A test names what its host has to know: host-features.ts.
import { Host } from "../../../../src/bridge/testing/host.ts";
import { olderVersions } from "../../../../tools/tofu/ensure-tofu.ts";
import { realPart, type RealPart } from "../../../support/real-parts.ts";
import { type HostFeature, hostFeatures } from "./host-features.ts";

export interface HostUnderTest {
  /** Such as `OpenTofu` or `OpenTofu 1.10`. */
  readonly name: string;
  readonly path: string;
  readonly describe: (name: string, body: () => void) => void;
  /** A test that is skipped where the host does not know all that it needs. */
  readonly it: (title: string, needs: readonly HostFeature[], body: () => Promise<void>) => void;
}

/** True when all versions are asked for that there are. */
export const isMatrix: boolean = process.env["BRIDGE_MATRIX"] === "true";

async function host(name: string, part: RealPart): Promise<HostUnderTest> {
  const found = await realPart(part);
  const { path } = found;
  const version = await versionOf(path);
  return {
    name,
    path,
    describe: found.describe,
    it: (title, needs, body) => {
      const missing = needs.filter(
        (feature) => !isAtLeast(version, hostFeatures[feature][part.startsWith("tofu") ? "tofu" : "terraform"]),
      );
      if (missing.length === 0) it(title, body);
      else it.skip(`${title} [skipped, ${name} ${version} has no ${missing.join(" and no ")}]`, body);
    },
  };
}

/** "0" of a host that is not there. */
async function versionOf(binary: string): Promise<string> {
  const environment = { HOME: "/", CHECKPOINT_DISABLE: "1" };
  return await new Host({ binary, directory: "/", environment }).version().then(
    ({ version }) => version,
    () => "0",
  );
}

function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, "en", { numeric: true }) >= 0;
}

const older = isMatrix ? olderVersions.map((version) => [`OpenTofu ${version}`, `tofu-${version}`] as const) : [];
export const hosts: readonly HostUnderTest[] = await Promise.all(
  ([["OpenTofu", "tofu"], ["Terraform", "terraform"], ...older] as const).map(([name, part]) => host(name, part)),
);

/** One `describe` for each host; a missing one is skipped and says so. */
export function describeHosts(title: string, body: (host: HostUnderTest) => void): void {
  for (const one of hosts) one.describe(`${title}, ${one.name}`, () => body(one));
}
