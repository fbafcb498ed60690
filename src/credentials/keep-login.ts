// Where a login goes that a client hands over, and what is forgotten at a logout: the keychain or the file of the local store, or the
// helper that a rule names. Loaded by those who store and erase, never by who asks.
import type { Environment } from "../base/env.ts";
import { toScalrOciError } from "../base/errors.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { findHostRules, type HostRule } from "./configuration/host-rules.ts";
import { eraseFromHelper, storeInHelper } from "./helper-source.ts";
import { eraseFromKeychain, findKeychain, storeInKeychain } from "./keychain.ts";
import { createLocalStore, isHere, type StoredLogin } from "./local-store.ts";

/** Another helper has to come to an end too. */
const storeTimeoutMs = 10_000;
/** Clients erase up to four spellings of a host, one after another. */
const eraseTimeoutMs = 3_000;

export interface LoginKey {
  /** What the login is filed under in the local store. */
  readonly key: string;
  /** Undefined for a login that only the client itself understands; no rule speaks of it. */
  readonly host: RegistryHost | undefined;
}

export type KeptIn =
  /** `reason` says why it is not in the keychain, where there is one, and that an older one still is. */
  | { readonly kind: "file"; readonly reason?: string | undefined }
  | { readonly kind: "keychain"; readonly name: string }
  | { readonly kind: "helper"; readonly name: string }
  /** A rule lets nobody ask where it could be kept. */
  | { readonly kind: "nowhere"; readonly rule: HostRule };

/** The rule by which a login of the host that is kept here would never be looked for, or undefined. @throws InputError RULES_INVALID */
export async function findUnkept(host: RegistryHost, environment: Environment): Promise<HostRule | undefined> {
  const rule = await findRule(host, environment);
  return rule === undefined || keeperOf(rule) !== undefined ? undefined : rule;
}

/** Keeps a login where it will be looked for. @throws ScalrOciError when it cannot be kept there */
export async function keepLogin(
  { key, host }: LoginKey,
  login: StoredLogin,
  environment: Environment,
): Promise<KeptIn> {
  const rule = host === undefined ? undefined : await findRule(host, environment);
  const place = rule && keeperOf(rule);
  if (rule !== undefined && place === undefined) return { kind: "nowhere", rule };
  const name = rule?.options.helper;
  if (place === "helper" && name !== undefined && host !== undefined) {
    await storeInHelper(name, host, login, { environment, signal: AbortSignal.timeout(storeTimeoutMs) });
    return { kind: "helper", name };
  }
  return await keepInStore(key, login, environment);
}

/** The first of its sources that logins can be given to. */
function keeperOf({ sources }: HostRule): "store" | "helper" | undefined {
  return sources.find((name) => name === "store" || name === "helper");
}

async function keepInStore(key: string, login: StoredLogin, environment: Environment): Promise<KeptIn> {
  const store = createLocalStore(environment);
  const name = findKeychain(environment);
  const refusal = name === undefined ? undefined : await storeInKeychain(name, key, login, environment);
  if (name !== undefined && refusal === undefined) {
    store.store(key, { serverUrl: login.serverUrl, username: login.username, keychain: name });
    return { kind: "keychain", name };
  }
  const before = heldBy(store, key);
  store.store(key, login);
  const isLeft = before !== undefined && !(await eraseFromKeychain(before, key, environment));
  const reasons = [
    refusal === undefined ? [] : `the keychain (${name}) was not used: ${refusal}`,
    isLeft ? `an older password is still in the keychain (${before})` : [],
  ].flat();
  return { kind: "file", reason: reasons.length === 0 ? undefined : reasons.join("; ") };
}

export interface Forgotten {
  /** In the local store. */
  readonly wasThere: boolean;
  /** The helper that a rule names for the host, which was told to forget it. */
  readonly helper?: string | undefined;
  /** What could not be forgotten, as a sentence without a full stop. */
  readonly remains?: string | undefined;
}

/**
 * Forgets a login wherever it can have been kept, as far as that goes: a logout does not fail for a keychain or another helper.
 * @throws the system's error when the login's file can neither be removed nor written over
 */
export async function forgetLogin({ key, host }: LoginKey, environment: Environment): Promise<Forgotten> {
  const { helper, remains } = host === undefined ? {} : await forgetInHelper(host, environment);
  const store = createLocalStore(environment);
  const keychain = heldBy(store, key);
  let wasThere: boolean;
  let isGone: boolean;
  try {
    wasThere = store.erase(key);
  } finally {
    isGone = keychain === undefined || (await eraseFromKeychain(keychain, key, environment));
  }
  if (isGone) return { wasThere, helper, remains };
  return {
    wasThere,
    helper,
    remains: remains ?? `the keychain (${keychain}) does not open, so the password is still in it`,
  };
}

function heldBy(store: ReturnType<typeof createLocalStore>, key: string): string | undefined {
  try {
    const login = store.findByKey(key);
    return login === undefined || isHere(login) ? undefined : login.keychain;
  } catch {
    // What cannot be read is taken away all the same.
    return undefined;
  }
}

async function forgetInHelper(host: RegistryHost, environment: Environment): Promise<Omit<Forgotten, "wasThere">> {
  try {
    const rule = await findRule(host, environment);
    const name = rule?.options.helper;
    if (name !== undefined)
      await eraseFromHelper(name, host, { environment, signal: AbortSignal.timeout(eraseTimeoutMs) });
    return { helper: name };
  } catch (thrown) {
    return { remains: toScalrOciError(thrown).message };
  }
}

async function findRule(host: RegistryHost, environment: Environment): Promise<HostRule | undefined> {
  return (await findHostRules(environment))?.find(host, undefined);
}
