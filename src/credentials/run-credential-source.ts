// Run credentials: what the management API exports, read with a run token. Only where SCALR_OCI_TOKEN has one.
import { type Clock, systemClock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { type ManagementHost, parseManagementHost } from "../names/management-host.ts";
import { secretNow, variableNow } from "./condition.ts";
import { always, type CredentialSource, never, type Validity } from "./source.ts";

const tokenVariable = "SCALR_OCI_TOKEN";
const hostVariable = "SCALR_HOSTNAME";
/** How `scalr-oci serve` marks its management tokens; they read no credentials, so they are not sent where run tokens belong. */
const managementTokenPrefix = "scalroci_at_";

/** One made at the server counts here within this time. */
const repeatableForMs = 60_000;

export function createRunCredentialSource(environment: Environment, clock: Clock = systemClock): CredentialSource {
  const token = environment[tokenVariable]?.trim() ?? "";
  const find: CredentialSource["find"] = async (host, signal) => {
    if (token === "") return undefined;
    const settings = { host: readHost(environment), token: readToken(token) };
    const { createHttpClient } = await import("./http-client.ts");
    const { RunApi } = await import("./run-api.ts");
    const http = createHttpClient(environment);
    try {
      const api = new RunApi({ host: settings.host, http, clock });
      return await api.findCredential(host, { token: settings.token, source: tokenVariable }, signal);
    } finally {
      http.close();
    }
  };
  const isConfigured = token !== "";
  return {
    name: "management API",
    isConfigured,
    isRemote: () => isConfigured,
    find,
    validity: () => validityOf(environment, token),
  };
}

function validityOf(environment: Environment, token: string): Validity {
  if (token === "") return always(variableNow(environment, tokenVariable));
  const identity = secretNow(environment, tokenVariable);
  return identity === undefined
    ? never
    : { repeatableForMs, conditions: [identity, variableNow(environment, hostVariable)] };
}

function readHost(environment: Environment): ManagementHost {
  const text = environment[hostVariable]?.trim();
  if (text !== undefined && text !== "") return parseManagementHost(text, hostVariable);
  throw new InputError("INVALID_ARGUMENT", `${tokenVariable} is set without ${hostVariable}, expected both`, {
    path: hostVariable,
    hint: `set ${hostVariable} to the HOST[:PORT] of the management API, or unset ${tokenVariable}`,
  });
}

function readToken(text: string): Secret {
  if (!/^[!-~]+$/.test(text)) throw wrongToken("a text that no HTTP header can hold");
  if (text.startsWith(managementTokenPrefix)) throw wrongToken("a management token");
  return new Secret(text);
}

function wrongToken(got: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${tokenVariable} holds no run token, got ${got}, expected a run token`, {
    path: tokenVariable,
    hint: "run the command through scalr-oci exec with SCALR_TOKEN set, or give a run token",
  });
}
