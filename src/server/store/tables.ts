// The tables as Kysely sees them, and the way between their columns and the rows of store.ts.
import type { Generated, Selectable } from "kysely";
import type { AccessRole, IntegrationStatus } from "../../api/documents.ts";
import type { AuditEvent, DataKeyPurpose, DataKeyRow, IntegrationRow, TokenKind, TokenRow } from "./store.ts";

export interface IntegrationsTable {
  id: string;
  name: string;
  registry_url: string;
  host: string;
  username: string;
  export_credentials: number;
  status: IntegrationStatus;
  test_outcome: string | null;
  test_failures: number;
  next_test_at: number | null;
  secret: string;
  secret_key_id: string;
  secret_version: number;
  revision: number;
  created_at: number;
  updated_at: number;
}

export interface TokensTable {
  id: string;
  kind: TokenKind;
  role: AccessRole | null;
  name: string | null;
  hash: string;
  /** JSON array of credential keys. */
  hosts: string | null;
  created_at: number;
  created_by: string | null;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

export interface DataKeysTable {
  id: string;
  purpose: DataKeyPurpose;
  wrapping_key_id: string;
  wrapped: string;
  state: "active" | "decrypt-only";
  created_at: number;
}

export interface CreateReplaysTable {
  token_id: string;
  digest: string;
  integration_id: string;
  expires_at: number;
}

export interface AuditEventsTable {
  id: Generated<number>;
  at: number;
  request_id: string;
  token_id: string;
  action: string;
  subject_id: string | null;
  host: string | null;
  outcome: string;
}

export interface Tables {
  accounts: { id: string; created_at: number };
  integrations: IntegrationsTable;
  tokens: TokensTable;
  data_keys: DataKeysTable;
  create_replays: CreateReplaysTable;
  audit_events: AuditEventsTable;
}

export function toIntegrationRow(record: Selectable<IntegrationsTable>): IntegrationRow {
  return {
    id: record.id,
    name: record.name,
    registryUrl: record.registry_url,
    host: record.host,
    username: record.username,
    exportCredentials: record.export_credentials === 1,
    status: record.status,
    testOutcome: record.test_outcome,
    testFailures: record.test_failures,
    nextTestAt: record.next_test_at,
    secret: record.secret,
    secretKeyId: record.secret_key_id,
    secretVersion: record.secret_version,
    revision: record.revision,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
  };
}

export function fromIntegrationRow(row: IntegrationRow): IntegrationsTable {
  return {
    id: row.id,
    name: row.name,
    registry_url: row.registryUrl,
    host: row.host,
    username: row.username,
    export_credentials: row.exportCredentials ? 1 : 0,
    status: row.status,
    test_outcome: row.testOutcome,
    test_failures: row.testFailures,
    next_test_at: row.nextTestAt,
    secret: row.secret,
    secret_key_id: row.secretKeyId,
    secret_version: row.secretVersion,
    revision: row.revision,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}

export function toTokenRow(record: Selectable<TokensTable>): TokenRow {
  return {
    id: record.id,
    kind: record.kind,
    role: record.role,
    name: record.name,
    hash: record.hash,
    hosts: record.hosts === null ? null : (JSON.parse(record.hosts) as string[]),
    createdAt: record.created_at,
    createdBy: record.created_by,
    expiresAt: record.expires_at,
    revokedAt: record.revoked_at,
    lastUsedAt: record.last_used_at,
  };
}

export function fromTokenRow(row: TokenRow): TokensTable {
  return {
    id: row.id,
    kind: row.kind,
    role: row.role,
    name: row.name,
    hash: row.hash,
    hosts: row.hosts === null ? null : JSON.stringify(row.hosts),
    created_at: row.createdAt,
    created_by: row.createdBy,
    expires_at: row.expiresAt,
    revoked_at: row.revokedAt,
    last_used_at: row.lastUsedAt,
  };
}

export function toDataKeyRow(record: Selectable<DataKeysTable>): DataKeyRow {
  return {
    id: record.id,
    purpose: record.purpose,
    wrappingKeyId: record.wrapping_key_id,
    wrapped: record.wrapped,
    state: record.state,
    createdAt: record.created_at,
  };
}

export function fromDataKeyRow(row: DataKeyRow): DataKeysTable {
  return {
    id: row.id,
    purpose: row.purpose,
    wrapping_key_id: row.wrappingKeyId,
    wrapped: row.wrapped,
    state: row.state,
    created_at: row.createdAt,
  };
}

export function toAuditEvent(record: Selectable<AuditEventsTable>): AuditEvent & { readonly id: number } {
  return {
    id: record.id,
    at: record.at,
    requestId: record.request_id,
    tokenId: record.token_id,
    action: record.action,
    subjectId: record.subject_id,
    host: record.host,
    outcome: record.outcome,
  };
}
