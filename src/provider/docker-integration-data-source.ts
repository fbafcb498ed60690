// The data source scalr_docker_integration: an integration that exists already, by id, by name or by its registry.
import type { DockerIntegration } from "../api/documents/docker-integration.ts";
import { NotFoundError } from "../base/errors.ts";
import { bool, string } from "../bridge/attribute.ts";
import { atLeastOneOf } from "../bridge/config-validator.ts";
import type { ReadDataSourceContext } from "../bridge/data-source.ts";
import { withData } from "../bridge/provider.ts";
import { defineSchema } from "../bridge/schema.ts";
import type { State } from "../bridge/schema-values.ts";
import { parseRegistryHost } from "../names/registry-host.ts";
import { withDiagnostics } from "./diagnostics.ts";
import type { ManagementAccess } from "./management-access.ts";
import { isSameRegistryUrl, keepSpelling } from "./registry-url.ts";

const schema = defineSchema({
  version: 0,
  description:
    "A Docker-compatible registry integration that exists already, found by its id, its exact name or its registry. What is given must all fit.",
  attributes: {
    id: string({ optional: true, computed: true, description: "Identifier." }),
    name: string({ optional: true, computed: true, description: "Exact name." }),
    registry_url: string({
      optional: true,
      computed: true,
      description: "The registry's address; in normal form, `https://HOST[:PORT]`, unless given in another spelling.",
    }),
    username: string({ computed: true, description: "User name at the registry." }),
    export_credentials: bool({ computed: true, description: "Whether every plan and apply run gets the login." }),
    status: string({
      computed: true,
      description: "Result of the latest connection test: `active`, `disabled`, `failed` or `pending`.",
    }),
    error_message: string({
      computed: true,
      description: "What the latest connection test complained about, if anything.",
    }),
  },
});

type Schema = typeof schema;

const define = withData<ManagementAccess>();

export const dockerIntegrationDataSource = define.defineDataSource({
  type: "scalr_docker_integration",
  schema,
  validators: [atLeastOneOf("id", "name", "registry_url")],
  read: async (context) => withDiagnostics(context, { doing: "looking for an integration" }, () => read(context)),
});

async function read(context: ReadDataSourceContext<Schema, ManagementAccess>): Promise<State<Schema>> {
  const { config } = context;
  const found = await findIntegration(context);
  refuseMismatch(config, found);
  return {
    id: found.id,
    name: found.name,
    registry_url: keepSpelling(config.registry_url, found.registryUrl),
    username: found.username,
    export_credentials: found.exportCredentials,
    status: found.status,
    error_message: found.errorMessage,
  };
}

/** @throws NotFoundError INTEGRATION_NOT_FOUND, ConflictError INTEGRATION_AMBIGUOUS */
async function findIntegration({
  config: { id, name, registry_url: registryUrl },
  data,
  signal,
}: ReadDataSourceContext<Schema, ManagementAccess>): Promise<DockerIntegration> {
  const { integrations } = await data.client();
  if (id !== null) return integrations.read(id, { signal });
  const search = name === null ? { host: parseRegistryHost(registryUrl ?? "") } : { name };
  const found = await integrations.find(search, { signal });
  if (found !== undefined) return found;
  const what =
    name === null ? `for the registry ${parseRegistryHost(registryUrl ?? "").url}` : `with the name "${name}"`;
  throw notFound(`there is no integration ${what}`);
}

/** An integration that fits one of the attributes and not another is not the one that is meant. */
function refuseMismatch(
  { name, registry_url: registryUrl }: { readonly name: string | null; readonly registry_url: string | null },
  found: DockerIntegration,
): void {
  if (name !== null && name !== found.name) {
    throw notFound(`integration ${found.id} has another name than "${name}", expected one that fits both`);
  }
  if (registryUrl !== null && !isSameRegistryUrl(registryUrl, found.registryUrl)) {
    throw notFound(`integration ${found.id} is for ${found.registryUrl}, expected one that fits registry_url, too`);
  }
}

function notFound(message: string): NotFoundError {
  return new NotFoundError("INTEGRATION_NOT_FOUND", message, { hint: "check the name and the rights of the token" });
}
