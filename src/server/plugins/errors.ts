// The border for errors: whatever is thrown leaves as JSON:API error objects, the most useful first, with fixed texts for
// what is our own fault; jsonapi.org/format/1.0 "Error Objects".
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { type ErrorObject, jsonApiMediaType } from "../../api/documents.ts";
import { isScalrOciError, type ScalrOciError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/error-codes.ts";
import type { Logger } from "../../base/log.ts";
import { fromIssues } from "./validation-issues.ts";

/** Clients repeat a 503 after this many seconds. */
const retryAfterSeconds = "2";

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** Codes whose status is another than that of their kind. */
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  INVALID_REQUEST: 400,
  INVALID_PARAMETER: 400,
  TOKEN_INVALID: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_REVOKED: 401,
  // The value of an attribute is at fault, and Scalr answers so.
  HOST_TAKEN: 422,
  NAME_TAKEN: 422,
  CREDENTIAL_REFUSED: 409,
};
const statusOfKind = {
  input: 422,
  auth: 403,
  "not-found": 404,
  conflict: 409,
  remote: 502,
  transient: 503,
  internal: 500,
} as const;

export function useErrorBorder(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown: unknown, request, reply) => sendErrors(thrown, request, reply, logger));
  app.setNotFoundHandler((_request, reply) => {
    return send(reply, [apiError(404, "ROUTE_NOT_FOUND", "there is nothing at this path, or not with this method")]);
  });
}

/** For errors that come up before Fastify has a route, such as a malformed URL. */
export function sendErrors(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const errors = toErrorObjects(thrown);
  if (errors[0]?.status === "500") logFault(logger, request, thrown);
  return send(reply, errors);
}

/** @returns at least one error object */
export function toErrorObjects(thrown: unknown): ErrorObject[] {
  if (isScalrOciError(thrown)) return [fromOurs(thrown)];
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    return fromIssues(thrown.validation, thrown.validationContext).map(({ status, code, detail, source }) => ({
      ...apiError(status, code, detail),
      ...(source !== undefined && { source }),
    }));
  }
  return [fromForeign(thrown)];
}

function fromOurs(error: ScalrOciError): ErrorObject {
  const status = statusOfCode[error.code] ?? statusOfKind[error.kind];
  if (status === 500) return fault(error.code);
  const path = (error as { path?: unknown }).path;
  const detail = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
  return { ...apiError(status, error.code, detail), ...(typeof path === "string" && { source: sourceOf(path) }) };
}

function sourceOf(path: string): { pointer: string } | { parameter: string } {
  return path.startsWith("/") ? { pointer: path } : { parameter: path };
}

/** What Fastify and SQLite throw. Their texts are not passed on: they may quote the request. */
function fromForeign(thrown: unknown): ErrorObject {
  const { code, errcode, statusCode } = thrown as Partial<FastifyError> & { errcode?: unknown };
  if (code === "ERR_SQLITE_ERROR" && isExhausted(errcode)) {
    return apiError(503, "SYSTEM_EXHAUSTED", "the server cannot write its database now");
  }
  const detail = typeof code === "string" ? detailOfFastifyCode[code] : undefined;
  if (detail !== undefined) return apiError(statusCode ?? 400, "INVALID_REQUEST", detail);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return apiError(statusCode, "INVALID_REQUEST", "the request cannot be read");
  }
  return fault("INTERNAL");
}

/** SQLITE_BUSY, SQLITE_IOERR and SQLITE_FULL with their extended forms; sqlite.org/rescode.html. */
function isExhausted(errcode: unknown): boolean {
  return typeof errcode === "number" && [5, 10, 13].includes(errcode & 0xff);
}

const detailOfFastifyCode: Record<string, string> = {
  FST_ERR_CTP_INVALID_JSON_BODY: "the body is not valid JSON",
  FST_ERR_CTP_EMPTY_JSON_BODY: "the body is empty, expected a JSON:API document",
  FST_ERR_CTP_BODY_TOO_LARGE: "the body is too large, expected at most 64 KiB",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "the body does not have the length that its Content-Length says",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: `the media type is not understood, expected ${jsonApiMediaType}`,
  FST_ERR_BAD_URL: "the path is not a valid URL",
  FST_ERR_MAX_PARAM_LENGTH: "an id in the path is too long",
};

function fault(code: ErrorCode): ErrorObject {
  return apiError(500, code, "the server failed; its log has more under the id in the x-request-id header");
}

function apiError(status: number, code: ErrorCode, detail: string): ErrorObject {
  return { status: String(status), code, title: titles[status] ?? "Error", detail };
}

function send(reply: FastifyReply, errors: readonly ErrorObject[]): FastifyReply {
  const status = errors[0]?.status ?? "500";
  if (status === "401") reply.header("www-authenticate", "Bearer");
  if (status === "503") reply.header("retry-after", retryAfterSeconds);
  return reply
    .code(Number(status))
    .header("content-type", jsonApiMediaType)
    .serializer(JSON.stringify)
    .send({ errors });
}

/** Where it happened, never what was said: messages of parsers quote what they could not parse. */
function logFault(logger: Logger, request: FastifyRequest, thrown: unknown): void {
  const error = (isScalrOciError(thrown) ? (thrown.cause ?? thrown) : thrown) as Partial<Error>;
  logger.log("error", `request failed with ${error.name ?? typeof thrown}`, () => ({
    requestId: request.id,
    route: request.routeOptions.url,
    source: /\n\s+at (?<frame>.*)/.exec(error.stack ?? "")?.groups?.["frame"],
    code: isScalrOciError(thrown) ? thrown.code : "INTERNAL",
  }));
}
