// What can be said about oci:// modules without asking anybody.
import { isScalrOciError } from "../../base/errors.ts";
import { findCloudRegistry } from "../../names/cloud-registry.ts";
import { type OciReference, parseOciReference } from "../../names/oci-reference.ts";
import { dockerHubHost, isDockerHub } from "../../names/registry-host.ts";
import type { DeclaredModule } from "./declared-program.ts";
import { type Finding, findingOf, mergeOutcomes, type Outcome } from "./finding.ts";

/** Wrong addresses and hosts that no integration can be for are problems; a cloud's registry is a warning: a helper can do it. */
export function checkModules(modules: readonly DeclaredModule[]): Outcome {
  return mergeOutcomes(modules.map(checkModule));
}

/** A module whose login an integration could deliver, with its host's credential key. */
export interface ReadableModule extends DeclaredModule {
  readonly credentialKey: string;
}

/** Modules that have a valid address at a host that integrations can be for. */
export function findReadableModules(modules: readonly DeclaredModule[]): ReadableModule[] {
  return modules.flatMap((one) => {
    const read = readSource(one);
    if ("finding" in read || findCloudRegistry(read.reference.host) !== undefined) return [];
    return [{ ...one, credentialKey: read.reference.host.credentialKey }];
  });
}

function checkModule(module: DeclaredModule): Outcome {
  const read = readSource(module);
  if ("finding" in read) return { problems: [read.finding], warnings: [] };
  const { host } = read.reference;
  if (isDockerHub(host) && host.value !== dockerHubHost)
    return { problems: [wrongHub(module, read.reference)], warnings: [] };
  const cloud = findCloudRegistry(host);
  return { problems: [], warnings: cloud === undefined ? [] : [needsHelper(module.path, host.value, cloud.title)] };
}

function readSource({
  path,
  source,
}: DeclaredModule): { readonly reference: OciReference } | { readonly finding: Finding } {
  try {
    return { reference: parseOciReference(source) };
  } catch (thrown) {
    if (isScalrOciError(thrown)) return { finding: findingOf(path, thrown) };
    throw thrown;
  }
}

/** OpenTofu looks for the login under the host as written, and Docker Hub's registry answers under another. */
function wrongHub({ path }: DeclaredModule, { host, repository }: OciReference): Finding {
  return {
    code: "INVALID_OCI_REFERENCE",
    path,
    message: `module is at ${host.value}, which gets no login, expected ${dockerHubHost}`,
    hint: `use oci://${dockerHubHost}/${repository}`,
  };
}

function needsHelper(path: string, host: string, title: string): Finding {
  return {
    code: "REGISTRY_NOT_SUPPORTED",
    path,
    message: `module is at ${host} of ${title}, for which no integration can have a login`,
    hint: `configure the credential helper docker-credential-scalr for ${host}`,
  };
}
