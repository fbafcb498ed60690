// `scalr-oci audit`: who did what at our own server, and which run read which login.
import type { Command } from "commander";
import type { AuditEvent } from "../api/documents.ts";
import { systemClock } from "../base/clock.ts";
import { parseRegistryHost } from "../names/registry-host.ts";
import type { CliContext } from "./context.ts";
import { parseStart } from "./duration.ts";
import { withManagementClient } from "./management-access.ts";
import { formatTable } from "./table.ts";

interface AuditFlags {
  readonly since: string;
  readonly host?: string;
  readonly json?: boolean;
}

export function registerAudit(program: Command, context: CliContext): void {
  program
    .command("audit")
    .description("the audit trail of scalr-oci serve, the newest first (needs an admin token in SCALR_TOKEN)")
    .option("--since <when>", "how far back: 90m, 12h, 30d, 2w or a time", "7d")
    .option("--host <host>", "only what was done about this registry host")
    .option("--json", "print one JSON object a line")
    .action(async (flags: AuditFlags) => {
      const sinceMs = parseStart(flags.since, systemClock.now(), "--since");
      const host = flags.host === undefined ? undefined : parseRegistryHost(flags.host);
      await withManagementClient(context, async (client) => {
        const events = await client.audit.list({ sinceMs, host });
        context.stdout.write(flags.json === true ? toLines(events) : toTable(events));
      });
    });
}

function toLines(events: readonly AuditEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

function toTable(events: readonly AuditEvent[]): string {
  const rows = events.map(({ at, action, outcome, host, subjectId, tokenId }) => [
    ...[at, action, outcome, host ?? "", subjectId ?? "", tokenId],
  ]);
  return formatTable([["AT", "ACTION", "OUTCOME", "HOST", "SUBJECT", "TOKEN"], ...rows]);
}
