// A byte store in a directory: one file a key, replaced by rename.
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ByteStore, Key } from "./byte-store.ts";

/** Holds what is being written; on the same file system, so that a rename is atomic. */
const scratchDirectory = ".scratch";

/** A store under `directory`, which is made when it is missing. Two servers on one directory at a time are not supported. */
export async function openDirectoryStore(directory: string): Promise<ByteStore> {
  await mkdir(join(directory, scratchDirectory), { recursive: true, mode: 0o700 });
  const pathOf = (key: Key): string => join(directory, ...key.split("/").map(encodeName));
  const findSize = async (key: Key): Promise<number | undefined> => {
    const found = await unlessMissing(stat(pathOf(key)));
    return found?.isFile() === true ? found.size : undefined;
  };
  return {
    findSize,
    find: (key) => unlessMissing(readFile(pathOf(key))),
    stream: (key, start, end) => (start >= end ? empty() : createReadStream(pathOf(key), { start, end: end - 1 })),
    write: async (key, bytes) => {
      const scratch = join(directory, scratchDirectory, randomUUID());
      await writeAll(scratch, [bytes], "wx");
      await moveFile(scratch, pathOf(key));
    },
    append: async (key, source) => {
      await mkdir(dirname(pathOf(key)), { recursive: true });
      await writeAll(pathOf(key), source, "a");
      return (await findSize(key)) ?? 0;
    },
    move: (from, to) => moveFile(pathOf(from), pathOf(to)),
    remove: async (key) => (await unlessMissing(rm(pathOf(key)).then(() => true))) ?? false,
    list: async (key) => ((await unlessMissing(readdir(pathOf(key)))) ?? []).map(decodeName).sort(),
  };
}

/** Tags differ by case where file systems may not; capital letters are therefore spelled `%41`. */
function encodeName(name: string): string {
  return name.replace(/[A-Z%]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}

function decodeName(name: string): string {
  return name.replace(/%([0-9a-f]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

async function* empty(): AsyncIterable<Uint8Array> {}

async function writeAll(
  path: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  flags: "a" | "wx",
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    for await (const chunk of source) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}

async function unlessMissing<Value>(operation: Promise<Value>): Promise<Value | undefined> {
  try {
    return await operation;
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw thrown;
  }
}
