// Carries one call through: attempts with deadlines, retries with back-off, a reply decoded by its schema or made an error.
import type * as z from "zod";
import type { Clock } from "../base/clock.ts";
import type { ErrorCodeOf } from "../base/error-codes.ts";
import { isScalrOciError, TransientError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { redactUrl } from "../base/redact.ts";
import { retry, type RetryPolicy } from "../base/retry.ts";
import type { Secret } from "../base/secret.ts";
import type { ManagementHost } from "../names/management-host.ts";
import { LostReplyError, toConnectionError } from "./connection-error.ts";
import { parseJson } from "./error-document.ts";
import type { ApiReply, ApiRequest, Transport } from "./exchange.ts";
import { notTheApi, toReplyError } from "./reply-error.ts";

export interface Deadlines {
  /** One request and its reply. Scalr and our server test registry logins inside the request, within 15 to 25 s. */
  readonly attemptTimeoutMs: number;
  /** A whole call with its retries and waits. */
  readonly totalTimeoutMs: number;
}

export const defaultDeadlines: Deadlines = { attemptTimeoutMs: 30_000, totalTimeoutMs: 180_000 };

/** Waits of up to 0.5, 1, 2 and 4 s; a Retry-After of up to half a minute is honoured. */
export const apiRetryPolicy: RetryPolicy = { attempts: 5, baseDelayMs: 500, maxDelayMs: 30_000 };

export interface SessionOptions {
  readonly transport: Transport;
  readonly host: ManagementHost;
  readonly token: Secret;
  readonly tokenSource: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlines: Deadlines;
  readonly retryPolicy: RetryPolicy;
  readonly random: () => number;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface RequestOptions extends CallOptions {
  /** What a 404 means; `INTEGRATION_NOT_FOUND` unless given. */
  readonly notFound?: ErrorCodeOf<"not-found"> | undefined;
}

export interface RepeatOptions extends CallOptions {
  /** True when doing it twice does the same as doing it once. */
  readonly idempotent: boolean;
}

/** What ends the attempts of one call. */
export interface CallSignals {
  /** The caller has aborted, or time is up. */
  readonly signal: AbortSignal;
  readonly timeUp: AbortSignal;
}

export class Session {
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** `HOST[:PORT]` of the management API. */
  get host(): string {
    return this.#options.host.value;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /**
   * Sends a request and repeats it while it fails for a passing reason, within the total deadline.
   * @throws AuthError, NotFoundError, ConflictError, InputError, RemoteError by the reply, TransientError when it did not
   *   come to one, the signal's reason when aborted
   */
  async request(
    request: ApiRequest,
    options: RequestOptions & { readonly idempotent?: boolean } = {},
  ): Promise<ApiReply> {
    const idempotent = options.idempotent ?? request.method !== "POST";
    const operation = (signals: CallSignals) => this.attempt(request, signals, options.notFound);
    return this.repeat(operation, { idempotent, signal: options.signal });
  }

  /** As request, for the document that a successful reply holds. @throws also RemoteError API_PROTOCOL_BROKEN when it is another */
  async read<Document>(
    schema: z.ZodType<Document>,
    request: ApiRequest,
    options: RequestOptions & { readonly idempotent?: boolean } = {},
  ): Promise<Document> {
    return this.decode(schema, await this.request(request, options));
  }

  /** Runs an operation of single attempts until it succeeds, fails for good, or time is up. */
  async repeat<Result>(operation: (signals: CallSignals) => Promise<Result>, options: RepeatOptions): Promise<Result> {
    const { clock, deadlines, retryPolicy, random } = this.#options;
    const timeUp = AbortSignal.timeout(deadlines.totalTimeoutMs);
    const signal = options.signal === undefined ? timeUp : AbortSignal.any([options.signal, timeUp]);
    try {
      return await retry(() => operation({ signal, timeUp }), {
        idempotent: options.idempotent,
        clock,
        policy: retryPolicy,
        signal,
        random,
      });
    } catch (thrown) {
      if (!timeUp.aborted || options.signal?.aborted === true || isScalrOciError(thrown)) throw thrown;
      throw this.#tooSlow(deadlines.totalTimeoutMs, thrown);
    }
  }

  /** One request and its reply, within the attempt's deadline. @throws as request, without repeating */
  async attempt(
    request: ApiRequest,
    signals: CallSignals,
    notFound: ErrorCodeOf<"not-found"> = "INTEGRATION_NOT_FOUND",
  ): Promise<ApiReply> {
    const { clock, token, tokenSource } = this.#options;
    const startedAt = clock.now();
    // A write that is under way is not aborted: its reply says what there is now.
    const reply = await this.#send(request, request.method === "GET" ? signals.signal : signals.timeUp);
    this.#log(request, reply, clock.now() - startedAt);
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw toReplyError(reply, {
      host: this.host,
      tokenSource,
      secrets: [token, ...(request.secrets ?? [])],
      notFound,
      nowMs: clock.now(),
    });
  }

  /** @throws RemoteError API_PROTOCOL_BROKEN when the reply holds something else */
  decode<Document>(schema: z.ZodType<Document>, reply: ApiReply): Document {
    const document = schema.safeParse(parseJson(reply.body));
    if (document.success) return document.data;
    throw notTheApi(reply, { host: this.host });
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<ApiReply> {
    const { transport, deadlines } = this.#options;
    const timeUp = AbortSignal.timeout(deadlines.attemptTimeoutMs);
    try {
      return await transport.send(request, AbortSignal.any([signal, timeUp]));
    } catch (thrown) {
      signal.throwIfAborted();
      throw timeUp.aborted ? this.#tooSlow(deadlines.attemptTimeoutMs, thrown) : toConnectionError(thrown, this.host);
    }
  }

  #tooSlow(timeoutMs: number, cause: unknown): TransientError {
    const message = `management api at ${this.host} did not answer within ${timeoutMs / 1000} s`;
    return new LostReplyError("API_UNREACHABLE", message, { hint: "try again later", cause });
  }

  #log(request: ApiRequest, reply: ApiReply, durationMs: number): void {
    const { logger, host } = this.#options;
    logger.log("debug", "management api", () => ({
      method: request.method,
      url: redactUrl(`${host.origin}${request.path}?${new URLSearchParams(request.query).toString()}`),
      status: reply.status,
      durationMs,
      requestId: reply.requestId,
    }));
  }
}

/** True when the server may have done what was asked although it did not say so. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof LostReplyError) return true;
  return error instanceof TransientError && (error.lastStatus ?? 0) >= 500;
}
