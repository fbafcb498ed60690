// The hosts of Amazon's registries and the services that give their logins; docs.aws.amazon.com/general/latest/gr/ecr.html.
import type { RegistryHost } from "../../names/registry-host.ts";

export interface EcrRegistry {
  readonly isPublic: boolean;
  readonly region: string;
  /** Domain of the partition, in which STS lies too. */
  readonly domain: string;
  readonly apiHost: string;
  readonly target: string;
  readonly signingName: "ecr" | "ecr-public";
}

const privateHost =
  /^\d{12}\.dkr(?<dual>[.-])ecr(?<fips>-fips)?\.(?<region>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?<suffix>amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;
const publicHosts: ReadonlySet<string> = new Set(["public.ecr.aws", "ecr-public.aws.com"]);
/** Dual-stack registries have their services, and STS, under other domains. */
const dualStack: Readonly<Record<string, { readonly api: string; readonly domain: string }>> = {
  "on.aws": { api: "api.aws", domain: "amazonaws.com" },
  "on.amazonwebservices.com.cn": { api: "api.amazonwebservices.com.cn", domain: "amazonaws.com.cn" },
};

/** Undefined for hosts of others; hosts are matched whole. */
export function findEcrRegistry({ credentialKey }: RegistryHost): EcrRegistry | undefined {
  if (publicHosts.has(credentialKey)) {
    const apiHost = "api.ecr-public.us-east-1.amazonaws.com";
    const target = "SpencerFrontendService.GetAuthorizationToken";
    return { isPublic: true, region: "us-east-1", domain: "amazonaws.com", apiHost, target, signingName: "ecr-public" };
  }
  const { dual, fips = "", region, suffix } = privateHost.exec(credentialKey)?.groups ?? {};
  if (region === undefined || suffix === undefined) return undefined;
  const stack = dualStack[suffix];
  if ((dual === "-") !== (stack !== undefined)) return undefined;
  const prefix = fips === "" ? "ecr" : "ecr-fips";
  const plain = fips === "" ? `api.ecr.${region}.${suffix}` : `ecr-fips.${region}.${suffix}`;
  return {
    isPublic: false,
    region,
    domain: stack?.domain ?? suffix,
    apiHost: stack === undefined ? plain : `${prefix}.${region}.${stack.api}`,
    target: "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
    signingName: "ecr",
  };
}
