// Run tokens: minted with a management token that may, ended by the run itself.
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  createRunTokenSchema,
  currentRunTokenPath,
  defaultRunTokenLifetimeSeconds,
  type RunTokenDocument,
  runTokensPath,
  runTokenType,
} from "../../api/documents.ts";
import type { ServerParts } from "../parts.ts";
import { requesterOf, tokenOf } from "../plugins/authentication.ts";
import type { MadeToken } from "../tokens/access-tokens.ts";
import { mintRunToken, revokeRunToken } from "../tokens/run-tokens.ts";
import { toTimestamp } from "./timestamp.ts";

export function runTokenRoutes(app: FastifyInstance, parts: ServerParts): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  const create = { schema: { body: createRunTokenSchema }, config: { access: "run-tokens:create" } } as const;
  routes.post(runTokensPath, create, async (request, reply) => {
    const { hosts = null, "lifetime-seconds": lifetimeSeconds = defaultRunTokenLifetimeSeconds } =
      request.body.data.attributes ?? {};
    const made = await mintRunToken(parts, { hosts, lifetimeSeconds }, requesterOf(request));
    return reply.code(201).send(toDocument(made));
  });

  // Only a run token has itself to revoke; the permission is the one that only run tokens have.
  routes.delete(currentRunTokenPath, { config: { access: "docker-credentials:read" } }, async (request, reply) => {
    await revokeRunToken(parts, tokenOf(request), requesterOf(request));
    return reply.code(204).send();
  });
}

function toDocument({ row, token }: MadeToken): RunTokenDocument {
  return {
    data: {
      type: runTokenType,
      id: row.id,
      attributes: {
        token: token.reveal(),
        hosts: row.hosts === null ? null : [...row.hosts],
        "created-at": toTimestamp(row.createdAt),
        "expires-at": toTimestamp(row.expiresAt ?? row.createdAt),
      },
    },
  };
}
