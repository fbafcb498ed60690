// The logins of one run: a run token is minted, all logins are read with it at once, then it is ended. The command never has it.
import type { Clock } from "../../base/clock.ts";
import type { Environment } from "../../base/env.ts";
import { InputError, type ScalrOciError, toScalrOciError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { createHttpClient, type HttpClient } from "../../credentials/http-client.ts";
import { type DockerAuths, RunApi, type TokenInUse } from "../../credentials/run-api.ts";
import { parseManagementHost } from "../../names/management-host.ts";
import { parseRegistryHost, type RegistryHost } from "../../names/registry-host.ts";

/** Minting and reading take two requests; a token that outlives us by accident does not outlive us long. */
const lifetimeSeconds = 60;
/** For each of the three requests with its second attempt. */
const deadlineMs = 15_000;

export interface RunLogins {
  readonly auths: DockerAuths;
  /** Why a host that was asked for has no login. */
  readonly missing: readonly { readonly host: string; readonly reason: ScalrOciError | undefined }[];
  /** Ends the token, in the background since the logins were read. @returns what went wrong, or undefined */
  ended(): Promise<ScalrOciError | undefined>;
}

export interface RunLoginOptions {
  readonly environment: Environment;
  /** Hosts to which the run is narrowed; undefined for all that are exported. */
  readonly hosts: readonly RegistryHost[] | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws ScalrOciError when the server cannot be reached or refuses; a minted token is ended before */
export async function obtainLogins(options: RunLoginOptions): Promise<RunLogins> {
  const settings = readSettings(options.environment);
  const http = createHttpClient(options.environment);
  const api = new RunApi({ host: settings.host, http, clock: options.clock });
  try {
    const hosts = options.hosts?.map(({ credentialKey }) => credentialKey);
    const token = await api.mintRunToken({ hosts, lifetimeSeconds }, settings.by, within(options.signal));
    const run: TokenInUse = { token, source: "the run token of this exec" };
    return await readLogins(api, http, run, options);
  } catch (thrown) {
    http.close();
    throw thrown;
  }
}

async function readLogins(
  api: RunApi,
  http: HttpClient,
  run: TokenInUse,
  options: RunLoginOptions,
): Promise<RunLogins> {
  try {
    const auths = await api.readDockerAuths(run, within(options.signal));
    const missing = await explainMissing(api, run, auths, options);
    const ending = endToken(api, run).finally(() => http.close());
    return { auths, missing, ended: () => ending };
  } catch (thrown) {
    await endToken(api, run);
    throw thrown;
  }
}

/** The Docker configuration leaves out what a registry refuses; asked for one host, the server says why. */
async function explainMissing(
  api: RunApi,
  run: TokenInUse,
  auths: DockerAuths,
  { hosts = [], signal }: RunLoginOptions,
): Promise<RunLogins["missing"]> {
  const delivered = new Set(Object.keys(auths).map((host) => parseRegistryHost(host).credentialKey));
  const missing = hosts.filter(({ credentialKey }) => !delivered.has(credentialKey));
  return await Promise.all(
    missing.map(async (host) => {
      const reason = await api.findCredential(host, run, within(signal)).then(() => undefined, toScalrOciError);
      return { host: host.value, reason };
    }),
  );
}

async function endToken(api: RunApi, run: TokenInUse): Promise<ScalrOciError | undefined> {
  // Not with the run's signal: an interrupted run is one more reason to end its token.
  return await api.revokeRunToken(run, AbortSignal.timeout(deadlineMs)).then(() => undefined, toScalrOciError);
}

function within(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
}

function readSettings(environment: Environment) {
  const hostname = environment["SCALR_HOSTNAME"]?.trim() ?? "";
  const token = environment["SCALR_TOKEN"]?.trim() ?? "";
  if (hostname === "") throw missing("SCALR_HOSTNAME", "HOST[:PORT] of the management API");
  if (token === "") throw missing("SCALR_TOKEN", "a token that may mint run tokens");
  return {
    host: parseManagementHost(hostname, "SCALR_HOSTNAME"),
    by: { token: new Secret(token), source: "SCALR_TOKEN" },
  };
}

function missing(name: string, expected: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${name} is not set, expected ${expected}`, {
    path: name,
    expected,
    hint: "scalr-oci serve prints the lines to set for a server of your own",
  });
}
