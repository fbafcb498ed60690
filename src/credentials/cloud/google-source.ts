// Google Artifact Registry and Container Registry: an access token of the Application Default Credentials.
// cloud.google.com/artifact-registry/docs/docker/authentication; google.aip.dev/auth/4110.
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { Secret } from "../../base/secret.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { fileNow, variableNow } from "../condition.ts";
import { always, type CredentialSource } from "../source.ts";
import { findGoogleIdentity, googleIdentityFiles } from "./google-identity.ts";
import { repeatableFor } from "./lifetime.ts";
import { once } from "./once.ts";

/** What the registries take for a user name when the password is an access token. */
const username = "oauth2accesstoken";
const hosts = /^(?:gcr\.io|[a-z0-9-]+\.gcr\.io|[a-z0-9-]+-docker\.pkg\.dev|docker\.[a-z0-9-]+\.rep\.pkg\.dev)$/;
/** Without an identity there is none until a variable or a file changes; whoever moves the machine into the cloud waits this long. */
const noIdentityRepeatableForMs = 10 * 60_000;

/** True for the hosts that Google's access tokens may be given to. */
export function isGoogleRegistry({ credentialKey }: RegistryHost): boolean {
  return hosts.test(credentialKey);
}

export function createGoogleSource(environment: Environment, clock: Clock): CredentialSource {
  const identity = once(() => findGoogleIdentity(environment));
  return {
    name: "Google Cloud",
    get isConfigured() {
      return identity.isThere();
    },
    isRemote: (host) => isGoogleRegistry(host) && identity.isThere(),
    find: async (host, signal) => {
      const found = isGoogleRegistry(host) ? identity.get() : undefined;
      if (found === undefined) return undefined;
      const { requestGoogleToken } = await import("./google-token.ts");
      const { createHttpClient } = await import("../http-client.ts");
      const http = createHttpClient(environment);
      try {
        const token = await requestGoogleToken(found, { environment, clock, http, signal });
        return { username, password: new Secret(token.accessToken), repeatableForMs: repeatableFor(token.lifetimeMs) };
      } finally {
        http.close();
      }
    },
    validity: (host) => {
      if (!isGoogleRegistry(host)) return always();
      const conditions = variables.map((name) => variableNow(environment, name));
      const files = googleIdentityFiles(environment).map(fileNow);
      const repeatableForMs = identity.isThere() ? Number.POSITIVE_INFINITY : noIdentityRepeatableForMs;
      return { repeatableForMs, conditions: [...conditions, ...files] };
    },
  };
}

const variables = ["GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_CONFIG", "GCE_METADATA_HOST", "HOME"];
