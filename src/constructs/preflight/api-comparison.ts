// What the API has beside what a program declares: hosts that are taken, integrations that do not work.
import type { DockerIntegration } from "../../api/documents/docker-integration.ts";
import { printable } from "../../base/text.ts";
import { findRegistryHost } from "../../names/registry-host.ts";
import { findRegistryPreset } from "../registry-preset.ts";
import type { Finding } from "./finding.ts";
import type { AskedIntegration } from "./online-question.ts";

export interface Comparison {
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** @param renamedFrom names of integrations that the program renames, and so takes over */
export function compareWithApi(
  declared: readonly AskedIntegration[],
  existing: readonly DockerIntegration[],
  renamedFrom: readonly string[],
): Comparison {
  // An integration that the program moves to another host leaves its old one free.
  const declaredNames = new Set([...declared.flatMap(({ name }) => name ?? []), ...renamedFrom]);
  const pairs = declared.flatMap((one) => onSameHost(one, existing).map((other) => ({ one, other })));
  return {
    problems: pairs.filter(({ other }) => !declaredNames.has(other.name)).map(({ one, other }) => taken(one, other)),
    warnings: pairs.filter(({ one, other }) => isOwn(one, other) && other.status === "failed").map(failing),
  };
}

/** True when the API tested the login at this host and it works: the registry need not be asked again. */
export function isKnownToWork(one: AskedIntegration, existing: readonly DockerIntegration[]): boolean {
  return onSameHost(one, existing).some(({ status }) => status === "active");
}

function onSameHost(one: AskedIntegration, existing: readonly DockerIntegration[]): DockerIntegration[] {
  const key = findRegistryHost(one.url)?.credentialKey;
  return existing.filter(({ registryUrl }) => findRegistryHost(registryUrl)?.credentialKey === key);
}

/** A name that only apply knows may be the one. */
function isOwn(one: AskedIntegration, other: DockerIntegration): boolean {
  return one.name === other.name;
}

function taken({ path, name, url }: AskedIntegration, { id, name: otherName }: DockerIntegration): Finding {
  const other = `${printable(otherName)} (${printable(id)})`;
  const message = `registry ${url} has the integration ${other} already, expected none or the one named ${name ?? "here"}`;
  const hint = [
    `to take it over: name this construct "${printable(otherName)}" and call resource.importFrom("${printable(id)}");`,
    `when this program renames it: preflight(app, { renamedFrom: ["${printable(otherName)}"] })`,
  ].join(" ");
  return { code: "HOST_TAKEN", path, message, hint };
}

function failing({ one, other }: { readonly one: AskedIntegration; readonly other: DockerIntegration }): Finding {
  const host = findRegistryHost(one.url);
  const preset = host && findRegistryPreset(host);
  const said = other.errorMessage === null ? "" : `: ${printable(other.errorMessage)}`;
  return {
    code: "CREDENTIAL_REFUSED",
    path: one.path,
    message: `the latest connection test of ${printable(other.name)} failed${said}`,
    hint: preset && `the registry needs a ${preset.token}; raise the secret's version to send a new one`,
  };
}
