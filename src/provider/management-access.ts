// What every resource works with: the management client, loaded and connected at the first call, and the reader over it.
import type { ManagementClient } from "../api/client.ts";
import { checkToken, type ManagementSettings, readManagementSettings } from "../api/settings.ts";
import type { Clock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { Secret } from "../base/secret.ts";
import { version } from "../base/version.ts";
import { isUnknown, type Unknown } from "../bridge/unknown.ts";
import { parseManagementHost } from "../names/management-host.ts";
import { IntegrationReader } from "./integration-reader.ts";

/** The provider block. */
export interface AccessConfiguration {
  readonly hostname: string | Unknown | null;
  readonly token: string | Unknown | null;
}

export interface AccessParts {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class ManagementAccess {
  readonly clock: Clock;
  readonly reader: IntegrationReader;
  readonly #connect: () => Promise<ManagementClient>;
  #client: Promise<ManagementClient> | undefined;

  constructor(connect: () => Promise<ManagementClient>, clock: Clock) {
    this.clock = clock;
    this.#connect = connect;
    this.reader = new IntegrationReader(async () => (await this.client()).integrations, clock);
  }

  /** The one client of this provider; its connections are shared by all calls and do not keep the process alive. */
  async client(): Promise<ManagementClient> {
    this.#client ??= this.#connect();
    return this.#client;
  }
}

/**
 * Access as the provider block and the environment say; the block wins. Nothing is loaded or sent yet. With a value that is
 * only known after apply, planning new resources works and whatever has to ask the API says what is missing.
 * @throws InputError at `hostname` or `token` when one is missing or cannot be read
 */
export function configureAccess(config: AccessConfiguration, parts: AccessParts): ManagementAccess {
  const { hostname, token } = config;
  if (isUnknown(hostname)) return new ManagementAccess(notKnownYet("hostname"), parts.clock);
  if (isUnknown(token)) return new ManagementAccess(notKnownYet("token"), parts.clock);
  const settings = readManagementSettings(parts.environment, {
    hostname: given(hostname, "hostname", (text) => text),
    token: given(token, "the provider block", (text) => new Secret(text)),
  });
  parseManagementHost(settings.hostname, settings.hostnameSource);
  checkToken(settings.token, settings.tokenSource);
  return new ManagementAccess(async () => connect(settings, parts), parts.clock);
}

/** An empty text is what an unset variable of a module gives: it counts as not given. */
function given<Value>(text: string | null, source: string, make: (text: string) => Value) {
  const trimmed = text?.trim() ?? "";
  return trimmed === "" ? undefined : { value: make(trimmed), source };
}

function notKnownYet(name: "hostname" | "token"): () => Promise<ManagementClient> {
  return async () => {
    throw new InputError(
      "INVALID_ARGUMENT",
      `${name} of the provider is not known before apply, expected a known value`,
      {
        hint: `apply what it comes from first, with -target, or set SCALR_${name.toUpperCase()}`,
      },
    );
  };
}

/** undici and zod take 100 ms to load: commands that ask nothing do not pay for them. */
async function connect(
  settings: ManagementSettings,
  { environment, clock, logger }: AccessParts,
): Promise<ManagementClient> {
  const { createManagementClient } = await import("../api/client.ts");
  return createManagementClient({
    ...settings,
    environment,
    clock,
    logger,
    product: `terraform-provider-scalr/${version} scalr-oci/${version}`,
  });
}
