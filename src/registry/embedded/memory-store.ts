// A byte store in memory, for tests and demonstrations.
import type { ByteStore, Key } from "./byte-store.ts";

/** A store that ends with the process. */
export function createMemoryStore(): ByteStore {
  const values = new Map<Key, Buffer[]>();
  const sizeOf = (chunks: readonly Buffer[]): number => chunks.reduce((size, chunk) => size + chunk.length, 0);
  return {
    findSize: async (key) => {
      const chunks = values.get(key);
      return chunks && sizeOf(chunks);
    },
    find: async (key) => {
      const chunks = values.get(key);
      return chunks && Buffer.concat(chunks);
    },
    stream: (key, start, end) => slices(values.get(key) ?? [], start, end),
    write: async (key, bytes) => void values.set(key, [Buffer.from(bytes)]),
    append: async (key, source) => {
      const chunks = values.get(key) ?? [];
      values.set(key, chunks);
      for await (const chunk of source) chunks.push(Buffer.from(chunk));
      return sizeOf(chunks);
    },
    move: async (from, to) => {
      const chunks = values.get(from);
      if (chunks === undefined || from === to) return;
      values.set(to, chunks);
      values.delete(from);
    },
    remove: async (key) => values.delete(key),
    list: async (key) => namesUnder(values.keys(), `${key}/`),
  };
}

async function* slices(chunks: readonly Buffer[], start: number, end: number): AsyncIterable<Uint8Array> {
  let offset = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
    if (part.length > 0) yield part;
    offset += chunk.length;
  }
}

function namesUnder(keys: Iterable<Key>, prefix: string): string[] {
  const names = new Set<string>();
  for (const key of keys) {
    if (key.startsWith(prefix)) names.add(key.slice(prefix.length).split("/", 1)[0] ?? "");
  }
  return [...names].sort();
}
