// One request to the management API and its reply, as plain values: what the layers above HTTP speak of.
import type { Secret } from "../base/secret.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** A JSON document. */
  readonly body?: unknown;
  /** Secrets that the body holds: taken out of what the server says about it. */
  readonly secrets?: readonly Secret[] | undefined;
}

export interface ApiReply {
  readonly status: number;
  readonly body: string;
  /** Value of Retry-After. */
  readonly retryAfter?: string | undefined;
  /** Value of X-Request-Id, for the server's operator. */
  readonly requestId?: string | undefined;
  /** Value of Location. */
  readonly location?: string | undefined;
}

/** Sends one request and collects its reply. */
export interface Transport {
  /** @throws what the HTTP client throws, translated by connection-error.ts */
  send(request: ApiRequest, signal: AbortSignal): Promise<ApiReply>;
  close(): Promise<void>;
}
