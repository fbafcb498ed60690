// What a refusing reply of the management API means to a run; https://jsonapi.org/format/1.0/#error-objects.
import { errorCodes, type ErrorCodeOf } from "../base/error-codes.ts";
import { AuthError, RemoteError, type ScalrOciError, TransientError } from "../base/errors.ts";
import { parseRetryAfter } from "../base/retry.ts";
import { printable } from "../base/text.ts";
import type { HttpReply } from "./http-client.ts";

export interface RefusalContext {
  /** Whom the request went to, as messages name it. */
  readonly server: string;
  /** What gave the token. */
  readonly tokenSource: string;
  readonly nowMs: number;
}

/** Details are one or two sentences. */
const maxDetailLength = 300;

/** The first error object of a reply, its texts made printable. Our server puts the next step on a line below the detail. */
interface Said {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

/** True only for the one answer that means that anonymous may be right. */
export function isCredentialNotFound({ status, body }: HttpReply): boolean {
  return status === 404 && readError(body)?.code === "CREDENTIAL_NOT_FOUND";
}

/** The error for a reply with a status of 300 or more; what the server said is in it, what was sent is not. */
export function toRefusal(reply: HttpReply, context: RefusalContext): ScalrOciError {
  const { status } = reply;
  const said = readError(reply.body);
  if (status === 429 || status >= 500) return unavailable(reply, said, context);
  const auth = authCodeOf(status, said?.code);
  if (auth !== undefined) return refusedToken(auth, said, context);
  if (status < 400 || said === undefined || status === 404) return notTheApi(status, said, context);
  return new RemoteError("API_REQUEST_REFUSED", `${context.server} refused the request, got ${status}${after(said)}`, {
    status,
    hint: said.hint ?? errorCodes.API_REQUEST_REFUSED.nextStep,
  });
}

/** The JSON object that a text holds, or undefined. */
export function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unavailable(reply: HttpReply, said: Said | undefined, { server, nowMs }: RefusalContext): TransientError {
  const what = reply.status === 429 ? "is asked too often" : "failed";
  return new TransientError("API_UNREACHABLE", `${server} ${what}, got ${reply.status}${after(said)}`, {
    lastStatus: reply.status,
    retryAfterMs: parseRetryAfter(reply.header("retry-after"), nowMs),
    hint: said?.hint ?? "try again later",
  });
}

function authCodeOf(status: number, code: string | undefined): ErrorCodeOf<"auth"> | undefined {
  const entry =
    code !== undefined && Object.hasOwn(errorCodes, code) ? errorCodes[code as keyof typeof errorCodes] : undefined;
  if (entry?.kind === "auth") return code as ErrorCodeOf<"auth">;
  if (status === 401) return "TOKEN_INVALID";
  return status === 403 ? "RIGHT_MISSING" : undefined;
}

/** What a server says of a token, given where the token is from. */
const tokenProblems: Partial<Record<ErrorCodeOf<"auth">, (source: string) => string>> = {
  TOKEN_INVALID: (source) => `does not know the token from ${source}`,
  TOKEN_EXPIRED: (source) => `refuses the token from ${source}, which has ended`,
  TOKEN_REVOKED: (source) => `refuses the token from ${source}, which was revoked`,
};

function refusedToken(code: ErrorCodeOf<"auth">, said: Said | undefined, context: RefusalContext): AuthError {
  const { server, tokenSource } = context;
  const problem = tokenProblems[code];
  const message =
    problem === undefined
      ? `${server}: ${said?.detail ?? "the token may not do this"} (token from ${tokenSource})`
      : `${server} ${problem(tokenSource)}`;
  return new AuthError(code, message, { source: tokenSource, hint: said?.hint ?? errorCodes[code].nextStep });
}

/** Another server, a proxy or a login page: it cannot say that there is no credential. */
function notTheApi(status: number, said: Said | undefined, { server }: RefusalContext): RemoteError {
  const what = status < 400 ? `redirects, got ${status}` : `has no run credentials, got ${status}${after(said)}`;
  return new RemoteError("API_PROTOCOL_BROKEN", `${server} ${what}, expected the API of scalr-oci serve`, {
    status,
    hint: errorCodes.API_PROTOCOL_BROKEN.nextStep,
  });
}

function after(said: Said | undefined): string {
  return said?.detail === undefined ? "" : `: ${said.detail}`;
}

function readError(body: string): Said | undefined {
  const { errors } = (parseObject(body) ?? {}) as { errors?: unknown };
  const [first] = (Array.isArray(errors) ? errors : []) as ({ code?: unknown; detail?: unknown } | null | undefined)[];
  if (typeof first !== "object" || first === null) return undefined;
  const [detail, hint] = typeof first.detail === "string" ? first.detail.split("\n") : [];
  return { code: typeof first.code === "string" ? first.code : undefined, detail: show(detail), hint: show(hint) };
}

function show(text: string | undefined): string | undefined {
  const shown = printable(text?.trim() ?? "", maxDetailLength).replace(/\.$/, "");
  return shown === "" ? undefined : shown;
}
