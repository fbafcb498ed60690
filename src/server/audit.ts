// Lines of the audit trail.
import type { Requester } from "./parts.ts";
import type { AuditEvent } from "./store/store.ts";

export type AuditAction =
  | "integration.create"
  | "integration.update"
  | "integration.delete"
  | "credential.read"
  | "run-token.create"
  | "run-token.revoke"
  | "access-token.create"
  | "access-token.revoke";

/** @param subject what was acted on; null where a read found nothing */
export function auditOf(
  requester: Requester,
  at: number,
  action: AuditAction,
  subject: { readonly id: string | null; readonly host?: string | null },
  outcome: string,
): AuditEvent {
  const { tokenId, requestId } = requester;
  return { at, requestId, tokenId, action, subjectId: subject.id, host: subject.host ?? null, outcome };
}
