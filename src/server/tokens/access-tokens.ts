// Access tokens: made, listed and revoked by admins; the token itself is shown once.
import type { Secret } from "../../base/secret.ts";
import { ConflictError, InputError, NotFoundError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { auditOf } from "../audit.ts";
import { createId } from "../ids.ts";
import type { Requester, ServerParts } from "../parts.ts";
import type { AccessRole } from "../../api/documents.ts";
import type { StoreReader, TokenRow } from "../store/store.ts";
import { createToken, hashToken } from "./token-format.ts";

export interface NewAccessToken {
  readonly role: AccessRole;
  readonly name: string | null;
  /** Milliseconds since the epoch; null for one that does not end. */
  readonly expiresAt: number | null;
}

export interface MadeToken {
  readonly token: Secret;
  readonly row: TokenRow;
}

/** A row for a new token; nothing is stored yet. */
export function makeAccessToken(wanted: NewAccessToken, createdBy: string | null, now: number): MadeToken {
  const token = createToken("access");
  const row: TokenRow = {
    id: createId("at"),
    kind: "access",
    role: wanted.role,
    name: wanted.name,
    hash: hashToken(token.reveal()),
    hosts: null,
    createdAt: now,
    createdBy,
    expiresAt: wanted.expiresAt,
    revokedAt: null,
    lastUsedAt: null,
  };
  return { token, row };
}

/** @throws InputError INVALID_ATTRIBUTE when it would be over before it begins */
export async function createAccessToken(
  parts: ServerParts,
  wanted: NewAccessToken,
  requester: Requester,
): Promise<MadeToken> {
  const now = parts.clock.now();
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    throw new InputError("INVALID_ATTRIBUTE", "expires-at is in the past, expected a time to come", {
      path: "/data/attributes/expires-at",
    });
  }
  const made = makeAccessToken(wanted, requester.tokenId, now);
  await parts.store.write(async (writer) => {
    await writer.insertToken(made.row);
    await writer.appendAudit([auditOf(requester, now, "access-token.create", made.row, wanted.role)]);
  });
  return made;
}

/**
 * Revokes an access token and the run tokens that it minted.
 * @throws NotFoundError TOKEN_NOT_FOUND, ConflictError LAST_ADMIN_TOKEN
 */
export async function revokeAccessToken(parts: ServerParts, id: string, requester: Requester): Promise<void> {
  const now = parts.clock.now();
  await parts.store.write(async (writer) => {
    const row = await writer.findToken(id);
    if (row?.kind !== "access" || row.revokedAt !== null) {
      throw new NotFoundError("TOKEN_NOT_FOUND", `access token with ID '${printable(id)}' not found`, {
        hint: "list them with: scalr-oci token list",
      });
    }
    if (await isLastAdmin(writer, row, now)) {
      throw new ConflictError("LAST_ADMIN_TOKEN", "this is the last admin token, expected another one to remain", {
        hint: "make a new one first: scalr-oci token create --role admin",
      });
    }
    await writer.revokeToken(id, now);
    await writer.appendAudit([auditOf(requester, now, "access-token.revoke", row, "revoked")]);
  });
}

async function isLastAdmin(reader: StoreReader, row: TokenRow, now: number): Promise<boolean> {
  if (row.role !== "admin") return false;
  const rows = await reader.listAccessTokens();
  return !rows.some((other) => other.id !== row.id && other.role === "admin" && (other.expiresAt ?? Infinity) > now);
}
