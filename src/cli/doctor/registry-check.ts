// What the registry answers to the login that OpenTofu would send, and what follows from it.
import type { Credential } from "../../base/credential.ts";
import type { Environment } from "../../base/env.ts";
import { errorCodes } from "../../base/error-codes.ts";
import { type ScalrOciError, toScalrOciError } from "../../base/errors.ts";
import { RegistryClient } from "../../registry/client.ts";
import type { Candidate } from "../opentofu/lookup.ts";
import type { Address } from "./address-findings.ts";
import type { Finding } from "./finding.ts";

/** A person waits for it; one repetition tells trouble from a moment's trouble. */
const retryPolicy = { attempts: 2, baseDelayMs: 250, maxDelayMs: 2_000 } as const;
const timeoutMs = 20_000;

export interface RegistryQuestion {
  readonly address: Address;
  /** Tag or digest; undefined when only a host or a repository was given. */
  readonly reference: string | undefined;
  readonly credential: Credential | undefined;
  readonly environment: Environment;
}

export interface RegistryAnswer {
  /** `accepted`, or the code of the error. */
  readonly answer: string;
  /** True when the registry wanted a login at all. */
  readonly wantsLogin: boolean;
  readonly error: ScalrOciError | undefined;
  /** True when it gives the module, but refuses the question without a repository that OpenTofu before 1.13 asks first. */
  readonly refusesPing: boolean;
}

/** Asks for the manifest where there is an address, else for the registry itself. Never throws. */
export async function askRegistry(question: RegistryQuestion): Promise<RegistryAnswer> {
  const { address, reference, credential, environment } = question;
  let wantsLogin = false;
  const find = async () => {
    wantsLogin = true;
    return credential;
  };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const client = new RegistryClient({ host: address.host, find, environment, retryPolicy, signal });
    try {
      if (address.repository === undefined) await client.ping();
      else await client.readManifest(address.repository, reference ?? "latest");
      const refusesPing = address.repository !== undefined && (await isPingRefused(client));
      return { answer: "accepted", wantsLogin, error: undefined, refusesPing };
    } finally {
      await client.close();
    }
  } catch (thrown) {
    const error = toScalrOciError(thrown);
    return { answer: error.code, wantsLogin, error, refusesPing: false };
  }
}

async function isPingRefused(client: RegistryClient): Promise<boolean> {
  return await client.ping().then(
    () => false,
    (thrown: unknown) => toScalrOciError(thrown).kind === "auth",
  );
}

/** What a refusal means, given where the login came from. */
export function findRegistryFindings(
  { error, refusesPing }: RegistryAnswer,
  winner: Candidate | undefined,
  host: string,
): Finding[] {
  if (refusesPing) {
    const message = `${host} gives tokens only for a repository; OpenTofu 1.10 to 1.12 first asks for one without, and fails`;
    return [{ level: "warning", id: "strict-tokens", message, next: "use OpenTofu 1.13 or newer with this registry" }];
  }
  if (error === undefined) return [];
  const next = error.hint ?? errorCodes[error.code].nextStep;
  const finding: Finding = { level: "problem", id: "registry-refuses", message: error.message, next };
  const isStaleLogin = error.code === "REGISTRY_CREDENTIAL_REFUSED" && winner?.origin === "auths";
  if (isStaleLogin) {
    const message = `the login in ${winner.file} goes before every other, and ${host} refuses it`;
    return [
      {
        level: "problem",
        id: "stale-login",
        message,
        next: `docker logout ${host}, or scalr-oci setup ${host}: its block goes before such logins`,
      },
    ];
  }
  if (error.code === "REGISTRY_CREDENTIAL_MISSING" && winner === undefined) {
    const message = `${host} wants a login, and OpenTofu has none configured for it`;
    return [
      { level: "problem", id: "no-login", message, next: `scalr-oci setup ${host}, then scalr-oci login ${host}` },
    ];
  }
  return [finding];
}
