// Four headers that keep a reply from being run, sniffed, framed or cached, and the id that the log has it under. A hook, because the usual plugin costs a third of the throughput.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const oneYear = "max-age=31536000";

export function useSecurityHeaders(app: FastifyInstance, isTls: boolean): void {
  app.addHook("onRequest", async (request, reply) => setSecurityHeaders(request, reply, isTls));
}

/** For replies that Fastify gives before its hooks. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply, isTls: boolean): void {
  reply.header("cache-control", "no-store");
  reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  reply.header("x-content-type-options", "nosniff");
  reply.header("x-request-id", request.id);
  if (isTls) reply.header("strict-transport-security", oneYear);
}
