// The audit trail of our own server.
import type { RegistryHost } from "../names/registry-host.ts";
import { type AuditEvent, auditEventsPath, fromAuditEventResource } from "./documents.ts";
import { auditEventResourceSchema } from "./documents/audit-event.ts";
import { ofOurServer } from "./our-server.ts";
import { readAllPages } from "./pages.ts";
import type { CallOptions, Session } from "./session.ts";

/** Which events; all of them when nothing is said. */
export interface AuditSearch {
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
  readonly host?: RegistryHost | undefined;
}

export class AuditCalls {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * What was done, the newest first.
   * @throws AuthError RIGHT_MISSING for all but admins, NotFoundError ROUTE_NOT_FOUND where there is no such trail
   */
  async list({ sinceMs, host }: AuditSearch = {}, options: CallOptions = {}): Promise<readonly AuditEvent[]> {
    const query = {
      ...(sinceMs !== undefined && { "filter[since]": new Date(sinceMs).toISOString() }),
      ...(host !== undefined && { "filter[host]": host.value }),
    };
    const pages = readAllPages(
      this.#session,
      auditEventResourceSchema,
      { path: auditEventsPath, query },
      { ...options, notFound: "ROUTE_NOT_FOUND" },
    );
    return (await ofOurServer(pages, this.#session, "audit trail")).map(fromAuditEventResource);
  }
}
