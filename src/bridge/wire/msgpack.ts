// Reads and writes MessagePack piece by piece, as far as cty uses it; github.com/msgpack/msgpack/blob/master/spec.md.
import { RemoteError } from "../../base/errors.ts";

export type MsgpackKind = "nil" | "bool" | "int" | "float" | "string" | "binary" | "array" | "map" | "extension";

/** Reads one item after the other; nothing is copied but texts. */
export class MsgpackReader {
  readonly #data: Buffer;
  #offset = 0;

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  /** True when everything has been read. */
  atEnd(): boolean {
    return this.#offset === this.#data.length;
  }

  /** The kind of the next item, which stays unread. @throws RemoteError PLUGIN_MESSAGE_MALFORMED at the end */
  kind(): MsgpackKind {
    return kindOf(this.#peek());
  }

  /** Reads nil if that comes next. */
  nil(): boolean {
    if (this.#peek() !== 0xc0) return false;
    this.#offset += 1;
    return true;
  }

  bool(): boolean {
    const head = this.#head("bool");
    return head === 0xc3;
  }

  /** A whole number; a bigint beyond 2^53 - 1. */
  int(): number | bigint {
    const head = this.#head("int");
    if (head <= 0x7f) return head;
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xcc:
        return this.#uint(1);
      case 0xcd:
        return this.#uint(2);
      case 0xce:
        return this.#uint(4);
      case 0xcf:
        return narrow(this.#take(8).readBigUInt64BE());
      case 0xd0:
        return this.#take(1).readInt8();
      case 0xd1:
        return this.#take(2).readInt16BE();
      case 0xd2:
        return this.#take(4).readInt32BE();
      default:
        return narrow(this.#take(8).readBigInt64BE());
    }
  }

  float(): number {
    return this.#head("float") === 0xca ? this.#take(4).readFloatBE() : this.#take(8).readDoubleBE();
  }

  /** @throws RemoteError PLUGIN_MESSAGE_MALFORMED when the next item is no text */
  string(): string {
    const head = this.#head("string");
    const length = head <= 0xbf ? head & 0x1f : this.#uint(1 << (head - 0xd9));
    return this.#take(length).toString("utf8");
  }

  /** Bytes, of an item that is binary or a text. */
  bytes(): Buffer {
    if (this.kind() === "string") return Buffer.from(this.string(), "utf8");
    const head = this.#head("binary");
    return this.#take(this.#uint(1 << (head - 0xc4)));
  }

  /** The number of elements that follow. */
  array(): number {
    const head = this.#head("array");
    return this.#bounded(head <= 0x9f ? head & 0x0f : this.#uint(head === 0xdc ? 2 : 4), 1);
  }

  /** The number of pairs that follow. */
  map(): number {
    const head = this.#head("map");
    return this.#bounded(head <= 0x8f ? head & 0x0f : this.#uint(head === 0xde ? 2 : 4), 2);
  }

  extension(): { readonly type: number; readonly data: Buffer } {
    const head = this.#head("extension");
    // fixext 1, 2, 4, 8, 16 are 0xd4 to 0xd8; ext 8, 16, 32 are 0xc7 to 0xc9.
    const length = head >= 0xd4 ? 1 << (head - 0xd4) : this.#uint(1 << (head - 0xc7));
    return { type: this.#take(1).readInt8(), data: this.#take(length) };
  }

  #peek(): number {
    const head = this.#data[this.#offset];
    if (head === undefined) throw malformed("it ends where a value is expected");
    return head;
  }

  #head(expected: MsgpackKind): number {
    const head = this.#peek();
    const kind = kindOf(head);
    if (kind !== expected) throw malformed(`it holds ${kind}, expected ${expected}`);
    this.#offset += 1;
    return head;
  }

  #uint(size: number): number {
    return this.#take(size).readUIntBE(0, size);
  }

  /** Refuses counts that the rest of the data cannot hold, before anybody reserves memory for them. */
  #bounded(count: number, bytesPerItem: number): number {
    if (count * bytesPerItem > this.#data.length - this.#offset) throw malformed("it ends inside a value");
    return count;
  }

  #take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#data.length) throw malformed("it ends inside a value");
    const part = this.#data.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}

function kindOf(head: number): MsgpackKind {
  if (head <= 0x7f || head >= 0xe0) return "int";
  if (head <= 0x8f) return "map";
  if (head <= 0x9f) return "array";
  if (head <= 0xbf) return "string";
  const kind = kinds[head - 0xc0];
  if (kind === undefined) throw malformed("it holds a byte that begins no value");
  return kind;
}

/** What the heads 0xc0 to 0xdf begin; 0xc1 is never used. */
const kinds: readonly (MsgpackKind | undefined)[] = [
  "nil",
  undefined,
  "bool",
  "bool",
  ...repeat("binary", 3),
  ...repeat("extension", 3),
  ...repeat("float", 2),
  ...repeat("int", 8),
  ...repeat("extension", 5),
  ...repeat("string", 3),
  ...repeat("array", 2),
  ...repeat("map", 2),
];

function repeat(kind: MsgpackKind, times: number): MsgpackKind[] {
  return Array.from({ length: times }, () => kind);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function malformed(what: string): RemoteError {
  return new RemoteError("PLUGIN_MESSAGE_MALFORMED", `a MessagePack value cannot be read: ${what}`);
}

/** Values of most resources fit without growing. */
const initialSize = 1024;

/** Writes one item after the other; `finish()` gives the bytes. */
export class MsgpackWriter {
  #data: Buffer = Buffer.allocUnsafe(initialSize);
  #length = 0;

  /** What was written, as a view: the writer must not be used any more. */
  finish(): Buffer {
    return this.#data.subarray(0, this.#length);
  }

  nil(): void {
    this.#octets(0xc0);
  }

  bool(value: boolean): void {
    this.#octets(value ? 0xc3 : 0xc2);
  }

  /** A whole number from -2^63 to 2^64 - 1, in the shortest form. */
  int(value: number | bigint): void {
    const number = typeof value === "bigint" ? narrow(value) : value;
    if (typeof number === "bigint" || number < -0x80000000 || number > 0xffffffff) this.#long(BigInt(number));
    else if (number >= 0) this.#unsigned(number);
    else this.#negative(number);
  }

  float(value: number): void {
    this.#octets(0xcb);
    this.#length = this.#reserve(8).writeDoubleBE(value, this.#length);
  }

  string(value: string): void {
    const length = Buffer.byteLength(value, "utf8");
    if (length <= 0x1f) this.#octets(0xa0 | length);
    else this.#sized([0xd9, 0xda, 0xdb], length);
    this.#reserve(length).write(value, this.#length, "utf8");
    this.#length += length;
  }

  binary(value: Uint8Array): void {
    this.#sized([0xc4, 0xc5, 0xc6], value.length);
    this.#reserve(value.length).set(value, this.#length);
    this.#length += value.length;
  }

  array(count: number): void {
    if (count <= 0x0f) this.#octets(0x90 | count);
    else this.#sized([undefined, 0xdc, 0xdd], count);
  }

  map(count: number): void {
    if (count <= 0x0f) this.#octets(0x80 | count);
    else this.#sized([undefined, 0xde, 0xdf], count);
  }

  /** An extension of one byte. */
  extension(type: number, value: number): void {
    this.#octets(0xd4);
    this.#octets(type & 0xff);
    this.#octets(value);
  }

  #unsigned(value: number): void {
    if (value <= 0x7f) this.#octets(value);
    else this.#sized([0xcc, 0xcd, 0xce], value);
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#octets(value & 0xff);
    else if (value >= -0x80) this.#octets(0xd0, 1, value);
    else if (value >= -0x8000) this.#octets(0xd1, 2, value);
    else this.#octets(0xd2, 4, value);
  }

  #long(value: bigint): void {
    this.#octets(value < 0n ? 0xd3 : 0xcf);
    const data = this.#reserve(8);
    this.#length = value < 0n ? data.writeBigInt64BE(value, this.#length) : data.writeBigUInt64BE(value, this.#length);
  }

  /** A head and an unsigned number of 1, 2 or 4 bytes; `heads` has one for each size. */
  #sized(heads: readonly [number | undefined, number, number], value: number): void {
    if (value <= 0xff && heads[0] !== undefined) this.#octets(heads[0], 1, value);
    else if (value <= 0xffff) this.#octets(heads[1], 2, value);
    else this.#octets(heads[2], 4, value);
  }

  #octets(head: number, size = 0, value = 0): void {
    const data = this.#reserve(1 + size);
    data[this.#length] = head;
    this.#length += 1;
    // Two's complement, so that the same bytes serve negative numbers.
    for (let shift = (size - 1) * 8; shift >= 0; shift -= 8) {
      data[this.#length] = (value >>> shift) & 0xff;
      this.#length += 1;
    }
  }

  /** The buffer, with room for so many bytes more. */
  #reserve(size: number): Buffer {
    const needed = this.#length + size;
    if (needed > this.#data.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#data.length * 2));
      this.#data.copy(grown, 0, 0, this.#length);
      this.#data = grown;
    }
    return this.#data;
  }
}
