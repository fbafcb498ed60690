// What a place that credentials come from has to offer.
import type { Credential } from "../base/credential.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import type { Condition } from "./condition.ts";

export interface CredentialSource {
  /** As a user reads it in a message, such as `local store`; never a secret. */
  readonly name: string;
  /** False when nothing on this machine makes use of it; it then has no login for any host. */
  readonly isConfigured: boolean;
  /** True when a question about this host costs more than a look at this machine; one process at a time then asks it. */
  isRemote(host: RegistryHost): boolean;
  /**
   * The login for exactly this host, or undefined when the source has none.
   * @param signal ends what takes too long
   * @throws ScalrOciError when the source cannot tell; nobody is asked after it then
   */
  find(host: RegistryHost, signal: AbortSignal): Promise<SourceAnswer | undefined>;
  /**
   * What its failure for this host says something about: one region, one registry, one identity; a short text without a secret. Without
   * it all hosts share one service. A failure of one service is never given for another.
   */
  serviceOf?(host: RegistryHost): string;
  /** How long, and as long as what, an answer for this host may be repeated without asking. */
  validity(host: RegistryHost): Validity;
  /** The same for its failure to answer at all, where that is repeated though its answers are not. */
  failureValidity?(host: RegistryHost): Validity;
}

/** A login, and what the source knows about its end. */
export interface SourceAnswer extends Credential {
  /** Milliseconds for which it may be repeated, when that is less than the source's `validity` says. */
  readonly repeatableForMs?: number | undefined;
  /** True when the launcher finds the same login in its own variables; src/helper/launcher.sh. */
  readonly isInVariables?: boolean | undefined;
}

export interface Validity {
  /** For a login and for the answer that there is none; 0 for never. */
  readonly repeatableForMs: number;
  /** What has to be as it is now: an answer belongs to the identity and the settings that it was obtained with. */
  readonly conditions: readonly Condition[];
}

/** Valid for as long as these conditions are met. */
export function always(...conditions: readonly Condition[]): Validity {
  return { repeatableForMs: Number.POSITIVE_INFINITY, conditions };
}

/** Never to be repeated. */
export const never: Validity = { repeatableForMs: 0, conditions: [] };
