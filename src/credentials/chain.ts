// Asks the sources of credentials in their visible order; the first that has a login for the host answers.
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { createEnvironmentSource } from "./environment-source.ts";
import { createLocalStore } from "./local-store.ts";
import { createRunCredentialSource } from "./run-credential-source.ts";
import type { CredentialSource } from "./source.ts";

/** OpenTofu waits for a helper without end and asks once per repository: the whole answer is bounded. */
export const defaultDeadlineMs = 10_000;

/** What Docker's clients call a login that is an OAuth refresh token; OpenTofu refuses it. */
export const identityTokenUsername = "<token>";

export interface CredentialChainOptions {
  readonly environment: Environment;
  /** All sources together answer within this. */
  readonly deadlineMs?: number | undefined;
}

/** A login and where it comes from. */
export interface FoundCredential extends Credential {
  /** Name of the source, as a user reads it. */
  readonly source: string;
}

export interface CredentialChain {
  /** In the order in which they are asked. */
  readonly sources: readonly CredentialSource[];
  /**
   * The login for exactly this host, or undefined when no source has one.
   * @throws ScalrOciError when a source cannot tell, or has a login that no client can use; later sources are not asked then
   */
  find(host: RegistryHost): Promise<FoundCredential | undefined>;
}

/** Per-host environment variables, run credentials where there is a run token, the local store. */
export function createCredentialChain(options: CredentialChainOptions): CredentialChain {
  const { environment } = options;
  const candidates = [
    createEnvironmentSource(environment),
    createRunCredentialSource(environment),
    createLocalStore(environment),
  ];
  return chainOf(
    candidates.filter((source) => source !== undefined),
    options.deadlineMs,
  );
}

/** A chain of given sources. */
export function chainOf(sources: readonly CredentialSource[], deadlineMs: number = defaultDeadlineMs): CredentialChain {
  const find = async (host: RegistryHost): Promise<FoundCredential | undefined> => {
    const signal = AbortSignal.timeout(deadlineMs);
    for (const source of sources) {
      const credential = await source.find(host, signal);
      if (credential !== undefined) return { ...usable(credential, host, source), source: source.name };
    }
    return undefined;
  };
  return { sources, find };
}

/** Clients take a login with an empty part for none at all, and then say nothing about why. */
function usable(credential: Credential, host: RegistryHost, source: CredentialSource): Credential {
  const missing = whatIsMissing(credential);
  if (missing === undefined) return credential;
  throw new InputError("CREDENTIAL_UNUSABLE", `the login for ${host.value} from the ${source.name} ${missing}`, {
    hint: "store a user name with a password or an access token for the host",
  });
}

function whatIsMissing({ username, password }: Credential): string | undefined {
  if (username === identityTokenUsername) return "is an identity token, expected a user name and a password";
  if (username === "") return "has no user name, expected one";
  return password.reveal() === "" ? "has no password, expected one" : undefined;
}
