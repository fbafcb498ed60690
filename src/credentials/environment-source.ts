// Logins from environment variables, one pair a host: SCALR_OCI_USERNAME_ghcr_io and SCALR_OCI_PASSWORD_ghcr_io.
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { dockerHubSpellings, type RegistryHost } from "../names/registry-host.ts";
import { variableNow } from "./condition.ts";
import { always, type CredentialSource, never } from "./source.ts";

const usernamePrefix = "SCALR_OCI_USERNAME_";
const passwordPrefix = "SCALR_OCI_PASSWORD_";

/**
 * @throws (find) InputError INVALID_ARGUMENT when only one of the two variables of a host is set
 */
export function createEnvironmentSource(environment: Environment): CredentialSource {
  const find: CredentialSource["find"] = async (host) => {
    for (const suffix of suffixesOf(host)) {
      const username = environment[usernamePrefix + suffix] || undefined;
      const password = environment[passwordPrefix + suffix] || undefined;
      if (username === undefined && password === undefined) continue;
      if (username === undefined) throw incomplete(passwordPrefix + suffix, usernamePrefix + suffix);
      if (password === undefined) throw incomplete(usernamePrefix + suffix, passwordPrefix + suffix);
      return { username, password: new Secret(password), isInVariables: suffix === toVariableSuffix(host.value) };
    }
    return undefined;
  };
  const validity: CredentialSource["validity"] = (host) => {
    const names = suffixesOf(host).flatMap((suffix) => [usernamePrefix + suffix, passwordPrefix + suffix]);
    // What is in a variable is at hand; it needs no copy.
    return names.some((name) => environment[name])
      ? never
      : always(...names.map((name) => variableNow(environment, name)));
  };
  return { name: "environment", isConfigured: hasAny(environment), isRemote: () => false, find, validity };
}

function hasAny(environment: Environment): boolean {
  return Object.keys(environment).some((name) => name.startsWith(usernamePrefix) || name.startsWith(passwordPrefix));
}

/**
 * How a host is spelled in the name of a variable: `.`, `:` and the brackets of IPv6 become `_`, `-` becomes `__`. Two hosts
 * never share a spelling: host names hold no underscore and do not end in a number.
 */
export function toVariableSuffix(host: string): string {
  return host.replaceAll("-", "__").replace(/[.:[\]]/g, "_");
}

/** Docker Hub counts under each of its names, and each name also in upper case, as variables are often written. */
function suffixesOf(host: RegistryHost): string[] {
  const isDockerHub = dockerHubSpellings.has(host.credentialKey);
  const spellings = isDockerHub ? [host.value, ...dockerHubSpellings] : [host.credentialKey];
  const exact = spellings.map(toVariableSuffix);
  return [...exact, ...exact.map((suffix) => suffix.toUpperCase())];
}

function incomplete(present: string, missing: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${present} is set without ${missing}, expected both`, {
    path: missing,
    hint: `set ${missing} too, or unset ${present}`,
  });
}
