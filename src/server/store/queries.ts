// Reads, in SQL that SQLite and PostgreSQL share.
import type { Kysely } from "kysely";
import type {
  AuditPage,
  AuditQuery,
  CreateReplay,
  DataKeyRow,
  IntegrationPage,
  IntegrationQuery,
  IntegrationRow,
  SortableColumn,
  StoreReader,
  TokenRow,
} from "./store.ts";
import {
  toAuditEvent,
  toDataKeyRow,
  toIntegrationRow,
  toTokenRow,
  type IntegrationsTable,
  type Tables,
} from "./tables.ts";

const columnOf: Record<SortableColumn, keyof IntegrationsTable> = {
  id: "id",
  name: "name",
  registryUrl: "registry_url",
  username: "username",
  exportCredentials: "export_credentials",
  status: "status",
};

/** Reads through a connection or, for the writer, inside its transaction. */
export class Queries implements StoreReader {
  protected readonly database: Kysely<Tables>;

  constructor(database: Kysely<Tables>) {
    this.database = database;
  }

  async findIntegration(id: string): Promise<IntegrationRow | undefined> {
    return this.#findIntegrationWhere("id", id);
  }

  async findIntegrationByHost(host: string): Promise<IntegrationRow | undefined> {
    return this.#findIntegrationWhere("host", host);
  }

  async findIntegrationByName(name: string): Promise<IntegrationRow | undefined> {
    return this.#findIntegrationWhere("name", name);
  }

  async listIntegrations(query: IntegrationQuery): Promise<IntegrationPage> {
    const matching = this.database
      .selectFrom("integrations")
      .$if(query.name !== undefined, (builder) => builder.where("name", "=", query.name ?? ""));
    const counted = await matching.select((count) => count.fn.countAll<number>().as("total")).executeTakeFirstOrThrow();
    let ordered = matching.selectAll();
    for (const { column, descending } of query.sort) {
      ordered = ordered.orderBy(columnOf[column], descending ? "desc" : "asc");
    }
    const records = await ordered.orderBy("created_at").orderBy("id").limit(query.limit).offset(query.offset).execute();
    return { items: records.map(toIntegrationRow), total: counted.total };
  }

  async listExported(hosts: readonly string[] | null): Promise<IntegrationRow[]> {
    if (hosts?.length === 0) return [];
    const records = await this.database
      .selectFrom("integrations")
      .selectAll()
      .where("export_credentials", "=", 1)
      .where("status", "!=", "disabled")
      .$if(hosts !== null, (builder) => builder.where("host", "in", hosts ?? []))
      .orderBy("host")
      .execute();
    return records.map(toIntegrationRow);
  }

  async listDueTests(now: number, limit: number): Promise<IntegrationRow[]> {
    const records = await this.database
      .selectFrom("integrations")
      .selectAll()
      .where("next_test_at", "<=", now)
      .orderBy("next_test_at")
      .limit(limit)
      .execute();
    return records.map(toIntegrationRow);
  }

  async findReplay(tokenId: string, digest: string, now: number): Promise<CreateReplay | undefined> {
    const record = await this.database
      .selectFrom("create_replays")
      .selectAll()
      .where("token_id", "=", tokenId)
      .where("digest", "=", digest)
      .where("expires_at", ">", now)
      .executeTakeFirst();
    if (record === undefined) return undefined;
    return { tokenId, digest, integrationId: record.integration_id, expiresAt: record.expires_at };
  }

  async findToken(id: string): Promise<TokenRow | undefined> {
    const record = await this.database.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst();
    return record && toTokenRow(record);
  }

  async findTokenByHash(hash: string): Promise<TokenRow | undefined> {
    const record = await this.database.selectFrom("tokens").selectAll().where("hash", "=", hash).executeTakeFirst();
    return record && toTokenRow(record);
  }

  async listAccessTokens(): Promise<TokenRow[]> {
    const records = await this.database
      .selectFrom("tokens")
      .selectAll()
      .where("kind", "=", "access")
      .where("revoked_at", "is", null)
      .orderBy("created_at")
      .orderBy("id")
      .execute();
    return records.map(toTokenRow);
  }

  async listDataKeys(): Promise<DataKeyRow[]> {
    const records = await this.database.selectFrom("data_keys").selectAll().orderBy("created_at").execute();
    return records.map(toDataKeyRow);
  }

  async listAudit({ since, host, limit, offset }: AuditQuery): Promise<AuditPage> {
    const matching = this.database
      .selectFrom("audit_events")
      .$if(since !== undefined, (builder) => builder.where("at", ">=", since ?? 0))
      .$if(host !== undefined, (builder) => builder.where("host", "=", host ?? ""));
    const counted = await matching.select((count) => count.fn.countAll<number>().as("total")).executeTakeFirstOrThrow();
    const records = await matching.selectAll().orderBy("id", "desc").limit(limit).offset(offset).execute();
    return { items: records.map(toAuditEvent), total: counted.total };
  }

  async findAccountId(): Promise<string | undefined> {
    const record = await this.database.selectFrom("accounts").select("id").executeTakeFirst();
    return record?.id;
  }

  async #findIntegrationWhere(column: "id" | "host" | "name", value: string): Promise<IntegrationRow | undefined> {
    const record = await this.database
      .selectFrom("integrations")
      .selectAll()
      .where(column, "=", value)
      .executeTakeFirst();
    return record && toIntegrationRow(record);
  }
}
