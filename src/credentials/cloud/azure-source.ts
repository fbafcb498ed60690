// Azure Container Registry: an Entra token traded for a registry refresh token, which goes out under the null user name.
// learn.microsoft.com/azure/container-registry, "Authenticate with a registry"; Azure/acr, docs/AAD-OAuth.md.
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { Secret } from "../../base/secret.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { fileNow, secretNow, variableNow } from "../condition.ts";
import { always, type CredentialSource, never } from "../source.ts";
import { azureVariables, findAzureIdentity } from "./azure-identity.ts";
import { repeatableFor } from "./lifetime.ts";
import { once } from "./once.ts";

/** What stands for a user name beside a refresh token; the usual `<token>` is refused by OpenTofu. */
export const azureUsername = "00000000-0000-0000-0000-000000000000";
/** Kubernetes keeps the same fixed list (kubernetes pull 90425): the Entra token is worth more than one registry. */
const hosts = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.azurecr\.(?:io|cn|us|de)$/;
const noIdentityRepeatableForMs = 10 * 60_000;

/** True for the hosts that an Entra token may be given to. */
export function isAzureRegistry({ credentialKey }: RegistryHost): boolean {
  return hosts.test(credentialKey);
}

export function createAzureSource(environment: Environment, clock: Clock): CredentialSource {
  const identity = once(() => findAzureIdentity(environment));
  return {
    name: "Azure",
    get isConfigured() {
      return identity.isThere();
    },
    isRemote: (host) => isAzureRegistry(host) && identity.isThere(),
    find: async (host, signal) => {
      const found = isAzureRegistry(host) ? identity.get() : undefined;
      if (found === undefined) return undefined;
      const { requestAzureToken } = await import("./azure-token.ts");
      const { createHttpClient } = await import("../http-client.ts");
      const http = createHttpClient(environment);
      try {
        const token = await requestAzureToken(found, host, { clock, http, signal });
        return {
          username: azureUsername,
          password: new Secret(token.refreshToken),
          repeatableForMs: repeatableFor(token.lifetimeMs),
        };
      } finally {
        http.close();
      }
    },
    // Half of a login is asked of the registry itself.
    serviceOf: ({ credentialKey }) => credentialKey,
    validity: (host) => {
      if (!isAzureRegistry(host)) return always();
      const secret = secretNow(environment, "AZURE_CLIENT_SECRET");
      if (secret === undefined) return never;
      const file = environment["AZURE_FEDERATED_TOKEN_FILE"];
      const conditions = [
        ...azureVariables.map((name) => variableNow(environment, name)),
        secret,
        ...(file ? [fileNow(file)] : []),
      ];
      return { repeatableForMs: identity.isThere() ? Number.POSITIVE_INFINITY : noIdentityRepeatableForMs, conditions };
    },
  };
}
