// Registries of the large clouds by their hosts: they take short-lived logins of their cloud instead of a fixed password.
// Amazon ECR "Registries", Azure Container Registry "Domain names", Google "Artifact Registry locations".
import type { RegistryHost } from "./registry-host.ts";

export type CloudRegistryKind = "ecr" | "ecr-public" | "acr" | "gar";

export interface CloudRegistry {
  readonly kind: CloudRegistryKind;
  /** As its owner calls it. */
  readonly title: string;
}

const label = "[a-z0-9-]+";
/** Account, service with its dual-stack and FIPS spellings, region, then the partition's domain. */
const ecr = new RegExp(
  `^\\d{12}\\.dkr[.-]ecr(?:-fips)?\\.${label}\\.(?:${[
    "amazonaws\\.(?:com(?:\\.cn)?|eu)",
    "on\\.(?:aws|amazonwebservices\\.com\\.cn)",
    "sc2s\\.sgov\\.gov",
    "c2s\\.ic\\.gov",
  ].join("|")})$`,
);
const acr = new RegExp(`^${label}\\.azurecr\\.(?:io|cn|us|de)$`);
const gar = new RegExp(
  `^(?:(?:${label}\\.)?gcr\\.io|${label}-docker\\.pkg\\.dev|docker\\.${label}\\.rep\\.pkg\\.dev)$`,
);

const kinds: readonly (CloudRegistry & { readonly hosts: RegExp })[] = [
  { kind: "ecr", title: "Amazon ECR", hosts: ecr },
  { kind: "ecr-public", title: "Amazon ECR Public", hosts: /^(?:public\.ecr\.aws|ecr-public\.aws\.com)$/ },
  { kind: "acr", title: "Azure Container Registry", hosts: acr },
  { kind: "gar", title: "Google Artifact Registry", hosts: gar },
];

/** The cloud that a host belongs to; undefined for every other registry, and for a cloud's host with another port than 443. */
export function findCloudRegistry(host: RegistryHost): CloudRegistry | undefined {
  const found = kinds.find(({ hosts }) => hosts.test(host.value));
  return found && { kind: found.kind, title: found.title };
}
