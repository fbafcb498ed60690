// Which hosts are Amazon's registries: ours against Amazon's own helper, over thousands of names on both sides of the line. Keys are
// given to Amazon's services for what is taken for a registry, so ours may refuse more and must not accept more.
import fc from "fast-check";
import { type EcrRegistry, findEcrRegistry } from "../../../src/credentials/cloud/ecr-registry.ts";
import { findRegistryHost } from "../../../src/names/registry-host.ts";
import { runOk } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace } from "../../support/workspace.ts";

const real = await realPart("cloud-clients");
const sampleSize = 5_000;

/** What Amazon's helper says of a host, null when it is none of Amazon's. */
interface Theirs {
  readonly region: string;
  readonly fips: boolean;
  readonly public: boolean;
}

const account = fc.oneof(
  { weight: 6, arbitrary: fc.constant("123456789012") },
  fc.constantFrom("12345678901", "1234567890123", "12345678901a", "x123456789012", "a.123456789012", ""),
);
const stem = fc.constantFrom(
  "dkr.ecr",
  "dkr-ecr",
  "dkr.ecr-fips",
  "dkr-ecr-fips",
  "dkr.ecr-fip",
  "dkrxecr",
  "ecr",
  "api.ecr",
);
const region = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("eu-west-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "eusc-de-east-1"),
  },
  fc.constantFrom("a", "-a", "a-", "a--b", "a_b", "a.b", ""),
  fc.stringMatching(/^[a-z0-9-]{1,12}$/),
);
const suffix = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "amazonaws.com",
      "amazonaws.com.cn",
      "amazonaws.eu",
      "on.aws",
      "on.amazonwebservices.com.cn",
      "sc2s.sgov.gov",
      "c2s.ic.gov",
      "cloud.adc-e.uk",
      "csp.hci.ic.gov",
    ),
  },
  fc.constantFrom(
    "amazonaws.com.evil.test",
    "amazonaws-com",
    "amazonaws.comx",
    "xamazonaws.com",
    "amazonaws.cn",
    "aws",
    "on-aws",
    "api.aws",
  ),
);
const around = fc.oneof(
  { weight: 8, arbitrary: fc.constant(["", ""] as const) },
  fc.constantFrom(
    ["", ":443"],
    ["", ":444"],
    ["x", ""],
    ["x.", ""],
    ["", ".x"],
    ["user@", ""],
    ["", "%2e"],
    ["", "?x"],
  ),
);
const privateHost = fc
  .tuple(around, account, stem, region, suffix)
  .map(([[before, after], ...parts]) => before + parts.join(".") + after);
const publicHost = fc
  .tuple(
    around,
    fc.constantFrom("public.ecr.aws", "ecr-public.aws.com", "ecr-public.us-east-1.api.aws", "public-ecr.aws"),
  )
  .map(([[before, after], name]) => before + name + after);
const host = fc.oneof({ weight: 9, arbitrary: privateHost }, publicHost);

/** What ours refuses and Amazon's helper takes: another port than that of https, and names that Amazon does not give. */
const stricter: readonly RegExp[] = [
  /:444$/,
  // Dual stack is written with a dash, and under a domain of its own.
  /\.dkr-ecr(?:-fips)?\.[^.]+\.(?!on\.)/,
  /\.dkr\.ecr(?:-fips)?\.[^.]+\.on\./,
  /\.dkr[.-]ecr(?:-fips)?\.(?:[^.]*_[^.]*|[^.]*-|[^.]*--[^.]*)\./,
  // A host, and nothing around it.
  /[@?%]/,
];

real.describe("hosts of Amazon's registries", () => {
  it("are those that Amazon's helper knows, or fewer", async () => {
    const hosts = fc.sample(host, sampleSize);
    const theirs = await askAmazons(hosts);
    const ours = hosts.map((text) => {
      const parsed = findRegistryHost(text);
      return parsed === undefined ? undefined : findEcrRegistry(parsed);
    });
    const both = hosts.filter((_, index) => ours[index] !== undefined && theirs[index] !== null);
    expect(both.length).toBeGreaterThan(sampleSize / 20);
    for (const [index, text] of hosts.entries()) {
      const [one, other] = [ours[index], theirs[index]];
      if (one !== undefined) expect([text, factsOf(one)]).toEqual([text, factsOf(other)]);
      else if (other !== null) expect([text, stricter.some((rule) => rule.test(text))]).toEqual([text, true]);
    }
  });
});

/** Where both keep it; ECR Public has one region, which the helper does not say. */
function factsOf(registry: EcrRegistry | Theirs | null | undefined): Theirs | undefined {
  if (registry === null || registry === undefined) return undefined;
  const isPublic = "isPublic" in registry ? registry.isPublic : registry.public;
  const fips = "fips" in registry ? registry.fips : registry.apiHost.startsWith("ecr-fips.");
  return { public: isPublic, region: isPublic ? "" : registry.region, fips };
}

async function askAmazons(hosts: readonly string[]): Promise<readonly (Theirs | null)[]> {
  using workspace = createWorkspace();
  const stdin = JSON.stringify({ cloud: "amazon", hosts });
  const stdout = await runOk(real.path, [], { environment: workspace.environment(), stdin });
  return (JSON.parse(stdout) as { registries: (Theirs | null)[] }).registries;
}
