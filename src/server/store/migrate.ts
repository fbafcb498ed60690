// Brings a SQLite database to the newest table layout: all pending migrations in one transaction, under SQLite's own write lock.
import type { DatabaseSync } from "node:sqlite";
import { InputError } from "../../base/errors.ts";
import { initialMigration } from "./migrations/001-initial.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [initialMigration];

/**
 * Applies what is pending; two processes that start at once apply it once.
 * @throws InputError DATABASE_TOO_NEW when the database was written by a newer version; whatever a migration throws, with nothing changed
 */
export function migrate(database: DatabaseSync, now: number, known: readonly Migration[] = migrations): void {
  database.exec("begin immediate");
  try {
    applyPending(database, now, known);
    database.exec("commit");
  } catch (thrown) {
    if (database.isTransaction) database.exec("rollback");
    throw thrown;
  }
}

function applyPending(database: DatabaseSync, now: number, known: readonly Migration[]): void {
  database.exec(
    "create table if not exists migrations (number integer primary key, name text not null, applied_at integer not null) strict",
  );
  const row = database.prepare("select coalesce(max(number), 0) as applied from migrations").get();
  const applied = Number(row?.["applied"]);
  const newest = known.at(-1)?.number ?? 0;
  if (applied > newest) throw databaseTooNew(applied, newest);
  const insert = database.prepare("insert into migrations (number, name, applied_at) values (?, ?, ?)");
  for (const migration of known.filter(({ number }) => number > applied)) {
    database.exec(migration.sql);
    insert.run(migration.number, migration.name, now);
  }
}

function databaseTooNew(applied: number, newest: number): InputError {
  return new InputError("DATABASE_TOO_NEW", `database has table layout ${applied}, expected at most ${newest}`, {
    path: "--data",
    hint: "start the version of scalr-oci that wrote it, or a newer one",
  });
}
