// Migrations: all or nothing, once, in order.
import { type Migration, migrate, migrations } from "../../../../src/server/store/migrate.ts";
import { openDatabase } from "../../../../src/server/store/sqlite-dialect.ts";

const first: Migration = { number: 1, name: "first", sql: "create table a (x integer) strict;" };
const second: Migration = {
  number: 2,
  name: "second",
  sql: "create table b (x integer) strict; insert into b values (7);",
};
const broken: Migration = {
  number: 3,
  name: "broken",
  sql: "create table c (x integer) strict; create table a (x integer);",
};

const tablesIn = (database: ReturnType<typeof openDatabase>) =>
  database
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .all()
    .map((row) => row["name"]);
const appliedIn = (database: ReturnType<typeof openDatabase>) =>
  database
    .prepare("select number, name, applied_at from migrations order by number")
    .all()
    .map((row) => ({ ...row }));

describe("migrations", () => {
  it("are numbered from one without a gap", () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it("apply what is pending, once", () => {
    const database = openDatabase(":memory:");
    migrate(database, 10, [first]);
    migrate(database, 20, [first, second]);
    migrate(database, 30, [first, second]);
    expect(tablesIn(database)).toEqual(["a", "b", "migrations"]);
    expect(appliedIn(database)).toEqual([
      { number: 1, name: "first", applied_at: 10 },
      { number: 2, name: "second", applied_at: 20 },
    ]);
    database.close();
  });

  it("leave nothing behind when one of them fails", () => {
    const database = openDatabase(":memory:");
    migrate(database, 10, [first]);
    expect(() => migrate(database, 20, [first, second, broken])).toThrow("already exists");
    expect(tablesIn(database)).toEqual(["a", "migrations"]);
    expect(database.isTransaction).toBe(false);
    migrate(database, 30, [first, second]);
    expect(tablesIn(database)).toEqual(["a", "b", "migrations"]);
    database.close();
  });

  it("make every table strict", () => {
    const database = openDatabase(":memory:");
    migrate(database, 0);
    const loose = database
      .prepare("select name from pragma_table_list where type = 'table' and strict = 0 and name not like 'sqlite_%'")
      .all();
    expect(loose).toEqual([]);
    database.close();
  });
});
