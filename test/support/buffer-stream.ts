// A stream that keeps what is written to it, for programs that are run in-process.
import { PassThrough } from "node:stream";

export interface BufferStream extends PassThrough {
  /** All that was written up to now. */
  text(): string;
}

export function bufferStream(): BufferStream {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString("utf8") });
}
