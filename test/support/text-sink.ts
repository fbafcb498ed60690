// A stream that keeps what is written to it, for code that takes its streams as arguments.
import { Writable } from "node:stream";

export class TextSink extends Writable {
  /** Everything written so far. */
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}
