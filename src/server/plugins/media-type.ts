// JSON:API's media type on every body, whoever made it; jsonapi.org/format/1.0 "Content Negotiation".
import type { FastifyInstance } from "fastify";
import { jsonApiMediaType } from "../../api/documents.ts";

/** Reads both spellings of JSON, lets an empty body through, and writes JSON:API's, without the charset that Fastify adds and JSON:API forbids. */
export function useJsonApiMediaType(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    [jsonApiMediaType, "application/json"],
    { parseAs: "string" },
    (request, body, done) => {
      // Scalr's clients send a Content-Type with every DELETE, and no body.
      if (body === "") return done(null, undefined);
      return parseJson(request, body, done);
    },
  );
  app.addHook("onSend", async (request, reply, payload) => {
    const isPlain = request.routeOptions.config.mediaType === "application/json" && reply.statusCode < 400;
    if (typeof payload === "string" && payload !== "") {
      reply.header("content-type", isPlain ? "application/json" : jsonApiMediaType);
    }
    // Fastify closes HTTP/1.1 connections after a body it did not read; HTTP/2 has no such header (RFC 9113 section 8.2.2).
    if (request.raw.httpVersionMajor === 2) reply.removeHeader("connection");
    return payload;
  });
}
