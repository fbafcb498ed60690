// Deletes an integration; what it had sealed is overwritten in the database file.
import { auditOf } from "../audit.ts";
import type { Requester, ServerParts } from "../parts.ts";
import { integrationNotFound } from "./refusals.ts";

/** @throws NotFoundError INTEGRATION_NOT_FOUND */
export async function deleteIntegration(parts: ServerParts, id: string, requester: Requester): Promise<void> {
  await parts.store.write(async (writer) => {
    const row = await writer.findIntegration(id);
    if (row === undefined) throw integrationNotFound(id);
    await writer.deleteIntegration(id);
    await writer.appendAudit([auditOf(requester, parts.clock.now(), "integration.delete", row, "deleted")]);
  });
}
