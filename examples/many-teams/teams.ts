// The teams: where each keeps its modules, and which it uses. A new team is one entry here, reviewed like all else.
import { RegistryEntry } from "scalr-oci/cdktf";

export interface Team {
  readonly name: string;
  readonly registry: RegistryEntry;
  /** `oci://…` without a version, and the versions that the team takes. */
  readonly network: { readonly source: string; readonly version: string };
}

export const teams: readonly Team[] = [
  {
    name: "payments",
    registry: RegistryEntry.gitHub({ name: "payments-github", username: "payments-bot" }),
    network: { source: "oci://ghcr.io/payments/network", version: "~> 1.0" },
  },
  {
    name: "search",
    registry: RegistryEntry.gitLab({ name: "search-gitlab", username: "search-deploy" }),
    network: { source: "oci://registry.gitlab.com/search/infra/network", version: ">= 1.1, < 3.0" },
  },
];
