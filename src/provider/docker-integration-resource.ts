// The resource scalr_docker_integration: schema and state of Scalr's own provider, and what ours adds.
import type { DockerIntegration } from "../api/documents/docker-integration.ts";
import { AuthError, InputError, isScalrOciError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { bool, int, string } from "../bridge/attribute.ts";
import { exactlyOneOf, requiredTogether } from "../bridge/config-validator.ts";
import { useStateForUnknown } from "../bridge/plan-modifier.ts";
import { withData } from "../bridge/provider.ts";
import {
  type CreateContext,
  type DeleteContext,
  importById,
  type ReadContext,
  type UpdateContext,
} from "../bridge/resource.ts";
import { defineSchema } from "../bridge/schema.ts";
import type { State } from "../bridge/schema-values.ts";
import { reportTest, waitForTest } from "./connection-test.ts";
import { type ErrorContext, withDiagnostics } from "./diagnostics.ts";
import { changesOf } from "./integration-changes.ts";
import { checkIntegration, refuseInvalid } from "./integration-checks.ts";
import type { ManagementAccess } from "./management-access.ts";
import { keepSpelling } from "./registry-url.ts";

const schema = defineSchema({
  version: 0,
  description:
    "A Docker-compatible registry integration: the login for one registry host, which runs load `oci://` modules with. A host takes one integration.",
  attributes: {
    id: string({
      computed: true,
      identifier: true,
      planModifiers: [useStateForUnknown()],
      description: "Identifier, such as `in-v0p1abc2def3ghi`.",
    }),
    name: string({ required: true, description: "Name, at most 128 characters." }),
    registry_url: string({
      required: true,
      description:
        "The registry's own address, such as `https://ghcr.io`, at most 512 characters. It must not redirect: Docker Hub is `https://registry-1.docker.io`.",
    }),
    username: string({ required: true, description: "User name at the registry." }),
    password: string({
      optional: true,
      sensitive: true,
      description:
        "Password or token. It is stored in the state; `password_wo` is not. Exactly one of the two must be set.",
    }),
    password_wo: string({
      optional: true,
      sensitive: true,
      writeOnly: true,
      description:
        "Password or token that is stored neither in plans nor in the state. Needs `password_wo_version`, and OpenTofu or Terraform 1.11.",
    }),
    password_wo_version: int({
      optional: true,
      description: "Version of `password_wo`. Change it to send the password again: nobody can see whether it changed.",
    }),
    export_credentials: bool({
      optional: true,
      computed: true,
      default: false,
      description: "Whether every plan and apply run of the account gets the login. Default: `false`.",
    }),
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
type IntegrationState = State<Schema>;

const define = withData<ManagementAccess>();

export const dockerIntegrationResource = define.defineResource({
  type: "scalr_docker_integration",
  schema,
  validators: [exactlyOneOf("password", "password_wo"), requiredTogether("password_wo", "password_wo_version")],
  validate: ({ config, diagnostics }) => checkIntegration(config, diagnostics),
  create: async (context) =>
    withDiagnostics(context, doing("creating", context.plan.name, context), () => create(context)),
  read: async (context) => withDiagnostics(context, doing("reading", context.state.name), () => read(context)),
  update: async (context) =>
    withDiagnostics(context, doing("updating", context.plan.name, context), () => update(context)),
  delete: async (context) => withDiagnostics(context, doing("deleting", context.state.name), () => remove(context)),
  importState: importById("id"),
});

/** What the API does not give back, or gives back in another spelling. */
type Kept = Pick<IntegrationState, "registry_url" | "username" | "password" | "password_wo_version">;

function toState(integration: DockerIntegration, kept: Kept): IntegrationState {
  return {
    id: integration.id,
    name: integration.name,
    registry_url: keepSpelling(kept.registry_url, integration.registryUrl),
    username: integration.username ?? kept.username,
    password: kept.password,
    password_wo: null,
    password_wo_version: kept.password_wo_version,
    export_credentials: integration.exportCredentials,
    status: integration.status,
    error_message: integration.errorMessage,
  };
}

async function create(context: CreateContext<Schema, ManagementAccess>): Promise<IntegrationState> {
  const { plan, config, signal } = context;
  refuseInvalid(config);
  const client = await context.data.client();
  const wanted = {
    name: plan.name,
    registryUrl: plan.registry_url,
    username: plan.username,
    password: passwordOf(config),
    exportCredentials: plan.export_credentials,
  };
  try {
    return await settle(context, await client.integrations.create(wanted, { signal }));
  } finally {
    context.data.reader.forget();
  }
}

async function read({
  data,
  state,
  signal,
}: ReadContext<Schema, ManagementAccess>): Promise<IntegrationState | undefined> {
  const integration = await data.reader.find(state.id, signal);
  return integration && toState(integration, state);
}

async function update(context: UpdateContext<Schema, ManagementAccess>): Promise<IntegrationState> {
  const { plan, state, config, signal } = context;
  refuseInvalid(config);
  const { integrations } = await context.data.client();
  const changes = changesOf({ state, plan, password: config.password_wo ?? config.password });
  try {
    if (Object.keys(changes).length === 0) return toState(await integrations.read(state.id, { signal }), plan);
    return await settle(context, await integrations.update(state.id, changes, { signal }));
  } finally {
    context.data.reader.forget();
  }
}

/** The state after a write, with the result of the connection test as far as it comes in time. */
async function settle(
  context: CreateContext<Schema, ManagementAccess> | UpdateContext<Schema, ManagementAccess>,
  written: DockerIntegration,
): Promise<IntegrationState> {
  const { data, plan, diagnostics, signal } = context;
  const { integrations } = await data.client();
  const integration = await waitForTest(written, {
    read: (id, pollSignal) => integrations.read(id, { signal: pollSignal }),
    clock: data.clock,
    signal,
  });
  reportTest(integration, diagnostics);
  return toState(integration, plan);
}

async function remove({ data, state, signal }: DeleteContext<Schema, ManagementAccess>): Promise<void> {
  const { integrations } = await data.client();
  try {
    await integrations.delete(state.id, { signal });
  } catch (thrown) {
    if (!isScalrOciError(thrown) || thrown.code !== "INTEGRATION_NOT_FOUND") throw thrown;
    // To a token without the right to delete, Scalr says the same as of an integration that is gone.
    if ((await data.reader.find(state.id, signal)) !== undefined) throw mayNotDelete(thrown);
  } finally {
    data.reader.forget();
  }
}

function passwordOf(config: { readonly password: string | null; readonly password_wo: string | null }): Secret {
  const password = config.password_wo ?? config.password;
  if (password !== null) return new Secret(password);
  // Both were unknown when the configuration was checked.
  throw new InputError("INVALID_ATTRIBUTE", "password and password_wo are both null, expected one of them", {
    path: "password",
    hint: "check where the value comes from; an ephemeral variable has to be set at apply too",
  });
}

function mayNotDelete(cause: unknown): AuthError {
  return new AuthError("RIGHT_MISSING", "the token may see the integration but not delete it", {
    hint: "use a token that may delete integrations",
    cause,
  });
}

function doing(
  what: string,
  name: string | null,
  context?: { readonly config: { readonly password_wo: string | null } },
): ErrorContext {
  const passwordAttribute = context?.config.password_wo === null ? "password" : "password_wo";
  return {
    doing: name === null ? `${what} an integration` : `${what} the integration "${name}"`,
    passwordAttribute: context && passwordAttribute,
  };
}
