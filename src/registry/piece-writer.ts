// Writes a file in pieces while the caller makes the next one: with the thread pool on another core the disk costs no time of its own.
import type { FileHandle } from "node:fs/promises";

/** The bytes of a piece must stay as they are until the write after it, or `finish`, is through. */
export class PieceWriter {
  readonly #file: FileHandle;
  /** The write that is under way; the next one waits for it, so that one piece is held beside the one being made. */
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Begins to write after what was written before.
   * @returns when the piece before this one is written
   * @throws the system's error, of this or the piece before
   */
  async write(parts: readonly Uint8Array[]): Promise<void> {
    await this.#writing;
    this.#writing = writeAll(this.#file, parts);
    // Its failure is told to whoever waits next; until then it is not lost.
    this.#writing.catch(() => undefined);
  }

  /** Waits for the last piece. */
  async finish(): Promise<void> {
    await this.#writing;
  }
}

async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  const { bytesWritten } = await file.writev(parts);
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  // The system may take less than it was given, then the rest is written where it stopped.
  if (bytesWritten < bytes) await file.appendFile(Buffer.concat(parts).subarray(bytesWritten));
}
