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

async function readAll(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxInputBytes) throw invalid("is too large", `at most ${maxInputBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function invalid(problem: string, expected: string): InputError {
  return new InputError("INVALID_ARGUMENT", `the input of the credential helper ${problem}, expected ${expected}`, {
    path: "stdin",
    expected,
  });
}
