// A Docker-compatible registry integration in Scalr's JSON:API: what requests may hold and what replies do.
import * as z from "zod";
import {
  integrationAttributeNames,
  type IntegrationStatus,
  integrationStatuses,
  maxIntegrationNameLength,
  maxPasswordLength,
  maxRegistryUrlLength,
  maxUsernameLength,
} from "./integration-attributes.ts";
import { documentSchema, listSchema, renameAttributes } from "./json-api.ts";

export const integrationType = "docker-integrations";

/** An integration as the API shows it; never with its password. */
export interface DockerIntegration {
  readonly id: string;
  readonly name: string;
  /** Scalr's normal form, `https://HOST[:PORT]`. */
  readonly registryUrl: string;
  readonly username: string | null;
  readonly exportCredentials: boolean;
  /** Result of the latest connection test; newer servers may know more than these. */
  readonly status: IntegrationStatus | (string & {});
  /** What the latest connection test complained about. */
  readonly errorMessage: string | null;
}

/** What a client may write. A key that is absent stays as it is. */
export interface DockerIntegrationAttributes {
  readonly name?: string | undefined;
  readonly registryUrl?: string | undefined;
  readonly username?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly exportCredentials?: boolean | undefined;
  readonly status?: IntegrationStatus | undefined;
}

function text(what: string, maxLength: number) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? `${what} is missing` : `${what} is not a text`) })
    .max(maxLength, {
      error: (issue) => `${what} has ${(issue.input as string).length} characters, expected at most ${maxLength}`,
    });
}

const writable = {
  name: text("name", maxIntegrationNameLength),
  "registry-url": text("registry url", maxRegistryUrlLength),
  username: text("user name", maxUsernameLength).nullable(),
  // The length is all that may be said of a password.
  password: text("password", maxPasswordLength).nullable(),
  "export-credentials": z.boolean("export-credentials is not true or false"),
  status: z.enum(integrationStatuses, `status is none of ${integrationStatuses.join(", ")}`),
};

const createAttributesSchema = z.object({
  ...writable,
  username: text("user name", maxUsernameLength),
  password: text("password", maxPasswordLength),
  "export-credentials": writable["export-credentials"].optional(),
  status: writable.status.optional(),
});

function requestSchema<Attributes extends z.ZodType>(attributes: Attributes) {
  return documentSchema(
    z.object({
      type: z.literal(integrationType, `type is not ${integrationType}`),
      // Scalr's clients leave it out of a PATCH, JSON:API asks for it.
      id: z.string().optional(),
      attributes,
      relationships: z.record(z.string(), z.unknown()).optional(),
    }),
  );
}

/** Body of a POST: name, URL, user name and password have to be there. Unknown attributes are dropped. */
export const createIntegrationSchema = requestSchema(createAttributesSchema);

/** Body of a PATCH: every attribute may be absent (stays), user name and password may be null. */
export const updateIntegrationSchema = requestSchema(z.object(writable).partial());

/** One integration in a reply. A password, null or not, is dropped here: no server should send one, no client should keep it. */
export const integrationResourceSchema = z.object({
  type: z.literal(integrationType),
  id: z.string().min(1),
  attributes: z.object({
    name: z.string(),
    "registry-url": z.string(),
    username: z.string().nullable().optional(),
    "export-credentials": z.boolean().optional(),
    status: z.string(),
    "error-message": z.string().nullable().optional(),
  }),
});

export const integrationDocumentSchema = documentSchema(integrationResourceSchema);
export const integrationListSchema = listSchema(integrationResourceSchema);

export type IntegrationResource = z.infer<typeof integrationResourceSchema>;

/** Reads what a reply holds; an absent user name or error message is null, an absent switch is off. */
export function fromIntegrationResource({ id, attributes }: IntegrationResource): DockerIntegration {
  return {
    id,
    name: attributes.name,
    registryUrl: attributes["registry-url"],
    username: attributes.username ?? null,
    exportCredentials: attributes["export-credentials"] ?? false,
    status: attributes.status,
    errorMessage: attributes["error-message"] ?? null,
  };
}

/** The whole resource as a reply holds it: the password is always null. */
export function toIntegrationResource(integration: DockerIntegration, accountId: string, selfLink: string) {
  const { id, ...attributes } = integration;
  return {
    type: integrationType,
    id,
    attributes: renameAttributes({ ...attributes, password: null }, integrationAttributeNames),
    relationships: { account: { data: { type: "accounts", id: accountId } } },
    links: { self: selfLink },
  };
}

/** Reads the attributes of a create or an update. */
export function fromIntegrationAttributes(
  attributes: z.infer<typeof updateIntegrationSchema>["data"]["attributes"],
): DockerIntegrationAttributes {
  return {
    name: attributes.name,
    registryUrl: attributes["registry-url"],
    username: attributes.username,
    password: attributes.password,
    exportCredentials: attributes["export-credentials"],
    status: attributes.status,
  };
}

/** Body of a create or an update with the attributes that are given, in the shape that Scalr's own clients send. */
export function toIntegrationRequest(attributes: DockerIntegrationAttributes) {
  return {
    data: {
      type: integrationType,
      attributes: renameAttributes({ ...attributes }, integrationAttributeNames),
      relationships: {},
    },
  };
}
