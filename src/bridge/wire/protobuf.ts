// Encodes and decodes protobuf messages from tables of fields; protobuf.dev/programming-guides/encoding, proto3 rules.
import { RemoteError } from "../../base/errors.ts";

type ScalarKind = "string" | "bytes" | "bool" | "int64" | "enum";
type Label = "implicit" | "optional" | "repeated" | "map";

/** One field of a message: its number and how it is read and written. `Decoded` is what reading gives. */
export interface Field<Decoded = unknown> {
  readonly number: number;
  readonly kind: ScalarKind | "message";
  readonly label: Label;
  readonly of: (() => Message<never>) | undefined;
  /** Carries the type only. */
  readonly decoded?: Decoded;
}

type Fields = Readonly<Record<string, Field>>;

/** A message type; `Shape` is the object that reading gives: absent messages and optional scalars are undefined, other scalars have their zero value. */
export interface Message<Shape> {
  readonly fields: Fields;
  readonly byNumber: ReadonlyMap<number, readonly [name: string, field: Field]>;
  readonly shape?: Shape;
}

/** What a message type decodes to. */
export type Decoded<M> = M extends Message<infer Shape> ? Shape : never;
/** What can be encoded: every field may be left out. */
export type Encodable<M> =
  M extends Message<infer Shape> ? { readonly [Name in keyof Shape]?: EncodableValue<Shape[Name]> } : never;
type EncodableValue<Value> = Value extends Uint8Array | string | number | boolean | undefined
  ? Value | undefined
  : Value extends ReadonlyArray<infer Element>
    ? readonly EncodableValue<Element>[]
    : Value extends ReadonlyMap<string, infer Element>
      ? ReadonlyMap<string, EncodableValue<Element>>
      : { readonly [Name in keyof Value]?: EncodableValue<Value[Name]> } | undefined;

type DecodedFields<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never;
};

export function message<const F extends Fields>(fields: F): Message<DecodedFields<F>> {
  const byNumber = new Map(Object.entries(fields).map((entry) => [entry[1].number, entry] as const));
  return { fields, byNumber };
}

function scalar<Value>(kind: ScalarKind, label: Label): (number: number) => Field<Value> {
  return (number) => ({ number, kind, label, of: undefined });
}

export const string = scalar<string>("string", "implicit");
export const bytes = scalar<Uint8Array>("bytes", "implicit");
export const bool = scalar<boolean>("bool", "implicit");
/** Whole numbers that JavaScript holds exactly; a larger one is malformed. */
export const int64 = scalar<number>("int64", "implicit");
export const enumeration = scalar<number>("enum", "implicit");
export const optionalString = scalar<string | undefined>("string", "optional");
export const optionalBytes = scalar<Uint8Array | undefined>("bytes", "optional");
export const optionalInt64 = scalar<number | undefined>("int64", "optional");
export const repeatedString = scalar<readonly string[]>("string", "repeated");

export function nested<Shape>(number: number, of: () => Message<Shape>): Field<Shape | undefined> {
  return { number, kind: "message", label: "optional", of: of as unknown as () => Message<never> };
}

export function repeated<Shape>(number: number, of: () => Message<Shape>): Field<readonly Shape[]> {
  return { number, kind: "message", label: "repeated", of: of as unknown as () => Message<never> };
}

/** `map<string, Message>`. */
export function mapOf<Shape>(number: number, of: () => Message<Shape>): Field<ReadonlyMap<string, Shape>> {
  return { number, kind: "message", label: "map", of: of as unknown as () => Message<never> };
}

/** `map<string, string>`. */
export const stringMap = scalar<ReadonlyMap<string, string>>("string", "map");

const wireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** Messages of tfplugin6 are a few levels deep; more is an attack on the stack. */
const maxDepth = 64;

/** The message's bytes in pieces: large values are not copied. */
export function encodeMessage<Shape>(type: Message<Shape>, value: Encodable<Message<Shape>>): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  encodeFields(type.fields, value, pieces);
  return pieces;
}

function encodeFields(fields: Fields, value: Readonly<Record<string, unknown>>, pieces: Uint8Array[]): number {
  let length = 0;
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    const content = value[name];
    if (field !== undefined && content !== undefined) length += encodeField(field, content, pieces);
  }
  return length;
}

function encodeField(field: Field, content: unknown, pieces: Uint8Array[]): number {
  if (field.label === "repeated") {
    return (content as readonly unknown[]).reduce<number>((sum, item) => sum + encodeOne(field, item, pieces), 0);
  }
  if (field.label === "map") {
    let length = 0;
    for (const entry of content as ReadonlyMap<string, unknown>) length += encodeEntry(field, entry, pieces);
    return length;
  }
  if (field.label === "implicit" && isZero(content)) return 0;
  return encodeOne(field, content, pieces);
}

function isZero(content: unknown): boolean {
  return (
    content === "" || content === 0 || content === false || (content instanceof Uint8Array && content.length === 0)
  );
}

function encodeEntry(field: Field, [key, item]: readonly [string, unknown], pieces: Uint8Array[]): number {
  const inner: Uint8Array[] = [];
  const keyLength = encodeOne({ ...field, number: 1, kind: "string" }, key, inner);
  const length = keyLength + encodeOne({ ...field, number: 2 }, item, inner);
  return delimited(field.number, inner, length, pieces);
}

function encodeOne(field: Field, content: unknown, pieces: Uint8Array[]): number {
  switch (field.kind) {
    case "string": {
      // Lone surrogates become U+FFFD here, so that the text is always valid UTF-8.
      const text = Buffer.from(content as string, "utf8");
      return delimited(field.number, [text], text.length, pieces);
    }
    case "bytes": {
      const data = content as Uint8Array;
      return delimited(field.number, [data], data.length, pieces);
    }
    case "message": {
      const inner: Uint8Array[] = [];
      const length = encodeFields(messageOf(field).fields, content as Readonly<Record<string, unknown>>, inner);
      return delimited(field.number, inner, length, pieces);
    }
    case "bool":
    case "int64":
    case "enum": {
      const piece = varints((field.number << 3) | wireType.varint, Number(content));
      pieces.push(piece);
      return piece.length;
    }
  }
}

function delimited(number: number, inner: readonly Uint8Array[], length: number, pieces: Uint8Array[]): number {
  const header = varints((number << 3) | wireType.lengthDelimited, length);
  pieces.push(header);
  for (const piece of inner) pieces.push(piece);
  return header.length + length;
}

/** A tag followed by a number, both as varints; a negative number takes ten bytes, as two's complement of 64 bits. */
function varints(tag: number, value: number): Uint8Array {
  const octets: number[] = [];
  pushVarint(octets, tag);
  if (value >= 0) {
    pushVarint(octets, value);
    return Uint8Array.from(octets);
  }
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) octets.push(Number(rest & 0x7fn) | 0x80);
  octets.push(Number(rest));
  return Uint8Array.from(octets);
}

function pushVarint(octets: number[], value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) octets.push((rest % 0x80) | 0x80);
  octets.push(rest);
}

/**
 * Reads a message; unknown fields are skipped, `bytes` fields are views of `data`.
 * @throws RemoteError PLUGIN_MESSAGE_MALFORMED when the bytes end early or a field has another wire type than the table says
 */
export function decodeMessage<Shape>(type: Message<Shape>, data: Uint8Array): Shape {
  return decodeFields(type, new Reader(data), 0) as Shape;
}

function decodeFields(type: Message<unknown>, reader: Reader, depth: number): Record<string, unknown> {
  if (depth > maxDepth) throw malformed(`messages are nested deeper than ${maxDepth}`);
  const result = emptyMessage(type.fields);
  while (!reader.atEnd()) {
    const tag = reader.varint();
    const [wire, entry] = [tag & 7, type.byNumber.get(Math.floor(tag / 8))];
    if (entry === undefined) reader.skip(wire);
    else store(result, entry[0], entry[1], readField(entry[1], wire, reader, depth));
  }
  return result;
}

function emptyMessage(fields: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) result[name] = emptyField(fields[name]);
  return result;
}

const noBytes = new Uint8Array(0);

function emptyField(field: Field | undefined): unknown {
  if (field?.label === "repeated") return [];
  if (field?.label === "map") return new Map<string, unknown>();
  if (field === undefined || field.label === "optional") return undefined;
  switch (field.kind) {
    case "string":
      return "";
    case "bytes":
      return noBytes;
    case "bool":
      return false;
    case "int64":
    case "enum":
      return 0;
    case "message":
      return undefined;
  }
}

function store(result: Record<string, unknown>, name: string, field: Field, content: unknown): void {
  if (field.label === "repeated") (result[name] as unknown[]).push(content);
  else if (field.label === "map") (result[name] as Map<string, unknown>).set(...(content as [string, unknown]));
  else result[name] = content;
}

function readField(field: Field, wire: number, reader: Reader, depth: number): unknown {
  if (field.label === "map") return readEntry(field, expectDelimited(field, wire, reader), depth);
  return readOne(field, wire, reader, depth);
}

function readEntry(field: Field, reader: Reader, depth: number): [string, unknown] {
  const entry: [string, unknown] = ["", emptyEntryValue(field)];
  while (!reader.atEnd()) {
    const tag = reader.varint();
    const number = Math.floor(tag / 8);
    if (number === 1) entry[0] = readOne({ ...field, kind: "string" }, tag & 7, reader, depth) as string;
    else if (number === 2) entry[1] = readOne(field, tag & 7, reader, depth);
    else reader.skip(tag & 7);
  }
  return entry;
}

function emptyEntryValue(field: Field): unknown {
  return field.kind === "message" ? emptyMessage(messageOf(field).fields) : "";
}

function readOne(field: Field, wire: number, reader: Reader, depth: number): unknown {
  switch (field.kind) {
    case "string":
      return expectDelimited(field, wire, reader).text();
    case "bytes":
      return expectDelimited(field, wire, reader).rest();
    case "message":
      return decodeFields(messageOf(field), expectDelimited(field, wire, reader), depth + 1);
    case "bool":
      return expectVarint(field, wire, reader) !== 0;
    case "int64":
    case "enum":
      return expectVarint(field, wire, reader);
  }
}

function messageOf(field: Field): Message<unknown> {
  if (field.of === undefined) throw malformed(`field ${field.number} has no message type`);
  return field.of();
}

function expectDelimited(field: Field, wire: number, reader: Reader): Reader {
  if (wire === wireType.lengthDelimited) return reader.delimited();
  throw malformed(`field ${field.number} has wire type ${wire}, expected ${wireType.lengthDelimited}`);
}

function expectVarint(field: Field, wire: number, reader: Reader): number {
  if (wire === wireType.varint) return reader.varint();
  throw malformed(`field ${field.number} has wire type ${wire}, expected ${wireType.varint}`);
}

class Reader {
  readonly #data: Buffer;
  #offset = 0;

  constructor(data: Uint8Array) {
    this.#data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  atEnd(): boolean {
    return this.#offset >= this.#data.length;
  }

  rest(): Uint8Array {
    return this.#data;
  }

  text(): string {
    return this.#data.toString("utf8");
  }

  varint(): number {
    let value = 0;
    for (let index = 0, scale = 1; index < 7; index += 1, scale *= 0x80) {
      const octet = this.#octet();
      value += (octet & 0x7f) * scale;
      if (octet < 0x80) return value;
    }
    return this.#longVarint(BigInt(value));
  }

  /** The last 15 of 64 bits: large and negative numbers. */
  #longVarint(low: bigint): number {
    let value = low;
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const octet = this.#octet();
      value |= BigInt(octet & 0x7f) << shift;
      if (octet < 0x80) return exactNumber(BigInt.asIntN(64, value));
    }
    throw malformed("a number takes more than ten bytes");
  }

  delimited(): Reader {
    return new Reader(this.#take(this.varint()));
  }

  skip(wire: number): void {
    if (wire === wireType.varint) this.varintOfAnySize();
    else if (wire === wireType.fixed64) this.#take(8);
    else if (wire === wireType.lengthDelimited) this.#take(this.varint());
    else if (wire === wireType.fixed32) this.#take(4);
    else throw malformed(`unknown wire type ${wire}`);
  }

  varintOfAnySize(): void {
    for (let index = 0; index < 10; index += 1) if (this.#octet() < 0x80) return;
    throw malformed("a number takes more than ten bytes");
  }

  #octet(): number {
    const octet = this.#data[this.#offset];
    if (octet === undefined) throw malformed("the message ends inside a number");
    this.#offset += 1;
    return octet;
  }

  #take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (length < 0 || end > this.#data.length) throw malformed("the message ends inside a field");
    const part = this.#data.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}

function exactNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw malformed("a number is larger than 2^53 - 1");
}

function malformed(what: string): RemoteError {
  return new RemoteError("PLUGIN_MESSAGE_MALFORMED", `a protobuf message cannot be read: ${what}`);
}
