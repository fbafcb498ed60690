// An access token of our server: a role, made by an admin, shown once.
import * as z from "zod";
import { documentSchema, listSchema, timestampSchema } from "./json-api.ts";
import { type AccessRole, accessRoles } from "./roles.ts";

export const accessTokenType = "access-tokens";
export const maxAccessTokenNameLength = 128;

export interface AccessTokenAttributes {
  readonly role: AccessRole;
  readonly name?: string | null | undefined;
  /** RFC 3339; null or absent for a token that does not end. */
  readonly expiresAt?: string | null | undefined;
}

/** A token as it is listed: without the token itself. Times are RFC 3339. */
export interface AccessToken {
  readonly id: string;
  readonly role: AccessRole;
  readonly name: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

const role = z.enum(accessRoles, `role is none of ${accessRoles.join(", ")}`);

/** Body of a POST. */
export const createAccessTokenSchema = documentSchema(
  z.object({
    type: z.literal(accessTokenType, `type is not ${accessTokenType}`),
    attributes: z.object({
      role,
      name: z
        .string("name is not a text")
        .max(maxAccessTokenNameLength, `name is longer than ${maxAccessTokenNameLength} characters`)
        .nullable()
        .optional(),
      "expires-at": timestampSchema.nullable().optional(),
    }),
  }),
);

const listedAttributes = {
  role,
  name: z.string().nullable(),
  "created-at": timestampSchema,
  "expires-at": timestampSchema.nullable(),
  "last-used-at": timestampSchema.nullable(),
};

export const accessTokenResourceSchema = z.object({
  type: z.literal(accessTokenType),
  id: z.string().min(1),
  attributes: z.object(listedAttributes),
});

/** The reply to a POST: the one time that the token is shown. */
export const createdAccessTokenDocumentSchema = documentSchema(
  z.object({
    ...accessTokenResourceSchema.shape,
    attributes: z.object({ ...listedAttributes, token: z.string().min(1) }),
  }),
);

export const accessTokenListSchema = listSchema(accessTokenResourceSchema);

export type AccessTokenResource = z.infer<typeof accessTokenResourceSchema>;

export function fromAccessTokenResource({ id, attributes }: AccessTokenResource): AccessToken {
  return {
    id,
    role: attributes.role,
    name: attributes.name,
    createdAt: attributes["created-at"],
    expiresAt: attributes["expires-at"],
    lastUsedAt: attributes["last-used-at"],
  };
}

export function toAccessTokenResource(token: AccessToken): AccessTokenResource {
  return {
    type: accessTokenType,
    id: token.id,
    attributes: {
      role: token.role,
      name: token.name,
      "created-at": token.createdAt,
      "expires-at": token.expiresAt,
      "last-used-at": token.lastUsedAt,
    },
  };
}

export function toAccessTokenRequest(attributes: AccessTokenAttributes) {
  const { role: wantedRole, name, expiresAt } = attributes;
  return {
    data: {
      type: accessTokenType,
      attributes: {
        role: wantedRole,
        ...(name !== undefined && { name }),
        ...(expiresAt !== undefined && { "expires-at": expiresAt }),
      },
    },
  };
}
