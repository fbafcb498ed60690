// Reads what a client sends: bounded in size and in time, because OpenTofu waits for a helper without end.
import type { Readable } from "node:stream";
import { InputError } from "../base/errors.ts";
import { maxInputBytes } from "./protocol.ts";

/** @throws InputError INVALID_ARGUMENT when there is too much of it, or it does not end in time */
export async function readInput(stdin: NodeJS.ReadableStream, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(invalid("does not end", `its end within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([readAll(stdin), late]);
  } catch (error) {
    // Open, it would keep the process alive.
    (stdin as Partial<Readable>).destroy?.();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** By events: an iterator over a stream takes milliseconds to load. */
async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: string | Buffer) => {
      const bytes = Buffer.from(chunk as string);
      size += bytes.length;
      if (size <= maxInputBytes) return void chunks.push(bytes);
      stdin.off("data", take).pause();
      reject(invalid("is too large", `at most ${maxInputBytes} bytes`));
    };
    stdin.on("data", take).once("end", resolve).once("error", reject);
  });
  return Buffer.concat(chunks).toString("utf8");
}

function invalid(problem: string, expected: string): InputError {
  return new InputError("INVALID_ARGUMENT", `the input of the credential helper ${problem}, expected ${expected}`, {
    path: "stdin",
    expected,
  });
}
