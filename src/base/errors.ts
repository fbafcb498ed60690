// The seven error classes. A message says what, got and expected, lower case and without a full stop; the hint is the next step.
import { type ErrorCodeOf, errorCodes, type ErrorKind } from "./error-codes.ts";

/** Marks our errors across copies of this module (ES module and CommonJS builds, bundles). */
const brand: unique symbol = Symbol.for("scalr-oci/error");

export interface ErrorOptions {
  /** The next step for the reader, shown on a line of its own. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** What all errors of this package have in common: a stable code, a hint, no secret in any of it. */
export abstract class ScalrOciError<Kind extends ErrorKind = ErrorKind> extends Error {
  abstract readonly kind: Kind;
  readonly code: ErrorCodeOf<Kind>;
  readonly hint: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCodeOf<Kind>, message: string, options: ErrorOptions = {}) {
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
export class InputError extends ScalrOciError<"input"> {
  override readonly name = "InputError";
  readonly kind = "input";
  readonly path: string | undefined;
  readonly got: string | undefined;
  readonly expected: string | undefined;

  constructor(code: ErrorCodeOf<"input">, message: string, options: InputErrorOptions = {}) {
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
export class AuthError extends ScalrOciError<"auth"> {
  override readonly name = "AuthError";
  readonly kind = "auth";
  readonly source: string | undefined;
  readonly host: string | undefined;

  constructor(code: ErrorCodeOf<"auth">, message: string, options: AuthErrorOptions = {}) {
    super(code, message, options);
    this.source = options.source;
    this.host = options.host;
  }
}

/** It is not there, or not visible to this token. */
export class NotFoundError extends ScalrOciError<"not-found"> {
  override readonly name = "NotFoundError";
  readonly kind = "not-found";
}

/** A host or name is taken, or the object changed meanwhile. */
export class ConflictError extends ScalrOciError<"conflict"> {
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
export class RemoteError extends ScalrOciError<"remote"> {
  override readonly name = "RemoteError";
  readonly kind = "remote";
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly errors: readonly RemoteErrorDetail[];

  constructor(code: ErrorCodeOf<"remote">, message: string, options: RemoteErrorOptions = {}) {
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
export class TransientError extends ScalrOciError<"transient"> {
  override readonly name = "TransientError";
  readonly kind = "transient";
  readonly attempts: number;
  readonly lastStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCodeOf<"transient">, message: string, options: TransientErrorOptions = {}) {
    super(code, message, options);
    this.attempts = options.attempts ?? 1;
    this.lastStatus = options.lastStatus;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A fault of this package. */
export class InternalError extends ScalrOciError<"internal"> {
  override readonly name = "InternalError";
  readonly kind = "internal";
}

/** True for errors of this package, whichever copy of it made them. */
export function isScalrOciError(value: unknown): value is ScalrOciError {
  return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
}

/**
 * The one doorway from `unknown` to our errors. Ours pass through; what the operating system refused is said with its own
 * code; anything else is a fault of this package. The cause is kept, its text is not repeated: it may hold a path or a secret.
 */
export function toScalrOciError(value: unknown): ScalrOciError {
  if (isScalrOciError(value)) return value;
  return (
    fromSystemError(value) ??
    new InternalError("INTERNAL", "an unexpected error occurred", { hint: errorCodes.INTERNAL.nextStep, cause: value })
  );
}

/** Exit code of a command that fails with this kind: 2 wrong input, 3 try again later, else 1. */
export function exitCodeOf(kind: ErrorKind): 1 | 2 | 3 {
  if (kind === "input") return 2;
  return kind === "transient" ? 3 : 1;
}

/** What the operating system says when it has run out of something; errno(3). */
const exhausted = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EIO"]);

function fromSystemError(value: unknown): ScalrOciError | undefined {
  const { code, syscall } = (typeof value === "object" && value !== null ? value : {}) as NodeJS.ErrnoException;
  if (typeof code !== "string" || typeof syscall !== "string" || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const message = `the operating system refused ${syscall.split(" ", 1)[0]}, got ${code}`;
  if (exhausted.has(code))
    return new TransientError("SYSTEM_EXHAUSTED", message, {
      hint: errorCodes.SYSTEM_EXHAUSTED.nextStep,
      cause: value,
    });
  return new InputError("SYSTEM_REFUSED", message, { hint: errorCodes.SYSTEM_REFUSED.nextStep, cause: value });
}
