// Where an embedded registry keeps its bytes: a tree of keys, in memory or in a directory.

/** `a/b/c`, each part non-empty and neither `.` nor `..`. */
export type Key = string;

/** Keeps byte strings under keys. One contract for both stores: test/contract/registry/byte-store.test.ts. */
export interface ByteStore {
  /** Length in bytes, or undefined when there is nothing under the key. */
  findSize(key: Key): Promise<number | undefined>;
  find(key: Key): Promise<Buffer | undefined>;
  /** The bytes from `start` up to, not including, `end`. */
  stream(key: Key, start: number, end: number): AsyncIterable<Uint8Array>;
  /** Replaces the whole value; a reader sees the old one or the new one. */
  write(key: Key, bytes: Uint8Array): Promise<void>;
  /**
   * Adds to the end of the value. What arrived before the source failed is kept.
   * @returns the value's new length
   */
  append(key: Key, source: AsyncIterable<Uint8Array>): Promise<number>;
  /** Replaces what was under `to`. */
  move(from: Key, to: Key): Promise<void>;
  /** @returns false when there was nothing under the key */
  remove(key: Key): Promise<boolean>;
  /** Names directly under the key, sorted by code unit; empty when there are none. */
  list(key: Key): Promise<string[]>;
}
