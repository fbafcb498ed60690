// Run tokens: what one run reads credentials with. Short-lived, revoked at its end, unable to mint others.
import { InputError } from "../../base/errors.ts";
import { parseRegistryHost } from "../../names/registry-host.ts";
import { auditOf } from "../audit.ts";
import { createId } from "../ids.ts";
import type { Requester, ServerParts } from "../parts.ts";
import type { TokenRow } from "../store/store.ts";
import type { MadeToken } from "./access-tokens.ts";
import { createToken, hashToken } from "./token-format.ts";

/** Ended run tokens are kept this long, so that a late request learns that its token ended. */
const keptAfterEndMs = 7 * 86_400_000;

export interface NewRunToken {
  /** Registry hosts in any spelling; null for all that are exported. */
  readonly hosts: readonly string[] | null;
  readonly lifetimeSeconds: number;
}

/** @throws InputError INVALID_REGISTRY_HOST at the host that cannot be read */
export async function mintRunToken(parts: ServerParts, wanted: NewRunToken, requester: Requester): Promise<MadeToken> {
  const hosts = wanted.hosts?.map((text, index) => parseHostAt(text, index)) ?? null;
  const now = parts.clock.now();
  const token = createToken("run");
  const row: TokenRow = {
    id: createId("rt"),
    kind: "run",
    role: null,
    name: null,
    hash: hashToken(token.reveal()),
    hosts: hosts && [...new Set(hosts)],
    createdAt: now,
    createdBy: requester.tokenId,
    expiresAt: now + wanted.lifetimeSeconds * 1000,
    revokedAt: null,
    lastUsedAt: null,
  };
  await parts.store.write(async (writer) => {
    await writer.deleteRunTokensEndedBefore(now - keptAfterEndMs);
    // Here, because runs are what fills the trail.
    await writer.deleteAuditBefore(now - parts.auditKeptMs);
    await writer.insertToken(row);
    await writer.appendAudit([auditOf(requester, now, "run-token.create", row, "minted")]);
  });
  return { token, row };
}

/** Ends the run token that asks for it. */
export async function revokeRunToken(parts: ServerParts, row: TokenRow, requester: Requester): Promise<void> {
  const now = parts.clock.now();
  await parts.store.write(async (writer) => {
    await writer.revokeToken(row.id, now);
    await writer.appendAudit([auditOf(requester, now, "run-token.revoke", row, "revoked")]);
  });
}

function parseHostAt(text: string, index: number): string {
  try {
    return parseRegistryHost(text).credentialKey;
  } catch (cause) {
    throw new InputError("INVALID_REGISTRY_HOST", "registry host cannot be read, expected HOST[:PORT]", {
      path: `/data/attributes/hosts/${index}`,
      cause,
    });
  }
}
