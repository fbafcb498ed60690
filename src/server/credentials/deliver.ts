// Gives credentials to a run. Nothing leaves before its audit row is on disk.
import type { Credential } from "../../base/credential.ts";
import { AuthError, NotFoundError } from "../../base/errors.ts";
import { parseRegistryHost } from "../../names/registry-host.ts";
import { auditOf } from "../audit.ts";
import { isRefused } from "../integrations/test-state.ts";
import { placeOf } from "../integrations/secret-place.ts";
import type { Requester, ServerParts } from "../parts.ts";
import type { IntegrationRow, TokenRow } from "../store/store.ts";

export interface DeliveredCredential {
  /** `HOST[:PORT]` that credentials are filed under. */
  readonly host: string;
  /** `HOST[:PORT]` of the registry URL; another one than `host` only for spellings of Docker Hub. */
  readonly urlHost: string;
  readonly credential: Credential;
}

/**
 * All credentials that the run may read and that no registry refuses; empty when there are none.
 * @throws InternalError SECRET_UNREADABLE
 */
export async function deliverAll(
  parts: ServerParts,
  token: TokenRow,
  requester: Requester,
): Promise<DeliveredCredential[]> {
  const rows = await parts.store.listExported(token.hosts);
  const wanted = rows.filter((row) => !isRefused(row));
  const delivered: DeliveredCredential[] = [];
  for (const row of wanted) delivered.push(toDelivered(row, await open(parts, row, requester)));
  await audit(parts, requester, wanted.length === 0 ? [nothing] : wanted, wanted.length === 0 ? "none" : "delivered");
  return delivered;
}

/**
 * The credential for one host, in any spelling.
 * @throws NotFoundError CREDENTIAL_NOT_FOUND when the run has none for it, AuthError CREDENTIAL_REFUSED when the registry
 *   refuses the one it has, InputError INVALID_REGISTRY_HOST, InternalError SECRET_UNREADABLE
 */
export async function deliverOne(
  parts: ServerParts,
  token: TokenRow,
  text: string,
  requester: Requester,
): Promise<DeliveredCredential> {
  const host = parseRegistryHost(text).credentialKey;
  const [row] = token.hosts === null || token.hosts.includes(host) ? await parts.store.listExported([host]) : [];
  if (row === undefined) {
    await audit(parts, requester, [{ id: null, host }], "not-found");
    throw new NotFoundError("CREDENTIAL_NOT_FOUND", `there is no exported credential for ${host}`, {
      hint: "add an integration for it with export_credentials = true",
    });
  }
  if (isRefused(row)) {
    await audit(parts, requester, [row], "refused");
    throw new AuthError("CREDENTIAL_REFUSED", `${host} refuses the login of the integration '${row.name}'`, {
      host,
      hint: `set a new password in the integration ${row.id}`,
    });
  }
  const credential = await open(parts, row, requester);
  await audit(parts, requester, [row], "delivered");
  return toDelivered(row, credential);
}

function toDelivered(row: IntegrationRow, credential: Credential): DeliveredCredential {
  return { host: row.host, urlHost: parseRegistryHost(row.registryUrl).value, credential };
}

const nothing = { id: null, host: null };

async function open(parts: ServerParts, row: IntegrationRow, requester: Requester): Promise<Credential> {
  try {
    return await parts.vault.open(row, placeOf(parts, row));
  } catch (thrown) {
    await audit(parts, requester, [row], "unreadable");
    throw thrown;
  }
}

async function audit(
  parts: ServerParts,
  requester: Requester,
  subjects: readonly { readonly id: string | null; readonly host: string | null }[],
  outcome: string,
): Promise<void> {
  const now = parts.clock.now();
  const events = subjects.map((subject) => auditOf(requester, now, "credential.read", subject, outcome));
  await parts.store.write((writer) => writer.appendAudit(events));
}
