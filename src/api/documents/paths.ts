// Where the management API has what. `/api/iacp/v3` is Scalr's, `/api/oci/v1` is ours: nobody shall mistake one for the other.
import { InputError } from "../../base/errors.ts";

/** Terraform's service discovery; Scalr's own provider asks it first, without a token. */
export const discoveryPath = "/.well-known/terraform.json";
export const discoveryDocument = { "iacp.v3": "/api/iacp/v3/" } as const;

export const integrationsPath = "/api/iacp/v3/integrations/docker";
export const runTokensPath = "/api/oci/v1/run-tokens";
export const currentRunTokenPath = "/api/oci/v1/run-tokens/current";
export const accessTokensPath = "/api/oci/v1/access-tokens";
export const auditEventsPath = "/api/oci/v1/audit-events";
export const dockerConfigPath = "/api/oci/v1/docker-config";
export const credentialsPath = "/api/oci/v1/credentials";

/**
 * The path of one member of a collection; any text is a legal id to a server.
 * @throws InputError INVALID_ARGUMENT for an id that is empty or only dots: a path cannot hold it
 */
export function memberPath(collection: string, id: string): string {
  if (/^\.{0,2}$/.test(id)) {
    throw new InputError(
      "INVALID_ARGUMENT",
      `id is not valid, got ${id === "" ? "nothing" : id}, expected an id such as in-…`,
      {
        path: "id",
      },
    );
  }
  return `${collection}/${encodeURIComponent(id)}`;
}
