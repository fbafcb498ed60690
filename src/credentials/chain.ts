// Asks the sources of credentials in their visible order; the first that has a login for the host answers.
import { systemClock } from "../base/clock.ts";
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { InputError, type ScalrOciError, toScalrOciError } from "../base/errors.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { createAuthFileSource } from "./auth-file-source.ts";
import type { AnswerCache } from "./cache/answer-cache.ts";
import { rememberFailures } from "./cache/remembered-failures.ts";
import { configurationConditions, hasConfiguration } from "./configuration/configuration-place.ts";
import type { Condition } from "./condition.ts";
import { createGitHubActionsSource, createGitLabCiSource } from "./ci-job-sources.ts";
import { createAzureSource } from "./cloud/azure-source.ts";
import { createEcrSource } from "./cloud/ecr-source.ts";
import { createGoogleSource } from "./cloud/google-source.ts";
import { createEnvironmentSource } from "./environment-source.ts";
import { identityTokenUsername } from "./identity-token.ts";
import { createLocalStore } from "./local-store.ts";
import { createRunCredentialSource } from "./run-credential-source.ts";
import { type CredentialSource, never, type Validity } from "./source.ts";

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
  | {
      readonly kind: "found";
      readonly credential: FoundCredential;
      readonly validity: Validity;
      /** True when the launcher only has to know that its own variables answer: `validity` is for that, not for the login. */
      readonly isInVariables: boolean;
    }
  | { readonly kind: "none"; readonly validity: Validity }
  | { readonly kind: "failed"; readonly source: string; readonly error: ScalrOciError; readonly validity: Validity };

export interface CredentialChain {
  /** In the order in which they are asked, where no rule of the configuration chooses others. */
  readonly sources: readonly CredentialSource[];
  /** What an answer is kept under: the host alone, unless the configuration may tell its repositories apart. */
  cacheKey(host: RegistryHost, repository?: string): string;
  /**
   * Never throws: a source that cannot tell, or a login that no client can use, is a result too.
   * @param beforeRemote called once, before the first source is asked that costs more than a look at this machine; nobody is
   *   asked when it gives false
   * @param repository where the client says it; only rules make something of it
   * @returns undefined when `beforeRemote` gave false
   */
  resolve(
    host: RegistryHost,
    beforeRemote?: () => Promise<boolean>,
    repository?: string,
  ): Promise<Resolution | undefined>;
  /**
   * The login for exactly this host, or undefined when no source has one.
   * @throws ScalrOciError when a source cannot tell, or has a login that no client can use; later sources are not asked then
   */
  find(host: RegistryHost, repository?: string): Promise<FoundCredential | undefined>;
}

/**
 * The auth file of this run, per-host environment variables, run credentials, clouds, a CI job's own login, the local store; or the auth
 * file of this run, and behind it what the configuration chooses for the host.
 */
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
  const remember = (list: readonly CredentialSource[]) =>
    cache === undefined ? list : list.map((one) => rememberFailures(one, cache));
  const usual = remember(sources);
  const choose = async (host: RegistryHost, repository: string | undefined) => {
    if (!hasConfiguration(environment)) return { sources: usual, isConfigured: false };
    const { findRuleSources } = await import("./configuration/rule-sources.ts");
    const chosen = await findRuleSources(host, repository, { environment, clock: systemClock });
    const asked = chosen === undefined ? usual : [createAuthFileSource(environment), ...remember(chosen)];
    return { sources: asked, isConfigured: true };
  };
  return chainBy({
    sources: usual,
    choose,
    // Taken before the configuration is read: what changes meanwhile makes the answer stale.
    conditions: () => configurationConditions(environment),
    cacheKey: ({ credentialKey }, repository) =>
      repository === undefined || !hasConfiguration(environment) ? credentialKey : `${credentialKey}/${repository}`,
    deadlineMs: options.deadlineMs,
  });
}

/** A chain of given sources. */
export function chainOf(sources: readonly CredentialSource[], deadlineMs?: number): CredentialChain {
  const choose = async () => ({ sources, isConfigured: false });
  return chainBy({ sources, choose, conditions: () => [], cacheKey: ({ credentialKey }) => credentialKey, deadlineMs });
}

interface Choice {
  readonly sources: readonly CredentialSource[];
  readonly isConfigured: boolean;
}

interface ChainParts extends Pick<CredentialChain, "sources" | "cacheKey"> {
  /** @throws ScalrOciError when the configuration cannot be read */
  readonly choose: (host: RegistryHost, repository: string | undefined) => Promise<Choice>;
  /** What has to be as it is for the choice to be the same. */
  readonly conditions: () => readonly Condition[];
  readonly deadlineMs: number | undefined;
}

function chainBy({
  sources,
  choose,
  conditions,
  cacheKey,
  deadlineMs = defaultDeadlineMs,
}: ChainParts): CredentialChain {
  const resolve: CredentialChain["resolve"] = async (host, beforeRemote, repository) => {
    const signal = AbortSignal.timeout(deadlineMs);
    const chosenBy = conditions();
    let choice: Choice;
    try {
      choice = await choose(host, repository);
    } catch (thrown) {
      return { kind: "failed", source: "configuration", error: toScalrOciError(thrown), validity: never };
    }
    const resolution = await ask(choice, { host, signal, beforeRemote });
    if (resolution === undefined) return undefined;
    const { repeatableForMs, conditions: others } = resolution.validity;
    const said = new Set(chosenBy.flatMap((one) => (one.kind === "variable" ? one.name : [])));
    // Each is a line for the launcher to read.
    const more = others.filter((one) => one.kind !== "variable" || !said.has(one.name));
    return { ...resolution, validity: { repeatableForMs, conditions: [...chosenBy, ...more] } };
  };
  const find: CredentialChain["find"] = async (host, repository) => {
    const resolution = await resolve(host, undefined, repository);
    if (resolution?.kind === "failed") throw resolution.error;
    return resolution?.kind === "found" ? resolution.credential : undefined;
  };
  return { sources, cacheKey, resolve, find };
}

interface Question {
  readonly host: RegistryHost;
  readonly signal: AbortSignal;
  readonly beforeRemote: (() => Promise<boolean>) | undefined;
}

async function ask({ sources, isConfigured }: Choice, question: Question): Promise<Resolution | undefined> {
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
      // Without a configuration the launcher takes them by itself.
      const isInVariables = isConfigured && answer.isInVariables === true;
      const validity = shortest(isInVariables ? validities.slice(0, -1) : validities, answer.repeatableForMs);
      return { kind: "found", credential, validity, isInVariables };
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
