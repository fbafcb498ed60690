// Asks the sources of credentials in their visible order; the first that has a login for the host answers.
import { systemClock } from "../base/clock.ts";
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { InputError, type ScalrOciError, toScalrOciError } from "../base/errors.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { createAuthFileSource } from "./auth-file-source.ts";
import type { AnswerCache } from "./cache/answer-cache.ts";
import { rememberFailures } from "./cache/remembered-failures.ts";
import { createGitHubActionsSource, createGitLabCiSource } from "./ci-job-sources.ts";
import { createAzureSource } from "./cloud/azure-source.ts";
import { createEcrSource } from "./cloud/ecr-source.ts";
import { createGoogleSource } from "./cloud/google-source.ts";
import { createEnvironmentSource } from "./environment-source.ts";
import { identityTokenUsername } from "./identity-token.ts";
import { createLocalStore } from "./local-store.ts";
import { createRunCredentialSource } from "./run-credential-source.ts";
import type { CredentialSource, Validity } from "./source.ts";

/** OpenTofu waits for a helper without end and asks once per repository: the whole answer is bounded. */
export const defaultDeadlineMs = 10_000;

export interface CredentialChainOptions {
  readonly environment: Environment;
  /** All sources together answer within this. */
  readonly deadlineMs?: number | undefined;
  /** Where it is kept for a few seconds that a source cannot be reached; without it every question tries again. */
  readonly cache?: AnswerCache | undefined;
}

/** A login and where it comes from. */
export interface FoundCredential extends Credential {
  /** Name of the source, as a user reads it. */
  readonly source: string;
}

/** What the chain says about a host. `validity` is that of all sources that had a part in it. */
export type Resolution =
  | { readonly kind: "found"; readonly credential: FoundCredential; readonly validity: Validity }
  | { readonly kind: "none"; readonly validity: Validity }
  | { readonly kind: "failed"; readonly source: string; readonly error: ScalrOciError; readonly validity: Validity };

export interface CredentialChain {
  /** In the order in which they are asked. */
  readonly sources: readonly CredentialSource[];
  /**
   * Never throws: a source that cannot tell, or a login that no client can use, is a result too.
   * @param beforeRemote called once, before the first source is asked that costs more than a look at this machine; nobody is
   *   asked when it gives false
   * @returns undefined when `beforeRemote` gave false
   */
  resolve(host: RegistryHost, beforeRemote?: () => Promise<boolean>): Promise<Resolution | undefined>;
  /**
   * The login for exactly this host, or undefined when no source has one.
   * @throws ScalrOciError when a source cannot tell, or has a login that no client can use; later sources are not asked then
   */
  find(host: RegistryHost): Promise<FoundCredential | undefined>;
}

/** The auth file of this run, per-host environment variables, run credentials, clouds, a CI job's own login, the local store. */
export function createCredentialChain(options: CredentialChainOptions): CredentialChain {
  const { environment } = options;
  const sources = [
    createAuthFileSource(environment),
    createEnvironmentSource(environment),
    createRunCredentialSource(environment),
    createEcrSource(environment, systemClock),
    createAzureSource(environment, systemClock),
    createGoogleSource(environment, systemClock),
    createGitHubActionsSource(environment),
    createGitLabCiSource(environment),
    createLocalStore(environment),
  ];
  const { cache } = options;
  return chainOf(
    cache === undefined ? sources : sources.map((one) => rememberFailures(one, cache)),
    options.deadlineMs,
  );
}

/** A chain of given sources. */
export function chainOf(sources: readonly CredentialSource[], deadlineMs: number = defaultDeadlineMs): CredentialChain {
  const resolve: CredentialChain["resolve"] = async (host, beforeRemote) => {
    const signal = AbortSignal.timeout(deadlineMs);
    return await ask(sources, { host, signal, beforeRemote });
  };
  const find: CredentialChain["find"] = async (host) => {
    const resolution = await resolve(host);
    if (resolution?.kind === "failed") throw resolution.error;
    return resolution?.kind === "found" ? resolution.credential : undefined;
  };
  return { sources, resolve, find };
}

interface Question {
  readonly host: RegistryHost;
  readonly signal: AbortSignal;
  readonly beforeRemote: (() => Promise<boolean>) | undefined;
}

async function ask(sources: readonly CredentialSource[], question: Question): Promise<Resolution | undefined> {
  const { host, signal, beforeRemote } = question;
  const validities: Validity[] = [];
  const firstRemote = sources.find((source) => source.isRemote(host));
  for (const source of sources) {
    if (source === firstRemote && (await beforeRemote?.()) === false) return undefined;
    // Taken before the source is asked: what changes meanwhile makes the answer stale.
    validities.push(source.validity(host));
    try {
      const answer = await source.find(host, signal);
      if (answer === undefined) continue;
      const credential = { ...usable(answer, host, source), source: source.name };
      return { kind: "found", credential, validity: shortest(validities, answer.repeatableForMs) };
    } catch (thrown) {
      return { kind: "failed", source: source.name, error: toScalrOciError(thrown), validity: shortest(validities) };
    }
  }
  return { kind: "none", validity: shortest(validities) };
}

function shortest(validities: readonly Validity[], limitMs: number = Number.POSITIVE_INFINITY): Validity {
  return {
    repeatableForMs: Math.min(limitMs, ...validities.map(({ repeatableForMs }) => repeatableForMs)),
    conditions: validities.flatMap(({ conditions }) => conditions),
  };
}

/** Clients take a login with an empty part for none at all, and then say nothing about why. */
function usable({ username, password }: Credential, host: RegistryHost, source: CredentialSource): Credential {
  const missing = whatIsMissing({ username, password });
  if (missing === undefined) return { username, password };
  throw new InputError("CREDENTIAL_UNUSABLE", `the login for ${host.value} from the ${source.name} ${missing}`, {
    hint: "store a user name with a password or an access token for the host",
  });
}

function whatIsMissing({ username, password }: Credential): string | undefined {
  if (username === identityTokenUsername) return "is an identity token, expected a user name and a password";
  if (username === "") return "has no user name, expected one";
  return password.reveal() === "" ? "has no password, expected one" : undefined;
}
