// Where an integration's login lies, as the vault's associated data names it.
import type { ServerParts } from "../parts.ts";
import type { IntegrationRow } from "../store/store.ts";
import type { SecretPlace } from "../vault/vault.ts";

export function placeOf(parts: Pick<ServerParts, "accountId">, row: IntegrationRow): SecretPlace {
  return { accountId: parts.accountId, integrationId: row.id, host: row.host, version: row.secretVersion };
}
