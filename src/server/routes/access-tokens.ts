// Access tokens: what `scalr-oci token` and admins work with.
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import * as z from "zod";
import { accessTokensPath, createAccessTokenSchema, toAccessTokenResource } from "../../api/documents.ts";
import { InternalError } from "../../base/errors.ts";
import type { ServerParts } from "../parts.ts";
import { requesterOf } from "../plugins/authentication.ts";
import type { TokenRow } from "../store/store.ts";
import { createAccessToken, revokeAccessToken } from "../tokens/access-tokens.ts";
import { toTimestamp } from "./timestamp.ts";

export function accessTokenRoutes(app: FastifyInstance, parts: ServerParts): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  const create = { schema: { body: createAccessTokenSchema }, config: { access: "access-tokens:create" } } as const;
  routes.post(accessTokensPath, create, async (request, reply) => {
    const { role, name, "expires-at": expiresAt } = request.body.data.attributes;
    const wanted = {
      role,
      name: name ?? null,
      expiresAt: typeof expiresAt === "string" ? Date.parse(expiresAt) : null,
    };
    const { row, token } = await createAccessToken(parts, wanted, requesterOf(request));
    const resource = toResource(row);
    return reply
      .code(201)
      .send({ data: { ...resource, attributes: { ...resource.attributes, token: token.reveal() } } });
  });

  routes.get(accessTokensPath, { config: { access: "access-tokens:read" } }, async () => {
    const rows = await parts.store.listAccessTokens();
    return { data: rows.map(toResource) };
  });

  const remove = {
    schema: { params: z.object({ id: z.string() }) },
    config: { access: "access-tokens:delete" },
  } as const;
  routes.delete(`${accessTokensPath}/:id`, remove, async (request, reply) => {
    await revokeAccessToken(parts, request.params.id, requesterOf(request));
    return reply.code(204).send();
  });
}

function toResource(row: TokenRow) {
  if (row.role === null) throw new InternalError("INTERNAL", "an access token has no role");
  return toAccessTokenResource({
    id: row.id,
    role: row.role,
    name: row.name,
    createdAt: toTimestamp(row.createdAt),
    expiresAt: row.expiresAt === null ? null : toTimestamp(row.expiresAt),
    lastUsedAt: row.lastUsedAt === null ? null : toTimestamp(row.lastUsedAt),
  });
}
