// Who asks, and may they: before anything of the request is read. Routes say which permission they need.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Permission } from "../../api/documents.ts";
import type { Requester, ServerParts } from "../parts.ts";
import type { TokenRow } from "../store/store.ts";
import { createAuthenticator } from "../tokens/authenticate.ts";
import { hasPermission, requirePermission } from "../tokens/permissions.ts";
import { InternalError, type ScalrOciError } from "../../base/errors.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Permission that the token must have; "public" needs no token, "any" any token. */
    access?: Permission | "public" | "any";
    /** What a token without the permission is told instead: Scalr says that the object is not there. */
    hiddenAs?: (request: FastifyRequest) => ScalrOciError;
    mediaType?: "application/json";
  }
  interface FastifyRequest {
    token: TokenRow | null;
  }
}

export function useAuthentication(app: FastifyInstance, parts: ServerParts): void {
  const authenticate = createAuthenticator(parts);
  app.decorateRequest("token", null);
  app.addHook("onRequest", async (request) => {
    const { access, hiddenAs } = request.routeOptions.config;
    if (request.is404 || access === "public") return;
    if (access === undefined) throw new InternalError("INTERNAL", "a route does not say who may use it");
    const token = await authenticate(request.headers.authorization);
    request.token = token;
    if (access === "any" || hasPermission(token, access)) return;
    if (hiddenAs !== undefined) throw hiddenAs(request);
    requirePermission(token, access);
  });
}

/** The token of an authenticated request. */
export function tokenOf(request: FastifyRequest): TokenRow {
  if (request.token === null)
    throw new InternalError("INTERNAL", "a request without a token reached a route that needs one");
  return request.token;
}

/** Who asks, for the audit trail. */
export function requesterOf(request: FastifyRequest): Requester {
  return { tokenId: tokenOf(request).id, requestId: request.id };
}
