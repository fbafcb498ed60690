// Bearer tokens to token rows; RFC 6750 section 2.1.
import type { Clock } from "../../base/clock.ts";
import { AuthError } from "../../base/errors.ts";
import type { Store, TokenRow } from "../store/store.ts";
import { hashToken, isToken } from "./token-format.ts";

/** `last used` is written at most this often: reading must not cost a write each time. */
const touchIntervalMs = 60_000;

const bearer = /^Bearer +(?<token>[^ ]+) *$/i;

/**
 * The token that an Authorization header carries.
 * @throws AuthError TOKEN_INVALID, TOKEN_EXPIRED or TOKEN_REVOKED: only who holds a token learns the difference
 */
export async function authenticate(store: Store, clock: Clock, header: string | undefined): Promise<TokenRow> {
  const text = bearer.exec(header ?? "")?.groups?.["token"];
  if (text === undefined) {
    throw new AuthError(
      "TOKEN_INVALID",
      "there is no token, expected the header Authorization with Bearer and a token",
      { hint: "set SCALR_TOKEN" },
    );
  }
  const row = isToken(text) ? await store.findTokenByHash(hashToken(text)) : undefined;
  if (row === undefined) {
    throw new AuthError("TOKEN_INVALID", "token is not known to this server", {
      hint: "check that the token is whole and belongs to this server",
    });
  }
  const now = clock.now();
  refuseEnded(row, now);
  if (row.lastUsedAt === null || now - row.lastUsedAt >= touchIntervalMs) {
    await store.write((writer) => writer.touchToken(row.id, now));
  }
  return row;
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
