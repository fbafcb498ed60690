// The store over SQLite: one file, WAL, every acknowledged write synced to disk.
import { closeSync, openSync } from "node:fs";
import { Kysely } from "kysely";
import { migrate } from "./migrate.ts";
import { Queries } from "./queries.ts";
import { NodeSqliteDialect, openDatabase } from "./sqlite-dialect.ts";
import { SqliteWriter } from "./sqlite-writer.ts";
import type { Store, StoreWriter } from "./store.ts";
import type { Tables } from "./tables.ts";

const inMemory = ":memory:";

/**
 * Opens, and where needed creates and migrates, the database at this path; `:memory:` keeps it in memory.
 * @throws InputError DATABASE_TOO_NEW when a newer version wrote it
 */
export function openSqliteStore(path: string, now: number): Store {
  if (path !== inMemory) createPrivateFile(path);
  const database = openDatabase(path);
  try {
    migrate(database, now);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return new SqliteStore(new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) }), () =>
    database.exec("pragma wal_checkpoint(truncate)"),
  );
}

class SqliteStore extends Queries implements Store {
  readonly #checkpoint: () => void;

  constructor(database: Kysely<Tables>, checkpoint: () => void) {
    super(database);
    this.#checkpoint = checkpoint;
  }

  async write<Result>(work: (writer: StoreWriter) => Promise<Result>): Promise<Result> {
    return this.database.transaction().execute((transaction) => work(new SqliteWriter(transaction)));
  }

  async close(): Promise<void> {
    this.#checkpoint();
    await this.database.destroy();
  }
}

/** SQLite gives its journal files the mode of the database file. */
function createPrivateFile(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}
