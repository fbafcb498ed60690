// One log line a request: what was asked by which route, how it ended, how long it took. No header, no body, no query.
import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../parts.ts";

export function useRequestLog(app: FastifyInstance, { logger }: Pick<ServerParts, "logger">): void {
  app.addHook("onResponse", async (request, reply) => {
    logger.log("info", "request", () => ({
      requestId: request.id,
      method: request.method,
      // The route's pattern, not the path: a path may hold what a client mistook for an id.
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      actor: request.token?.id,
    }));
  });
}
