// Repeats what failed for a passing reason: exponential back-off with full jitter, and Retry-After (RFC 9110 section 10.2.3).
import type { Clock } from "./clock.ts";
import { isScalrOciError, TransientError } from "./errors.ts";

export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** Upper bound of the first wait; it doubles with each attempt. */
  readonly baseDelayMs: number;
  /** No wait is longer; a server that asks for more is not asked again. */
  readonly maxDelayMs: number;
}

export interface RetryOptions {
  /**
   * True when doing it twice does the same as doing it once. What is not idempotent is repeated only after an answer that
   * says nothing was done (429 and 503), never after a lost reply.
   */
  readonly idempotent: boolean;
  readonly clock: Clock;
  readonly policy: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  /** From 0 up to 1, as Math.random. */
  readonly random?: () => number;
}

/** Statuses with which a server says that it did not take the request. */
const refusedStatuses = new Set([429, 503]);

/**
 * Runs `operation` until it succeeds, fails for good, or the attempts are used up.
 * @param operation gets the number of the attempt, from 1; only a TransientError is repeated
 * @returns what the operation gave
 * @throws the operation's error; the last TransientError with the attempts made; the signal's reason when aborted
 */
export async function retry<Result>(
  operation: (attempt: number) => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const { policy } = options;
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await operation(attempt);
    } catch (thrown) {
      options.signal?.throwIfAborted();
      const error = transient(thrown);
      if (error === undefined) throw thrown;
      const waitMs = waitBefore(attempt + 1, error, policy, options);
      if (waitMs === undefined) throw withAttempts(error, attempt);
      await options.clock.sleep(waitMs, options.signal);
    }
  }
}

/**
 * Reads a Retry-After header: seconds or an HTTP date.
 * @returns milliseconds from `nowMs`, at least 0; undefined when the header is missing or not valid
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function transient(thrown: unknown): TransientError | undefined {
  return isScalrOciError(thrown) && thrown.kind === "transient" ? (thrown as TransientError) : undefined;
}

/** Milliseconds to wait before this attempt, or undefined when there shall be none. */
function waitBefore(
  attempt: number,
  error: TransientError,
  policy: RetryPolicy,
  options: RetryOptions,
): number | undefined {
  if (attempt > policy.attempts) return undefined;
  if (!options.idempotent && !refusedStatuses.has(error.lastStatus ?? 0)) return undefined;
  const ceilingMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 2));
  const jitterMs = Math.floor((options.random ?? Math.random)() * ceilingMs);
  if (error.retryAfterMs === undefined) return jitterMs;
  // The jitter is added, so that all who were told the same moment do not come back at it.
  return error.retryAfterMs > policy.maxDelayMs ? undefined : error.retryAfterMs + jitterMs;
}

function withAttempts(error: TransientError, attempts: number): TransientError {
  if (error.attempts === attempts) return error;
  const { code, message, hint, lastStatus, retryAfterMs } = error;
  return new TransientError(code, message, { hint, lastStatus, retryAfterMs, attempts, cause: error.cause });
}
