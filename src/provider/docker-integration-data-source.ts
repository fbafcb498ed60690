// The data source scalr_docker_integration: an integration that exists already, by id or by name.
import type { DockerIntegration } from "../api/documents/docker-integration.ts";
import { NotFoundError } from "../base/errors.ts";
import { bool, string } from "../bridge/attribute.ts";
import { atLeastOneOf } from "../bridge/config-validator.ts";
import type { ReadDataSourceContext } from "../bridge/data-source.ts";
import { withData } from "../bridge/provider.ts";
import { defineSchema } from "../bridge/schema.ts";
import type { State } from "../bridge/schema-values.ts";
import { withDiagnostics } from "./diagnostics.ts";
import type { ManagementAccess } from "./management-access.ts";

const schema = defineSchema({
  version: 0,
  description: "A Docker-compatible registry integration that exists already, found by its id or its exact name.",
  attributes: {
    id: string({ optional: true, computed: true, description: "Identifier. Together with `name` both must fit." }),
    name: string({ optional: true, computed: true, description: "Exact name." }),
    registry_url: string({
      computed: true,
      description: "The registry's address in normal form, `https://HOST[:PORT]`.",
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
  validators: [atLeastOneOf("id", "name")],
  read: async (context) => withDiagnostics(context, { doing: "looking for an integration" }, () => read(context)),
});

async function read(context: ReadDataSourceContext<Schema, ManagementAccess>): Promise<State<Schema>> {
  const { id, name, registryUrl, username, exportCredentials, status, errorMessage } = await findIntegration(context);
  return {
    id,
    name,
    registry_url: registryUrl,
    username,
    export_credentials: exportCredentials,
    status,
    error_message: errorMessage,
  };
}

/** @throws NotFoundError INTEGRATION_NOT_FOUND, ConflictError INTEGRATION_AMBIGUOUS */
async function findIntegration({
  config,
  data,
  signal,
}: ReadDataSourceContext<Schema, ManagementAccess>): Promise<DockerIntegration> {
  const { integrations } = await data.client();
  if (config.id !== null) {
    const found = await integrations.read(config.id, { signal });
    if (config.name === null || config.name === found.name) return found;
    throw notFound(
      `integration ${found.id} has another name than "${config.name}", expected id and name of one integration`,
    );
  }
  const found = await integrations.find({ name: config.name ?? "" }, { signal });
  if (found !== undefined) return found;
  throw notFound(`there is no integration with the name "${config.name ?? ""}"`);
}

function notFound(message: string): NotFoundError {
  return new NotFoundError("INTEGRATION_NOT_FOUND", message, { hint: "check the name and the rights of the token" });
}
