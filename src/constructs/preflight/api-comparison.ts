// What the API has beside what a program declares: hosts that are taken, integrations that do not work.
import type { DockerIntegration } from "../../api/documents/docker-integration.ts";
import { printable } from "../../base/text.ts";
import { findRegistryHost } from "../../names/registry-host.ts";
import { findRegistryPreset } from "../registry-preset.ts";
import type { Finding, Outcome } from "./finding.ts";
import type { AskedIntegration, AskedLookup } from "./online-question.ts";

/** @param renamedFrom names of integrations that the program renames, and so takes over */
export function compareWithApi(
  declared: readonly AskedIntegration[],
  existing: readonly DockerIntegration[],
  renamedFrom: readonly string[],
): Outcome {
  // An integration that the program moves to another host leaves its old one free.
  const declaredNames = new Set([...declared.flatMap(({ name }) => name ?? []), ...renamedFrom]);
  const pairs = declared.flatMap((one) => onSameHost(one, existing).map((other) => ({ one, other })));
  return {
    problems: pairs.filter(({ other }) => !declaredNames.has(other.name)).map(({ one, other }) => taken(one, other)),
    warnings: pairs.filter(({ one, other }) => isOwn(one, other) && other.status === "failed").map(failing),
  };
}

/** What is looked up has to be there, once. */
export function findLookupProblems(
  lookups: readonly AskedLookup[],
  existing: readonly DockerIntegration[],
): readonly Finding[] {
  return lookups.flatMap((one) => {
    const found = existing.filter((other) => isFound(one, other));
    if (found.length === 1) return [];
    return [found.length === 0 ? notFound(one) : ambiguous(one, found)];
  });
}

/** Hosts, as credential keys, whose login every run gets when the program has been applied. */
export function findExportedHosts(
  declared: readonly AskedIntegration[],
  existing: readonly DockerIntegration[],
): readonly string[] {
  const names = new Set(declared.map(({ name }) => name));
  const staying = existing.filter(({ name, exportCredentials }) => exportCredentials && !names.has(name));
  const urls = [
    ...staying.map(({ registryUrl }) => registryUrl),
    ...declared.flatMap((one) => (one.isExported ? one.url : [])),
  ];
  return urls.flatMap((url) => findRegistryHost(url)?.credentialKey ?? []);
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

function isFound(one: AskedLookup, other: DockerIntegration): boolean {
  const key = one.url === undefined ? undefined : findRegistryHost(one.url)?.credentialKey;
  return (
    (one.id === undefined || one.id === other.id) &&
    (one.name === undefined || one.name === other.name) &&
    (key === undefined || key === findRegistryHost(other.registryUrl)?.credentialKey)
  );
}

function notFound({ path, id, name, url }: AskedLookup): Finding {
  const what = [id === undefined ? "" : `the id ${id}`, name === undefined ? "" : `the name ${name}`, url ?? ""];
  const message = `there is no integration with ${what.filter((one) => one !== "").join(" and ")}, expected one`;
  return { code: "INTEGRATION_NOT_FOUND", path, message, hint: "check the name, and what the token may see" };
}

function ambiguous({ path }: AskedLookup, found: readonly DockerIntegration[]): Finding {
  const ids = found.map(({ id }) => printable(id)).join(", ");
  const message = `${found.length} integrations fit, expected one`;
  return { code: "INTEGRATION_AMBIGUOUS", path, message, hint: `use an id: ${ids}` };
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
