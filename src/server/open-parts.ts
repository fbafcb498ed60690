// Opens what a server works with, in the order in which one needs the other, and closes it in the opposite one.
import { accessSync, constants } from "node:fs";
import type { LookupFunction } from "node:net";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { makeDirectories } from "../base/directory.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { Secret } from "../base/secret.ts";
import { trustedCertificates } from "../base/trust.ts";
import { createAddressRule } from "./connection-test/address-rule.ts";
import { createConnectionTester } from "./connection-test/connection-test.ts";
import { createGuardedTransport } from "./connection-test/guarded-transport.ts";
import { prepareFirstStart, type FirstStart } from "./first-start.ts";
import type { ServerParts } from "./parts.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { findKey, type FoundKey } from "./vault/key-source.ts";
import { createLocalKey } from "./vault/key-encryption.ts";
import { findNeededFingerprint, openVault } from "./vault/vault.ts";

const dayMs = 86_400_000;
export const databaseFile = "scalr-oci.db";

export interface PartsOptions {
  /** Undefined keeps everything in memory, under a key that is forgotten. */
  readonly dataDirectory: string | undefined;
  readonly keyFile?: string | undefined;
  readonly allowedRegistryCidrs: readonly string[];
  /** How many days lines of the audit trail are kept. */
  readonly auditDays: number;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lookup?: LookupFunction | undefined;
}

export interface OpenedParts {
  readonly parts: ServerParts;
  /** Undefined in memory. */
  readonly key: FoundKey | undefined;
  readonly firstStart: FirstStart;
  close(): Promise<void>;
}

/** @throws InputError for an option, key or database that is wrong; nothing stays open then */
export async function openParts(options: PartsOptions): Promise<OpenedParts> {
  const { dataDirectory, clock, logger } = options;
  const isAllowed = createAddressRule(options.allowedRegistryCidrs);
  const certificates = trustedCertificates(options.environment);
  if (dataDirectory !== undefined) ensureDataDirectory(dataDirectory);
  const store = openSqliteStore(
    dataDirectory === undefined ? ":memory:" : join(dataDirectory, databaseFile),
    clock.now(),
  );
  try {
    const key = dataDirectory === undefined ? undefined : await findKeyFor(store, dataDirectory, options);
    const vault = await openVault(store, key?.key ?? createForgottenKey(), clock);
    const firstStart = await prepareFirstStart(store, clock, dataDirectory);
    const tester = createConnectionTester(createGuardedTransport({ isAllowed, certificates, lookup: options.lookup }));
    const { accountId } = firstStart;
    const parts = { store, vault, tester, clock, logger, accountId, auditKeptMs: options.auditDays * dayMs };
    return { parts, key, firstStart, close: () => closeAll(parts) };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

function ensureDataDirectory(path: string): void {
  try {
    makeDirectories(path, 0o700);
    accessSync(path, constants.W_OK);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "an error";
    const message = `data directory cannot be used, got ${got}, expected one that may be written to`;
    throw new InputError("SYSTEM_REFUSED", message, { hint: "choose another with --data DIR", path: "--data", cause });
  }
}

async function findKeyFor(store: Store, dataDirectory: string, options: PartsOptions): Promise<FoundKey> {
  const { environment, keyFile } = options;
  return findKey({ environment, keyFile, dataDirectory, neededFingerprint: await findNeededFingerprint(store) });
}

function createForgottenKey() {
  return createLocalKey(new Secret(randomBytes(32).toString("base64")), "key");
}

async function closeAll(parts: ServerParts): Promise<void> {
  await parts.tester.close();
  await parts.store.close();
}
