// What a place that credentials come from has to offer.
import type { Credential } from "../base/credential.ts";
import type { RegistryHost } from "../names/registry-host.ts";

export interface CredentialSource {
  /** As a user reads it in a message, such as `local store`; never a secret. */
  readonly name: string;
  /**
   * The login for exactly this host, or undefined when the source has none.
   * @param signal ends what takes too long
   * @throws ScalrOciError when the source cannot tell; nobody is asked after it then
   */
  find(host: RegistryHost, signal: AbortSignal): Promise<Credential | undefined>;
}
