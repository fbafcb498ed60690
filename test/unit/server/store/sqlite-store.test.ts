// The store over SQLite: what it promises to the rest of the server.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../../src/server/store/sqlite-dialect.ts";
import { openSqliteStore } from "../../../../src/server/store/sqlite-store.ts";
import type { IntegrationRow, Store, TokenRow } from "../../../../src/server/store/store.ts";
import { run } from "../../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const row: IntegrationRow = {
  id: "in-1",
  name: "one",
  registryUrl: "https://ghcr.io",
  host: "ghcr.io",
  username: "bot",
  exportCredentials: true,
  status: "active",
  testOutcome: "ok",
  testFailures: 0,
  nextTestAt: null,
  secret: "sealed-one",
  secretKeyId: "dek-1",
  secretVersion: 1,
  revision: 1,
  createdAt: 1,
  updatedAt: 1,
};
const token: TokenRow = {
  id: "at-1",
  kind: "access",
  role: "mint",
  name: null,
  hash: "hash-1",
  hosts: null,
  createdAt: 1,
  createdBy: null,
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
};
const dataKey = {
  id: "dek-1",
  purpose: "secret",
  wrappingKeyId: "key-1",
  wrapped: "w",
  state: "active",
  createdAt: 1,
} as const;

describe("the store", () => {
  let store: Store;
  beforeEach(async () => {
    store = openSqliteStore(":memory:", 0);
    await store.write((writer) => writer.insertDataKey(dataKey));
  });
  afterEach(() => store.close());

  it("gives back what was put in", async () => {
    const full = { ...row, testOutcome: null, nextTestAt: 5, exportCredentials: false };
    await store.write((writer) => writer.insertIntegration(full));
    expect(await store.findIntegration("in-1")).toEqual(full);
    expect(await store.findIntegrationByHost("ghcr.io")).toEqual(full);
    expect(await store.findIntegrationByName("one")).toEqual(full);
    const run: TokenRow = {
      ...token,
      id: "rt-1",
      kind: "run",
      role: null,
      hosts: ["a", "b:1"],
      hash: "hash-2",
      expiresAt: 9,
      createdBy: "at-1",
    };
    await store.write((writer) => writer.insertToken(run));
    expect(await store.findTokenByHash("hash-2")).toEqual(run);
  });

  it("gives undefined for what is not there", async () => {
    expect(await store.findIntegration("in-1")).toBeUndefined();
    expect(await store.findIntegrationByHost("ghcr.io")).toBeUndefined();
    expect(await store.findToken("at-1")).toBeUndefined();
    expect(await store.findAccountId()).toBeUndefined();
    expect(await store.findReplay("at-1", "d", 0)).toBeUndefined();
    expect(await store.listExported([])).toEqual([]);
  });

  it("holds one integration per host and per name, and says which is taken", async () => {
    await store.write(async (writer) => {
      expect(await writer.insertIntegration(row)).toBe("written");
      expect(await writer.insertIntegration({ ...row, id: "in-2", name: "two" })).toBe("host-taken");
      expect(await writer.insertIntegration({ ...row, id: "in-2", host: "b" })).toBe("name-taken");
      expect(await writer.insertIntegration({ ...row, id: "in-2", host: "b", name: "two" })).toBe("written");
      expect(await writer.replaceIntegration({ ...row, id: "in-2", name: "two", revision: 2 }, 1)).toBe("host-taken");
      expect(await writer.replaceIntegration({ ...row, id: "in-2", host: "b", revision: 2 }, 1)).toBe("name-taken");
    });
    expect((await store.listIntegrations({ sort: [], limit: 10, offset: 0 })).total).toBe(2);
  });

  it("replaces only the revision that was read", async () => {
    await store.write((writer) => writer.insertIntegration(row));
    const replace = (name: string, revision: number, expected: number) =>
      store.write((writer) => writer.replaceIntegration({ ...row, name, revision }, expected));
    expect(await replace("first", 2, 1)).toBe("written");
    expect(await replace("late", 2, 1)).toBe("changed-meanwhile");
    expect((await store.findIntegration("in-1"))?.name).toBe("first");
  });

  it("undoes all of a write that throws", async () => {
    const failing = store.write(async (writer) => {
      await writer.insertIntegration(row);
      await writer.appendAudit([
        { at: 1, requestId: "r", tokenId: "t", action: "a", subjectId: null, host: null, outcome: "o" },
      ]);
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await store.findIntegration("in-1")).toBeUndefined();
  });

  it("queues writes that overlap", async () => {
    const order: string[] = [];
    const write = (name: string) =>
      store.write(async (writer) => {
        order.push(`${name} begins`);
        await writer.findAccountId();
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push(`${name} ends`);
      });
    await Promise.all([write("a"), write("b"), write("c")]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("forgets the create of an integration that is deleted", async () => {
    await store.write(async (writer) => {
      await writer.insertIntegration(row);
      await writer.insertReplay({ tokenId: "at-1", digest: "d", integrationId: "in-1", expiresAt: 10 });
    });
    expect(await store.findReplay("at-1", "d", 9)).toMatchObject({ integrationId: "in-1" });
    expect(await store.findReplay("at-1", "d", 10)).toBeUndefined();
    expect(await store.write((writer) => writer.deleteIntegration("in-1"))).toBe(true);
    expect(await store.findReplay("at-1", "d", 9)).toBeUndefined();
    expect(await store.write((writer) => writer.deleteIntegration("in-1"))).toBe(false);
  });

  it("lists what is exported and not disabled", async () => {
    await store.write(async (writer) => {
      await writer.insertIntegration(row);
      await writer.insertIntegration({ ...row, id: "in-2", name: "two", host: "b", exportCredentials: false });
      await writer.insertIntegration({ ...row, id: "in-3", name: "three", host: "c", status: "disabled" });
      await writer.insertIntegration({ ...row, id: "in-4", name: "four", host: "a", status: "failed" });
    });
    expect((await store.listExported(null)).map(({ id }) => id)).toEqual(["in-4", "in-1"]);
    expect((await store.listExported(["ghcr.io", "b", "x"])).map(({ id }) => id)).toEqual(["in-1"]);
  });

  it("lists the tests that are due, the longest waiting first", async () => {
    await store.write(async (writer) => {
      for (const [id, nextTestAt] of [
        ["in-1", 30],
        ["in-2", 10],
        ["in-3", null],
        ["in-4", 20],
      ] as const) {
        await writer.insertIntegration({ ...row, id, name: id, host: id, nextTestAt });
      }
    });
    expect((await store.listDueTests(20, 10)).map(({ id }) => id)).toEqual(["in-2", "in-4"]);
    expect((await store.listDueTests(99, 1)).map(({ id }) => id)).toEqual(["in-2"]);
  });

  it("deletes run tokens that ended long ago, and no access token", async () => {
    const run = { ...token, kind: "run", role: null } as const;
    await store.write(async (writer) => {
      await writer.insertToken({ ...token, expiresAt: 1 });
      await writer.insertToken({ ...run, id: "rt-1", hash: "h1", expiresAt: 1 });
      await writer.insertToken({ ...run, id: "rt-2", hash: "h2", expiresAt: 5 });
      await writer.deleteRunTokensEndedBefore(5);
    });
    const found = await Promise.all(["at-1", "rt-1", "rt-2"].map((id) => store.findToken(id)));
    expect(found.map((each) => each?.id)).toEqual(["at-1", undefined, "rt-2"]);
  });
});

describe("the database file", () => {
  let workspace: Workspace;
  let path: string;
  beforeEach(() => {
    workspace = createWorkspace();
    path = workspace.path("scalr-oci.db");
  });
  afterEach(() => workspace.remove());

  it("is for its owner only, its journal too", async () => {
    const store = openSqliteStore(path, 0);
    await store.write((writer) => writer.insertDataKey(dataKey));
    expect([path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ]);
    await store.close();
  });

  it("is synced on every commit, checks what it is told, and overwrites what it deletes", () => {
    const database = openDatabase(path);
    const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
    expect(pragma("journal_mode")).toBe("wal");
    expect(pragma("synchronous")).toBe(2);
    expect(pragma("foreign_keys")).toBe(1);
    expect(pragma("secure_delete")).toBe(1);
    expect(pragma("trusted_schema")).toBe(0);
    expect(pragma("busy_timeout")).toBe(5000);
    database.close();
  });

  it("keeps nothing of a secret that was replaced or deleted", async () => {
    const store = openSqliteStore(path, 0);
    await store.write(async (writer) => {
      await writer.insertDataKey(dataKey);
      await writer.insertIntegration({ ...row, secret: "the-first-sealing" });
    });
    await store.write((writer) => writer.replaceIntegration({ ...row, secret: "the-second-sealing", revision: 2 }, 1));
    await store.write((writer) => writer.deleteIntegration("in-1"));
    await store.close();
    expect(readFileSync(path).includes("sealing")).toBe(false);
  });

  it("can be written by two processes at once: one waits for the other", async () => {
    const store = openSqliteStore(path, 0);
    const program = `
      const { openSqliteStore } = await import(${JSON.stringify(import.meta.resolve("../../../../src/server/store/sqlite-store.ts"))});
      const store = openSqliteStore(process.argv[1], 0);
      const token = JSON.parse(process.argv[2]);
      for (let index = 0; index < 100; index += 1) {
        await store.write(async (writer) => {
          await writer.listAccessTokens();
          await writer.insertToken({ ...token, id: \`child-\${index}\`, hash: \`child-\${index}\` });
        });
      }
      await store.close();`;
    const child = run(process.execPath, ["--input-type=module", "-e", program, path, JSON.stringify(token)], {
      environment: workspace.environment(),
    });
    for (let index = 0; index < 100; index += 1) {
      // Reading first: a transaction that took the write lock only then would find its snapshot outdated.
      await store.write(async (writer) => {
        await writer.listAccessTokens();
        await writer.insertToken({ ...token, id: `own-${index}`, hash: `own-${index}` });
      });
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(await child).toMatchObject({ exitCode: 0 });
    expect(await store.listAccessTokens()).toHaveLength(200);
    await store.close();
  });

  it("is refused when a newer version wrote it, and left as it is", async () => {
    await openSqliteStore(path, 0).close();
    const database = new DatabaseSync(path);
    database.exec("insert into migrations values (999, 'from the future', 0)");
    database.close();
    expect(() => openSqliteStore(path, 0)).toThrow(
      expect.objectContaining({
        code: "DATABASE_TOO_NEW",
        message: "database has table layout 999, expected at most 1",
      }),
    );
  });

  it("is refused when it is something else", () => {
    writeFileSync(
      path,
      "this is no database, but a text that is long enough to look like one to a hurried reader".repeat(20),
    );
    expect(() => openSqliteStore(path, 0)).toThrow("file is not a database");
  });
});
