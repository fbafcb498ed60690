// Four headers that keep a reply from being run, sniffed, framed or cached. A hook, because the usual plugin costs a third of the throughput.
import type { FastifyInstance } from "fastify";

const oneYear = "max-age=31536000";

export function useSecurityHeaders(app: FastifyInstance, isTls: boolean): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store");
    reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    reply.header("x-content-type-options", "nosniff");
    if (isTls) reply.header("strict-transport-security", oneYear);
  });
}
