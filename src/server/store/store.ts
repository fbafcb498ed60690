// What the server asks of a database. SQLite implements it (sqlite-store.ts); nothing here knows SQL.

import type { AccessRole, IntegrationStatus } from "../../api/documents.ts";

/** Outcomes of a connection test that are kept; the texts that belong to them are in connection-test/outcome.ts. */
export type StoredOutcome = string;

/** A stored integration. Times are milliseconds since the epoch. */
export interface IntegrationRow {
  readonly id: string;
  readonly name: string;
  /** `https://HOST[:PORT]`, Scalr's normal form. */
  readonly registryUrl: string;
  /** RegistryHost.credentialKey: what makes an integration unique and what credentials are looked up by. */
  readonly host: string;
  readonly username: string;
  readonly exportCredentials: boolean;
  readonly status: IntegrationStatus;
  /** Code of the latest test's outcome, null before the first. */
  readonly testOutcome: StoredOutcome | null;
  readonly testFailures: number;
  /** When the background test is due, null when none is planned. */
  readonly nextTestAt: number | null;
  /** User name and password, sealed by the vault. */
  readonly secret: string;
  /** Id of the data key that sealed it. */
  readonly secretKeyId: string;
  /** Counts up with every sealing; bound into the associated data. */
  readonly secretVersion: number;
  /** Counts up with every write; what compare-and-set compares. */
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type TokenKind = "access" | "run";

export interface TokenRow {
  readonly id: string;
  readonly kind: TokenKind;
  /** Null for run tokens. */
  readonly role: AccessRole | null;
  readonly name: string | null;
  /** SHA-256 of the token, hex. */
  readonly hash: string;
  /** Credential keys that a run token may read; null for all. */
  readonly hosts: readonly string[] | null;
  readonly createdAt: number;
  /** Id of the token that made it; null for the first. */
  readonly createdBy: string | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
}

export type DataKeyPurpose = "secret" | "digest";

/** A data key, wrapped by the key-encryption key that `wrappingKeyId` names. */
export interface DataKeyRow {
  readonly id: string;
  readonly purpose: DataKeyPurpose;
  readonly wrappingKeyId: string;
  readonly wrapped: string;
  readonly state: "active" | "decrypt-only";
  readonly createdAt: number;
}

/** One line of the audit trail: who did what to what, and how it ended. Never a secret. */
export interface AuditEvent {
  readonly at: number;
  readonly requestId: string;
  readonly tokenId: string;
  readonly action: string;
  readonly subjectId: string | null;
  readonly host: string | null;
  readonly outcome: string;
}

/** Remembers which integration a create made, so that its repetition finds it. */
export interface CreateReplay {
  readonly tokenId: string;
  /** Keyed digest of the request's body. */
  readonly digest: string;
  readonly integrationId: string;
  readonly expiresAt: number;
}

export const sortableColumns = ["id", "name", "registryUrl", "username", "exportCredentials", "status"] as const;
export type SortableColumn = (typeof sortableColumns)[number];

export interface IntegrationQuery {
  /** Exact name. */
  readonly name?: string | undefined;
  readonly sort: readonly { readonly column: SortableColumn; readonly descending: boolean }[];
  readonly limit: number;
  readonly offset: number;
}

export interface IntegrationPage {
  readonly items: readonly IntegrationRow[];
  /** How many match without limit and offset. */
  readonly total: number;
}

/** Which lines of the audit trail, the newest first. */
export interface AuditQuery {
  readonly since?: number | undefined;
  readonly host?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface AuditPage {
  readonly items: readonly (AuditEvent & { readonly id: number })[];
  /** How many match without limit and offset. */
  readonly total: number;
}

/** What a write found in its way: the column whose value another integration holds. */
export type WriteOutcome = "written" | "host-taken" | "name-taken" | "changed-meanwhile";

export interface StoreReader {
  findIntegration(id: string): Promise<IntegrationRow | undefined>;
  findIntegrationByHost(host: string): Promise<IntegrationRow | undefined>;
  findIntegrationByName(name: string): Promise<IntegrationRow | undefined>;
  listIntegrations(query: IntegrationQuery): Promise<IntegrationPage>;
  /** Integrations whose credentials are exported, of these hosts or of all. */
  listExported(hosts: readonly string[] | null): Promise<IntegrationRow[]>;
  /** Integrations whose background test is due, the longest waiting first. */
  listDueTests(now: number, limit: number): Promise<IntegrationRow[]>;
  findReplay(tokenId: string, digest: string, now: number): Promise<CreateReplay | undefined>;
  findToken(id: string): Promise<TokenRow | undefined>;
  findTokenByHash(hash: string): Promise<TokenRow | undefined>;
  /** Access tokens that are not revoked, oldest first; run tokens are not listed. */
  listAccessTokens(): Promise<TokenRow[]>;
  listDataKeys(): Promise<DataKeyRow[]>;
  listAudit(query: AuditQuery): Promise<AuditPage>;
  /** Id of the one account of this server; undefined before the first start has made it. */
  findAccountId(): Promise<string | undefined>;
}

export interface StoreWriter extends StoreReader {
  insertAccount(id: string, createdAt: number): Promise<void>;
  /** Never "changed-meanwhile". */
  insertIntegration(row: IntegrationRow): Promise<WriteOutcome>;
  /** Writes the row where the stored revision is still `expectedRevision`. */
  replaceIntegration(row: IntegrationRow, expectedRevision: number): Promise<WriteOutcome>;
  /** @returns false when there was none */
  deleteIntegration(id: string): Promise<boolean>;
  insertReplay(replay: CreateReplay): Promise<void>;
  deleteReplaysBefore(time: number): Promise<void>;
  insertToken(row: TokenRow): Promise<void>;
  /** Revokes a token and the live tokens that it made. @returns false when it was not there or revoked already */
  revokeToken(id: string, at: number): Promise<boolean>;
  touchToken(id: string, at: number): Promise<void>;
  deleteRunTokensEndedBefore(time: number): Promise<void>;
  insertDataKey(row: DataKeyRow): Promise<void>;
  /** Puts another wrapping of the same data key in the place of the one there. */
  rewrapDataKey(id: string, wrapping: Pick<DataKeyRow, "wrapped" | "wrappingKeyId">): Promise<void>;
  appendAudit(events: readonly AuditEvent[]): Promise<void>;
  deleteAuditBefore(time: number): Promise<void>;
}

export interface Store extends StoreReader {
  /**
   * Runs the work in one transaction that holds the write lock from its start; what it throws rolls all of it back.
   * When it returns, the writes are on disk.
   */
  write<Result>(work: (writer: StoreWriter) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
