// A refusing reply to our errors: the class by our server's code where it has one, else by the status; RFC 9110 section 15.
import { type ErrorCode, errorCodes, type ErrorCodeOf, type ErrorKind } from "../base/error-codes.ts";
import {
  AuthError,
  ConflictError,
  InputError,
  NotFoundError,
  RemoteError,
  type ScalrOciError,
  TransientError,
} from "../base/errors.ts";
import { parseRetryAfter } from "../base/retry.ts";
import type { Secret } from "../base/secret.ts";
import { findRegistryHost } from "../names/registry-host.ts";
import { type ApiErrorDetail, textOfDetail } from "./error-details.ts";
import { findErrorDetails } from "./error-document.ts";
import type { ApiReply } from "./exchange.ts";

/** What an error has to know about the request that it answers. */
export interface ReplyContext {
  /** `HOST[:PORT]` of the management API. */
  readonly host: string;
  readonly tokenSource: string;
  /** Never repeated in a message. */
  readonly secrets: readonly Secret[];
  /** What a 404 means when the server does not say. */
  readonly notFound: ErrorCodeOf<"not-found">;
  readonly nowMs: number;
}

/** The error that a reply with a status of 300 or more stands for; its cause holds all error objects of the reply. */
export function toReplyError(reply: ApiReply, context: ReplyContext): ScalrOciError {
  const details = findErrorDetails(reply.body, context.secrets);
  const errors = details ?? [];
  const cause = refused(reply, context, errors);
  if (reply.status >= 500 && reply.status !== 501) return unavailable(reply, context, errors, cause);
  if (reply.status === 429) return unavailable(reply, context, errors, cause);
  if (reply.status < 400) return redirected(reply, context, cause);
  // Without a document of the API it may be a proxy that speaks: "not found" from there says nothing about the object.
  if (details === undefined && reply.status !== 401 && reply.status !== 403) return notTheApi(reply, context);
  return byCode(errors, context, cause) ?? byStatus(reply, context, errors, cause);
}

/** A success that does not hold the document it should. */
export function notTheApi(reply: ApiReply, { host }: Pick<ReplyContext, "host">): RemoteError {
  return new RemoteError(
    "API_PROTOCOL_BROKEN",
    `management api at ${host} answered ${reply.status} without a document of its own, expected JSON:API`,
    { status: reply.status, requestId: reply.requestId, hint: errorCodes.API_PROTOCOL_BROKEN.nextStep },
  );
}

function refused(reply: ApiReply, { host }: ReplyContext, errors: readonly ApiErrorDetail[]): RemoteError {
  const message = `management api at ${host} refused the request, got ${reply.status}${said(errors)}`;
  const { status, requestId } = reply;
  return new RemoteError("API_REQUEST_REFUSED", message, { status, requestId, errors, hint: errors[0]?.hint });
}

function unavailable(
  reply: ApiReply,
  { host, nowMs }: ReplyContext,
  errors: readonly ApiErrorDetail[],
  cause: RemoteError,
): TransientError {
  const what = reply.status === 429 ? "is asked too often" : "failed";
  return new TransientError(
    "API_UNREACHABLE",
    `management api at ${host} ${what}, got ${reply.status}${said(errors)}`,
    {
      lastStatus: reply.status,
      retryAfterMs: parseRetryAfter(reply.retryAfter, nowMs),
      hint:
        reply.requestId === undefined
          ? "try again later"
          : `try again later; the request's id is ${requestIdOf(reply)}`,
      cause,
    },
  );
}

function redirected(reply: ApiReply, { host }: ReplyContext, cause: RemoteError): RemoteError {
  const target = reply.location === undefined ? undefined : findRegistryHost(reply.location);
  const elsewhere = target === undefined || target.value === host ? undefined : target.value;
  return new RemoteError(
    "API_PROTOCOL_BROKEN",
    `management api at ${host} redirects, got ${reply.status}, expected the API itself`,
    {
      status: reply.status,
      requestId: reply.requestId,
      hint: elsewhere === undefined ? errorCodes.API_PROTOCOL_BROKEN.nextStep : `use ${elsewhere} if that is its host`,
      cause,
    },
  );
}

/** What our own server calls the error decides; of foreign codes nothing is known. */
function byCode(
  errors: readonly ApiErrorDetail[],
  context: ReplyContext,
  cause: RemoteError,
): ScalrOciError | undefined {
  const [first] = errors;
  if (first?.code === undefined || !Object.hasOwn(errorCodes, first.code)) return undefined;
  const code = first.code as ErrorCode;
  const make = makers[errorCodes[code].kind];
  return make?.(code as never, { message: first.detail ?? cause.message, first, context, cause });
}

interface Parts {
  readonly message: string;
  readonly first: ApiErrorDetail;
  readonly context: ReplyContext;
  readonly cause: RemoteError;
}

type Maker<Kind extends ErrorKind> = (code: ErrorCodeOf<Kind>, parts: Parts) => ScalrOciError;

const makers: { readonly [Kind in ErrorKind]?: Maker<Kind> } = {
  input: (code, { message, first, cause }) =>
    new InputError(code, message, { path: first.pointer ?? first.parameter, hint: first.hint, cause }),
  auth: (code, { message, first, context, cause }) =>
    new AuthError(code, `${message} (token from ${context.tokenSource})`, {
      source: context.tokenSource,
      host: context.host,
      hint: first.hint ?? errorCodes[code].nextStep,
      cause,
    }),
  "not-found": (code, { message, first, cause }) => new NotFoundError(code, message, { hint: first.hint, cause }),
  conflict: (code, { message, first, cause }) => new ConflictError(code, message, { hint: first.hint, cause }),
};

function byStatus(
  reply: ApiReply,
  context: ReplyContext,
  errors: readonly ApiErrorDetail[],
  cause: RemoteError,
): ScalrOciError {
  const [first] = errors;
  switch (reply.status) {
    case 401:
    case 403:
      return tokenRefused(reply.status, context, errors, cause);
    case 404:
      return new NotFoundError(context.notFound, textOfDetail(first) ?? cause.message, {
        hint: errorCodes[context.notFound].nextStep,
        cause,
      });
    case 409:
      return new ConflictError(conflictCode(first), textOfDetail(first) ?? cause.message, { hint: first?.hint, cause });
    case 422:
      return new InputError("INVALID_ATTRIBUTE", textOfDetail(first) ?? cause.message, {
        path: first?.pointer,
        hint: first?.hint,
        cause,
      });
    default:
      return cause;
  }
}

function tokenRefused(
  status: 401 | 403,
  { host, tokenSource }: ReplyContext,
  errors: readonly ApiErrorDetail[],
  cause: RemoteError,
): AuthError {
  const options = { source: tokenSource, host, cause };
  if (status === 401) {
    return new AuthError("TOKEN_INVALID", `management api at ${host} does not know the token from ${tokenSource}`, {
      ...options,
      hint: "check that the token is whole, has not expired and belongs to this host",
    });
  }
  const message = `management api at ${host} does not let the token from ${tokenSource} do this${said(errors)}`;
  return new AuthError("RIGHT_MISSING", message, {
    ...options,
    hint: "give its user or service account a role with the integration permissions; the token of a run has none",
  });
}

/** A foreign server's conflict is read from the attribute it points at. */
function conflictCode(first: ApiErrorDetail | undefined): ErrorCodeOf<"conflict"> {
  if (first?.pointer === "/data/attributes/registry-url") return "HOST_TAKEN";
  return first?.pointer === "/data/attributes/name" ? "NAME_TAKEN" : "CHANGED_MEANWHILE";
}

function said(errors: readonly ApiErrorDetail[]): string {
  const texts = errors.map(textOfDetail).filter((text) => text !== undefined);
  return texts.length === 0 ? "" : `: ${texts.join("; ")}`;
}

function requestIdOf({ requestId }: ApiReply): string {
  return requestId?.replace(/[^\w.-]/g, "").slice(0, 64) ?? "";
}
