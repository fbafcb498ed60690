// The seven error classes. A message says what, got and expected, lower case and without a full stop; the hint is the next step.
import type { ErrorCode, ErrorKind } from "./error-codes.ts";

/** Marks our errors across copies of this module (ES module and CommonJS builds, bundles). */
const brand: unique symbol = Symbol.for("scalr-oci/error") as never;

export interface ErrorOptions {
  /** The next step for the reader, shown on a line of its own. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** What all errors of this package have in common: a stable code, a hint, no secret in any of it. */
export abstract class ScalrOciError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

export interface InputErrorOptions extends ErrorOptions {
  /** Where the input stands: an option (`--listen`), an attribute (`registry_url`), a JSON pointer or a construct path. */
  readonly path?: string | undefined;
  readonly got?: string | undefined;
  readonly expected?: string | undefined;
}

/** The user's text or configuration is wrong. */
export class InputError extends ScalrOciError {
  override readonly name = "InputError";
  readonly kind = "input";
  readonly path: string | undefined;
  readonly got: string | undefined;
  readonly expected: string | undefined;

  constructor(code: ErrorCode, message: string, options: InputErrorOptions = {}) {
    super(code, message, options);
    this.path = options.path;
    this.got = options.got;
    this.expected = options.expected;
  }
}

export interface AuthErrorOptions extends ErrorOptions {
  /** Where the credential came from, such as `SCALR_TOKEN` or `local store`. */
  readonly source?: string | undefined;
  readonly host?: string | undefined;
}

/** A credential was refused or may not do this. */
export class AuthError extends ScalrOciError {
  override readonly name = "AuthError";
  readonly kind = "auth";
  readonly source: string | undefined;
  readonly host: string | undefined;

  constructor(code: ErrorCode, message: string, options: AuthErrorOptions = {}) {
    super(code, message, options);
    this.source = options.source;
    this.host = options.host;
  }
}

/** It is not there, or not visible to this token. */
export class NotFoundError extends ScalrOciError {
  override readonly name = "NotFoundError";
  readonly kind = "not-found";
}

/** A host or name is taken, or the object changed meanwhile. */
export class ConflictError extends ScalrOciError {
  override readonly name = "ConflictError";
  readonly kind = "conflict";
}

/** One error object of a JSON:API reply, as far as it was given. */
export interface RemoteErrorDetail {
  readonly status?: string | undefined;
  readonly code?: string | undefined;
  readonly title?: string | undefined;
  readonly detail?: string | undefined;
  /** JSON pointer into the request document, such as `/data/attributes/registry-url`. */
  readonly pointer?: string | undefined;
  readonly parameter?: string | undefined;
}

export interface RemoteErrorOptions extends ErrorOptions {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly errors?: readonly RemoteErrorDetail[] | undefined;
}

/** The other side refused the request or broke its contract. */
export class RemoteError extends ScalrOciError {
  override readonly name = "RemoteError";
  readonly kind = "remote";
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly errors: readonly RemoteErrorDetail[];

  constructor(code: ErrorCode, message: string, options: RemoteErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status;
    this.requestId = options.requestId;
    this.errors = options.errors ?? [];
  }
}

export interface TransientErrorOptions extends ErrorOptions {
  readonly attempts?: number | undefined;
  readonly lastStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Network trouble, 429 or 5xx that outlasted our retries. */
export class TransientError extends ScalrOciError {
  override readonly name = "TransientError";
  readonly kind = "transient";
  readonly attempts: number;
  readonly lastStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: TransientErrorOptions = {}) {
    super(code, message, options);
    this.attempts = options.attempts ?? 1;
    this.lastStatus = options.lastStatus;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A fault of this package. */
export class InternalError extends ScalrOciError {
  override readonly name = "InternalError";
  readonly kind = "internal";
}

/** True for errors of this package, whichever copy of it made them. */
export function isScalrOciError(value: unknown): value is ScalrOciError {
  return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
}

/** The one doorway from `unknown` to our errors: ours pass through, anything else becomes an InternalError with the cause kept. */
export function toScalrOciError(value: unknown): ScalrOciError {
  if (isScalrOciError(value)) return value;
  return new InternalError("INTERNAL", "an unexpected error occurred", { cause: value });
}

/** Exit code of a command that fails with this kind: 2 wrong input, 3 try again later, else 1. */
export function exitCodeOf(kind: ErrorKind): 1 | 2 | 3 {
  if (kind === "input") return 2;
  return kind === "transient" ? 3 : 1;
}
