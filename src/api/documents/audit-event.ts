// One line of our server's audit trail: who did what to what, when, and how it ended.
import * as z from "zod";
import { timestampSchema } from "./json-api.ts";

export const auditEventType = "audit-events";

/** Never a secret. `at` is RFC 3339; what does not apply is null. */
export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  /** What was done, such as `credential.read`. */
  readonly action: string;
  /** How it ended, such as `created` or the code of an error. */
  readonly outcome: string;
  /** Registry host, as `HOST[:PORT]`. */
  readonly host: string | null;
  /** Id of the integration or token that was acted on. */
  readonly subjectId: string | null;
  /** Id of the token that asked. */
  readonly tokenId: string;
  readonly requestId: string;
}

export const auditEventResourceSchema = z.object({
  type: z.literal(auditEventType),
  id: z.string().min(1),
  attributes: z.object({
    at: timestampSchema,
    action: z.string(),
    outcome: z.string(),
    host: z.string().nullable(),
    "subject-id": z.string().nullable(),
    "token-id": z.string(),
    "request-id": z.string(),
  }),
});

export type AuditEventResource = z.infer<typeof auditEventResourceSchema>;

export function fromAuditEventResource({ id, attributes }: AuditEventResource): AuditEvent {
  const { at, action, outcome, host } = attributes;
  return {
    id,
    at,
    action,
    outcome,
    host,
    subjectId: attributes["subject-id"],
    tokenId: attributes["token-id"],
    requestId: attributes["request-id"],
  };
}

export function toAuditEventResource(event: AuditEvent): AuditEventResource {
  const { id, at, action, outcome, host, subjectId, tokenId, requestId } = event;
  return {
    type: auditEventType,
    id,
    attributes: { at, action, outcome, host, "subject-id": subjectId, "token-id": tokenId, "request-id": requestId },
  };
}
