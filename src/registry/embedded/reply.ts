// What a route answers, before it is written to a socket.
import type { OutgoingHttpHeaders } from "node:http";

export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** Left out of the reply to a HEAD request; its length is then in the headers all the same. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** A JSON document as a reply. */
export function jsonReply(status: number, document: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  const body = Buffer.from(JSON.stringify(document));
  return {
    status,
    headers: { "content-type": "application/json", "content-length": body.length, ...headers },
    body,
  };
}
