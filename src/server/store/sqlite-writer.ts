// Writes inside one SQLite transaction.
import { Queries } from "./queries.ts";
import type {
  AuditEvent,
  CreateReplay,
  DataKeyRow,
  IntegrationRow,
  StoreWriter,
  TokenRow,
  WriteOutcome,
} from "./store.ts";
import { fromDataKeyRow, fromIntegrationRow, fromTokenRow } from "./tables.ts";

/** Extended result code of a broken UNIQUE constraint; sqlite.org/rescode.html#constraint_unique. */
const sqliteConstraintUnique = 2067;

export class SqliteWriter extends Queries implements StoreWriter {
  async insertAccount(id: string, createdAt: number): Promise<void> {
    await this.database.insertInto("accounts").values({ id, created_at: createdAt }).execute();
  }

  async insertIntegration(row: IntegrationRow): Promise<WriteOutcome> {
    return unlessTaken(async () => {
      await this.database.insertInto("integrations").values(fromIntegrationRow(row)).execute();
      return "written";
    });
  }

  async replaceIntegration(row: IntegrationRow, expectedRevision: number): Promise<WriteOutcome> {
    return unlessTaken(async () => {
      const result = await this.database
        .updateTable("integrations")
        .set(fromIntegrationRow(row))
        .where("id", "=", row.id)
        .where("revision", "=", expectedRevision)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n ? "written" : "changed-meanwhile";
    });
  }

  async deleteIntegration(id: string): Promise<boolean> {
    const result = await this.database.deleteFrom("integrations").where("id", "=", id).executeTakeFirst();
    return result.numDeletedRows === 1n;
  }

  async insertReplay(replay: CreateReplay): Promise<void> {
    const values = {
      token_id: replay.tokenId,
      digest: replay.digest,
      integration_id: replay.integrationId,
      expires_at: replay.expiresAt,
    };
    await this.database
      .insertInto("create_replays")
      .values(values)
      .onConflict((conflict) => conflict.columns(["token_id", "digest"]).doUpdateSet(values))
      .execute();
  }

  async deleteReplaysBefore(time: number): Promise<void> {
    await this.database.deleteFrom("create_replays").where("expires_at", "<", time).execute();
  }

  async insertToken(row: TokenRow): Promise<void> {
    await this.database.insertInto("tokens").values(fromTokenRow(row)).execute();
  }

  async revokeToken(id: string, at: number): Promise<boolean> {
    const result = await this.database
      .updateTable("tokens")
      .set({ revoked_at: at })
      .where("id", "=", id)
      .where("revoked_at", "is", null)
      .executeTakeFirst();
    await this.database
      .updateTable("tokens")
      .set({ revoked_at: at })
      .where("created_by", "=", id)
      .where("kind", "=", "run")
      .where("revoked_at", "is", null)
      .execute();
    return result.numUpdatedRows === 1n;
  }

  async touchToken(id: string, at: number): Promise<void> {
    await this.database.updateTable("tokens").set({ last_used_at: at }).where("id", "=", id).execute();
  }

  async deleteRunTokensEndedBefore(time: number): Promise<void> {
    await this.database.deleteFrom("tokens").where("kind", "=", "run").where("expires_at", "<", time).execute();
  }

  async insertDataKey(row: DataKeyRow): Promise<void> {
    await this.database.insertInto("data_keys").values(fromDataKeyRow(row)).execute();
  }

  async rewrapDataKey(id: string, wrapping: Pick<DataKeyRow, "wrapped" | "wrappingKeyId">): Promise<void> {
    const { wrapped, wrappingKeyId } = wrapping;
    await this.database
      .updateTable("data_keys")
      .set({ wrapped, wrapping_key_id: wrappingKeyId })
      .where("id", "=", id)
      .execute();
  }

  async deleteAuditBefore(time: number): Promise<void> {
    await this.database.deleteFrom("audit_events").where("at", "<", time).execute();
  }

  async appendAudit(events: readonly AuditEvent[]): Promise<void> {
    if (events.length === 0) return;
    const values = events.map((event) => ({
      at: event.at,
      request_id: event.requestId,
      token_id: event.tokenId,
      action: event.action,
      subject_id: event.subjectId,
      host: event.host,
      outcome: event.outcome,
    }));
    await this.database.insertInto("audit_events").values(values).execute();
  }
}

/** Turns a broken uniqueness of host or name into an outcome; SQLite undoes only the one statement. */
async function unlessTaken(statement: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
  try {
    return await statement();
  } catch (thrown) {
    const column = findTakenColumn(thrown);
    if (column === undefined) throw thrown;
    return column === "host" ? "host-taken" : "name-taken";
  }
}

function findTakenColumn(thrown: unknown): "host" | "name" | undefined {
  const { errcode, message = "" } = thrown as { readonly errcode?: unknown; readonly message?: string };
  if (errcode !== sqliteConstraintUnique) return undefined;
  if (message.includes("integrations.host")) return "host";
  return message.includes("integrations.name") ? "name" : undefined;
}
