// Bearer tokens to token rows; RFC 6750 section 2.1.
import { AuthError } from "../../base/errors.ts";
import type { ServerParts } from "../parts.ts";
import type { Store, TokenRow } from "../store/store.ts";
import { hashToken, isToken } from "./token-format.ts";

/** Last use is written at most this often: reading must not cost a write each time, nor 500 requests at once 500 writes. */
const noteIntervalMs = 60_000;
const maxNoted = 10_000;

const bearer = /^Bearer +(?<token>[^ ]+) *$/i;

/** Finds out who asks. */
export type Authenticator = (header: string | undefined) => Promise<TokenRow>;

/**
 * An authenticator for Authorization headers.
 * It throws AuthError TOKEN_INVALID, TOKEN_EXPIRED or TOKEN_REVOKED: only who holds a token learns the difference.
 */
export function createAuthenticator({
  store,
  clock,
  logger,
}: Pick<ServerParts, "store" | "clock" | "logger">): Authenticator {
  /** Token ids and when their use was noted; a token that is missing here is noted once more, no harm done. */
  const noted = new Map<string, number>();
  const note = async ({ id, lastUsedAt }: TokenRow, now: number): Promise<void> => {
    if (now - Math.max(lastUsedAt ?? 0, noted.get(id) ?? 0) < noteIntervalMs) return;
    if (noted.size >= maxNoted) noted.clear();
    noted.set(id, now);
    try {
      await store.write((writer) => writer.touchToken(id, now));
    } catch {
      // Reading goes on while nothing can be written.
      logger.log("warn", "last use of a token cannot be noted", () => ({ actor: id }));
    }
  };
  return async (header) => {
    const row = await findToken(store, header);
    const now = clock.now();
    refuseEnded(row, now);
    await note(row, now);
    return row;
  };
}

async function findToken(store: Store, header: string | undefined): Promise<TokenRow> {
  const text = bearer.exec(header ?? "")?.groups?.["token"];
  if (text === undefined) {
    const message = "there is no token, expected the header Authorization with Bearer and a token";
    throw new AuthError("TOKEN_INVALID", message, { hint: "set SCALR_TOKEN" });
  }
  const row = isToken(text) ? await store.findTokenByHash(hashToken(text)) : undefined;
  if (row !== undefined) return row;
  throw new AuthError("TOKEN_INVALID", "token is not known to this server", {
    hint: "check that the token is whole and belongs to this server",
  });
}

function refuseEnded(row: TokenRow, now: number): void {
  if (row.revokedAt !== null) throw new AuthError("TOKEN_REVOKED", "token was revoked", { hint: hintFor(row) });
  if (row.expiresAt !== null && row.expiresAt <= now) {
    const at = new Date(row.expiresAt).toISOString();
    throw new AuthError("TOKEN_EXPIRED", `token ended at ${at}`, { hint: hintFor(row) });
  }
}

function hintFor(row: TokenRow): string {
  return row.kind === "run" ? "mint a new run token" : "make a new one with: scalr-oci token create";
}
