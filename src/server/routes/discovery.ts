// Service discovery: where the API is; developer.hashicorp.com/terraform/internals/remote-service-discovery.
import type { FastifyInstance } from "fastify";
import { discoveryDocument, discoveryPath } from "../../api/documents.ts";

export function discoveryRoutes(app: FastifyInstance): void {
  // Clients of the discovery protocol insist on plain JSON.
  const config = { access: "public", mediaType: "application/json" } as const;
  app.get(discoveryPath, { config }, async () => discoveryDocument);
}
