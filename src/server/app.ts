// The HTTP application: plugins and routes over the server's parts. It listens nowhere by itself; start.ts does that.
import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { randomBytes } from "node:crypto";
import { InternalError } from "../base/errors.ts";
import { createHttpEndpoint, type HttpEndpoint, type ServerCertificate } from "./http-server.ts";
import type { ServerParts } from "./parts.ts";
import { useAuthentication } from "./plugins/authentication.ts";
import { sendErrors, useErrorBorder } from "./plugins/errors.ts";
import { useJsonApiMediaType } from "./plugins/media-type.ts";
import { useRequestLog } from "./plugins/request-log.ts";
import { setSecurityHeaders, useSecurityHeaders } from "./plugins/security-headers.ts";
import { accessTokenRoutes } from "./routes/access-tokens.ts";
import { auditEventRoutes } from "./routes/audit-events.ts";
import { discoveryRoutes } from "./routes/discovery.ts";
import { dockerIntegrationRoutes } from "./routes/docker-integrations.ts";
import { runCredentialRoutes } from "./routes/run-credentials.ts";
import { runTokenRoutes } from "./routes/run-tokens.ts";

/** The largest request is an integration with a password of 8 KiB, which JSON may spell with six bytes a character. */
const maxBodyBytes = 64 * 1024;
/** Any text is a legal id; Node's limit on headers ends it earlier. */
const maxParamLength = 16 * 1024;

export interface AppOptions {
  readonly parts: ServerParts;
  /** Undefined for plain HTTP. */
  readonly certificate?: ServerCertificate | undefined;
}

export interface App {
  readonly fastify: FastifyInstance;
  /** The socket side, which is not listening yet. */
  readonly endpoint: HttpEndpoint;
}

/** Builds the application. `fastify.inject()` works without a socket. */
export function createApp({ parts, certificate }: AppOptions): App {
  const endpoints: HttpEndpoint[] = [];
  const fastify = Fastify({
    serverFactory: (listener) => {
      const endpoint = createHttpEndpoint(listener, certificate);
      endpoints.push(endpoint);
      return endpoint.server as never;
    },
    logger: false,
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength },
    requestIdHeader: false,
    genReqId: () => `req-${randomBytes(9).toString("base64url")}`,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(request, reply, certificate !== undefined);
      return sendErrors(error, request, reply, parts.logger);
    },
  });
  fastify.setValidatorCompiler(validatorCompiler);
  fastify.setSerializerCompiler(serializerCompiler);
  useSecurityHeaders(fastify, certificate !== undefined);
  useRequestLog(fastify, parts);
  useJsonApiMediaType(fastify);
  useAuthentication(fastify, parts);
  useErrorBorder(fastify, parts.logger);
  discoveryRoutes(fastify);
  dockerIntegrationRoutes(fastify, parts);
  accessTokenRoutes(fastify, parts);
  auditEventRoutes(fastify, parts);
  runTokenRoutes(fastify, parts);
  runCredentialRoutes(fastify, parts);
  const [endpoint] = endpoints;
  if (endpoint === undefined) throw new InternalError("INTERNAL", "the web framework made no server");
  return { fastify, endpoint };
}
