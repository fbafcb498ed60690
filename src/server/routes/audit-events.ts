// The audit trail, for admins: who did what to which integration or token, and what was read.
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import * as z from "zod";
import { auditEventsPath, toAuditEventResource } from "../../api/documents.ts";
import type { ServerParts } from "../parts.ts";
import { paginationOf, parseAuditQuery } from "./list-query.ts";
import { toTimestamp } from "./timestamp.ts";

export function auditEventRoutes(app: FastifyInstance, parts: ServerParts): void {
  const list = {
    schema: { querystring: z.record(z.string(), z.unknown()) },
    config: { access: "audit-events:read" },
  } as const;
  app.withTypeProvider<ZodTypeProvider>().get(auditEventsPath, list, async (request) => {
    const query = parseAuditQuery(request.query);
    const { items, total } = await parts.store.listAudit(query);
    const data = items.map((event) => toAuditEventResource({ ...event, id: `${event.id}`, at: toTimestamp(event.at) }));
    return { data, meta: { pagination: paginationOf(query, total) } };
  });
}
