// What a new database gets at its first start: an account, and an admin token in a file that only its owner reads.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { Secret } from "../base/secret.ts";
import { writeWholeFile } from "../base/whole-file.ts";
import { createId } from "./ids.ts";
import type { Store } from "./store/store.ts";
import { makeAccessToken } from "./tokens/access-tokens.ts";

const adminTokenFile = "admin-token";

export interface FirstStart {
  readonly accountId: string;
  /** The first admin token; undefined when an earlier start made it. */
  readonly madeAdminToken: Secret | undefined;
}

/**
 * @param dataDirectory where the admin token is written; undefined leaves it in memory. The file is on disk before the token
 *   counts: a server that dies in between makes another.
 */
export async function prepareFirstStart(
  store: Store,
  clock: Clock,
  dataDirectory: string | undefined,
): Promise<FirstStart> {
  return store.write(async (writer) => {
    const present = await writer.findAccountId();
    if (present !== undefined) return { accountId: present, madeAdminToken: undefined };
    const accountId = createId("acc");
    const { token, row } = makeAccessToken(
      { role: "admin", name: "first admin token", expiresAt: null },
      null,
      clock.now(),
    );
    if (dataDirectory !== undefined) writeWholeFile(adminTokenPath(dataDirectory), `${token.reveal()}\n`);
    await writer.insertAccount(accountId, clock.now());
    await writer.insertToken(row);
    return { accountId, madeAdminToken: token };
  });
}

export function adminTokenPath(dataDirectory: string): string {
  return join(dataDirectory, adminTokenFile);
}

/** The first admin token, where its file is still there. */
export function findAdminToken(dataDirectory: string): Secret | undefined {
  const path = adminTokenPath(dataDirectory);
  return existsSync(path) ? new Secret(readFileSync(path, "utf8").trim()) : undefined;
}
