// What the registries people use call the right to pull and the right to push; their documentation of access tokens.
import { isDockerHub, type RegistryHost } from "../names/registry-host.ts";

export type RegistryAction = "pull" | "push" | "delete";

type Names = Readonly<Record<RegistryAction, string>>;

const github: Names = {
  pull: "a classic personal access token with read:packages",
  push: "a classic personal access token with write:packages",
  delete: "a classic personal access token with delete:packages",
};
const gitlab: Names = {
  pull: "a token with read_registry (a project or group token also needs the Developer role)",
  push: "a token with read_registry and write_registry and the Developer role",
  delete: "a token with the api scope and the Maintainer role",
};
const dockerHub: Names = {
  pull: "a personal access token with Read-only access",
  push: "a personal access token with Read & Write access",
  delete: "a personal access token with Read, Write & Delete access",
};
const jfrog: Names = {
  pull: "an identity token of a user who may read the repository",
  push: "an identity token of a user who may deploy to the repository",
  delete: "an identity token of a user who may delete from the repository",
};
const azure: Names = { pull: "the role AcrPull", push: "the role AcrPush", delete: "the role AcrDelete" };
const google: Names = {
  pull: "the role Artifact Registry Reader",
  push: "the role Artifact Registry Writer",
  delete: "the role Artifact Registry Repository Administrator",
};
const amazon: Names = {
  pull: "ecr:BatchGetImage and ecr:GetDownloadUrlForLayer",
  push: "ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage; the repository must exist",
  delete: "ecr:BatchDeleteImage",
};

const byHost: Readonly<Record<string, Names>> = { "ghcr.io": github, "registry.gitlab.com": gitlab };
const byDomain: Readonly<Record<string, Names>> = {
  "azurecr.io": azure,
  "jfrog.io": jfrog,
  "pkg.dev": google,
  "amazonaws.com": amazon,
};

/** What a credential must have for this at this registry; for an unknown one `the right to pull` and the like. */
export function permissionFor(host: RegistryHost, action: RegistryAction): string {
  const domain = host.hostname.split(".").slice(-2).join(".");
  const names = isDockerHub(host) ? dockerHub : (byHost[host.value] ?? byDomain[domain]);
  return names?.[action] ?? `the right to ${action}`;
}
