// `scalr-oci token`: makes, lists and revokes access tokens of our own server, through its API.
import { type Command, Option } from "commander";
import type { ManagementClient } from "../api/client.ts";
import { type AccessRole, accessRoles } from "../api/documents/roles.ts";
import type { AccessToken } from "../api/documents.ts";
import { systemClock } from "../base/clock.ts";
import type { CliContext } from "./context.ts";
import { parseEnd } from "./duration.ts";
import { withManagementClient } from "./management-access.ts";
import { formatTable } from "./table.ts";

interface CreateFlags {
  readonly role: AccessRole;
  readonly expires?: string;
  readonly name?: string;
  readonly json?: boolean;
}

export function registerToken(program: Command, context: CliContext): void {
  const token = program
    .command("token")
    .description("access tokens of scalr-oci serve (needs an admin token in SCALR_TOKEN)");
  token
    .command("create")
    .description("make a token and print it; it is shown this once")
    .addOption(
      new Option("--role <role>", "admin: everything; manage: integrations; mint: run tokens, for scalr-oci exec")
        .choices([...accessRoles])
        .makeOptionMandatory(),
    )
    .option("--expires <when>", "when it ends: 90m, 12h, 30d, 2w or a time (default: never)")
    .option("--name <name>", "what it is for")
    .option("--json", "print one JSON object")
    .action(async (flags: CreateFlags) => {
      // Before the server is asked: what is wrong here needs no server to say so.
      const endsAtMs =
        flags.expires === undefined ? undefined : parseEnd(flags.expires, systemClock.now(), "--expires");
      await withManagementClient(context, (client) => create(client, context, flags, endsAtMs));
    });
  token
    .command("list")
    .description("list the tokens that are not revoked")
    .option("--json", "print one JSON array")
    .action(async (flags: { json?: boolean }) =>
      withManagementClient(context, (client) => list(client, context, flags.json === true)),
    );
  token
    .command("revoke")
    .description("end a token, and the run tokens it made")
    .argument("<id>", "its id, as at-…")
    .action(async (id: string) => withManagementClient(context, (client) => revoke(client, context, id)));
}

async function create(
  client: ManagementClient,
  context: CliContext,
  flags: CreateFlags,
  endsAtMs: number | undefined,
): Promise<void> {
  const { role, name, json } = flags;
  const expiresAt = endsAtMs === undefined ? null : new Date(endsAtMs).toISOString();
  const { token, ...made } = await client.accessTokens.create({ role, name: name ?? null, expiresAt });
  if (json === true) {
    context.stdout.write(`${JSON.stringify({ ...made, token: token.reveal() })}\n`);
    return;
  }
  context.stderr.write(
    `${made.id} may ${role}, ${made.expiresAt === null ? "does not end" : `ends at ${made.expiresAt}`}\n`,
  );
  context.stdout.write(`${token.reveal()}\n`);
}

async function list(client: ManagementClient, context: CliContext, isJson: boolean): Promise<void> {
  const tokens = await client.accessTokens.list();
  context.stdout.write(isJson ? `${JSON.stringify(tokens)}\n` : table(tokens));
}

async function revoke(client: ManagementClient, context: CliContext, id: string): Promise<void> {
  await client.accessTokens.revoke(id);
  context.stderr.write(`${id} is revoked\n`);
}

function table(tokens: readonly AccessToken[]): string {
  const rows = tokens.map(({ id, role, name, createdAt, expiresAt, lastUsedAt }) => [
    ...[id, role, createdAt, expiresAt ?? "never", lastUsedAt ?? "never", name ?? ""],
  ]);
  return formatTable([["ID", "ROLE", "CREATED", "ENDS", "LAST USED", "NAME"], ...rows]);
}
