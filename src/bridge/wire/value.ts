// Values of cty to MessagePack and back, led by the schema; OpenTofu docs/plugin-protocol/object-wire-format.md.
import { RemoteError } from "../../base/errors.ts";
import { Decimal } from "../decimal.ts";
import type { Path } from "../path.ts";
import { isUnknown, unknown } from "../unknown.ts";
import {
  type CollectionShape,
  describeShape,
  type Dynamic,
  type FieldShape,
  type NumberShape,
  type ObjectShape,
  type Shape,
  type TupleShape,
} from "../value-type.ts";
import { MsgpackReader, MsgpackWriter } from "./msgpack.ts";
import { findNumberProblem, formNumber, writeNumber } from "./number-form.ts";
import { decodeShape, encodeShape } from "./type-json.ts";

/** What is wrong with a value, and where. The message never holds the value. */
export interface ValueProblem {
  readonly path: Path;
  readonly message: string;
}

/**
 * Reads a value of the given shape. Objects have every property of the schema, absent ones as null.
 * @param problems gets what the configuration or state holds and the schema's types cannot take; such a value is null in the result
 * @throws RemoteError PLUGIN_MESSAGE_MALFORMED when the bytes are no value of that shape
 */
export function decodeValue(shape: Shape, data: Uint8Array, problems: ValueProblem[]): unknown {
  const decoder = new ValueDecoder(data, problems);
  const value = decoder.value(shape);
  decoder.end();
  return value;
}

class ValueDecoder {
  readonly #reader: MsgpackReader;
  readonly #problems: ValueProblem[];
  readonly #path: (string | number)[] = [];

  constructor(data: Uint8Array, problems: ValueProblem[]) {
    this.#reader = new MsgpackReader(data);
    this.#problems = problems;
  }

  end(): void {
    if (!this.#reader.atEnd()) throw malformed("it goes on after its end");
  }

  value(shape: Shape): unknown {
    const kind = this.#reader.kind();
    if (kind === "nil") return this.#reader.nil() ? null : undefined;
    if (kind === "extension") {
      // 0 is unknown, 12 unknown with refinements; the specification wants every other extension read as unknown too.
      this.#reader.extension();
      return unknown;
    }
    switch (shape.kind) {
      case "string":
        return this.#reader.string();
      case "bool":
        return this.#reader.bool();
      case "number":
        return this.#number(shape);
      case "list":
      case "set":
        return this.#array(shape);
      case "map":
        return this.#map(shape);
      case "tuple":
        return this.#tuple(shape);
      case "object":
        return this.#object(shape);
      case "dynamic":
        return this.#dynamic();
    }
  }

  #number(shape: NumberShape): unknown {
    const formed = formNumber(shape.form, this.#rawNumber());
    if ("value" in formed) return formed.value;
    return this.#problem(`got another number, expected ${formed.expected}`);
  }

  #rawNumber(): number | bigint | string {
    const kind = this.#reader.kind();
    if (kind === "string") return this.#reader.string();
    return kind === "float" ? this.#reader.float() : this.#reader.int();
  }

  #array(shape: CollectionShape): unknown[] {
    const length = this.#reader.array();
    const elements: unknown[] = [];
    for (let index = 0; index < length; index += 1) elements.push(this.#element(shape, index));
    return elements;
  }

  #map(shape: CollectionShape): Record<string, unknown> {
    const entries: Record<string, unknown> = {};
    for (let rest = this.#reader.map(); rest > 0; rest -= 1) {
      const key = this.#reader.string();
      setEntry(entries, key, this.#element(shape, key));
    }
    return entries;
  }

  #element(shape: CollectionShape, step: string | number): unknown {
    this.#path.push(step);
    const isNull = this.#reader.kind() === "nil";
    const value = this.value(shape.element);
    if (isNull && shape.element.nullable !== true) this.#problem("got null, expected a value");
    this.#path.pop();
    return value;
  }

  #tuple(shape: TupleShape): unknown[] {
    const length = this.#reader.array();
    if (length !== shape.elements.length) throw malformed("a tuple has another length than its type");
    return shape.elements.map((element, index) => {
      this.#path.push(index);
      const value = this.value(element);
      this.#path.pop();
      return value;
    });
  }

  #object(shape: ObjectShape): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    // All properties in one order, whatever came: objects of one schema then share their hidden class.
    for (const field of shape.fields) setEntry(result, field.name, null);
    for (let rest = this.#reader.map(); rest > 0; rest -= 1) {
      const name = this.#reader.string();
      const field = shape.byName.get(name);
      if (field === undefined) throw malformed("an object has an attribute that is not in the schema");
      this.#path.push(name);
      setEntry(result, name, this.value(field.shape));
      this.#path.pop();
    }
    return result;
  }

  #dynamic(): Dynamic {
    if (this.#reader.array() !== 2) throw malformed("a value of any type is no pair of type and value");
    const type = decodeShape(this.#reader.bytes().toString("utf8"));
    return { type, value: this.value(type) };
  }

  #problem(message: string): null {
    this.#problems.push({ path: [...this.#path], message });
    return null;
  }
}

/** As assignment, also for the one key that assignment treats as something else. */
export function setEntry(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function malformed(what: string): RemoteError {
  return new RemoteError("PLUGIN_MESSAGE_MALFORMED", `a value cannot be read: ${what}`);
}

export interface EncodeOptions {
  /** May the value hold unknowns: in plans it may, in states not. */
  readonly unknowns: "allowed" | "refused";
  /** Gets everything that is wrong; a wrong part is written as null. */
  readonly problems: ValueProblem[];
}

/**
 * Writes a value by walking the shape: every attribute is there, absent ones as null, write-only ones always as null,
 * types are checked. So no value can reach a state in a form that the host rejects or should not store.
 */
export function encodeValue(shape: Shape, value: unknown, options: EncodeOptions): Uint8Array {
  const encoder = new ValueEncoder(options);
  encoder.value(shape, value);
  return encoder.finish();
}

class ValueEncoder {
  readonly #writer = new MsgpackWriter();
  readonly #options: EncodeOptions;
  readonly #path: (string | number)[] = [];

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  value(shape: Shape, value: unknown): void {
    if (value === null || value === undefined) this.#writer.nil();
    else if (isUnknown(value)) this.#unknown();
    else this.#known(shape, value);
  }

  #unknown(): void {
    if (this.#options.unknowns === "allowed") this.#writer.extension(0, 0);
    else this.#problem("got an unknown value, expected one that is known");
  }

  #known(shape: Shape, value: unknown): void {
    switch (shape.kind) {
      case "string":
        return typeof value === "string" ? this.#writer.string(value) : this.#wrongType(shape, value);
      case "bool":
        return typeof value === "boolean" ? this.#writer.bool(value) : this.#wrongType(shape, value);
      case "number":
        return this.#number(shape, value);
      case "list":
      case "set":
        return Array.isArray(value) ? this.#array(shape, value) : this.#wrongType(shape, value);
      case "map":
        return isRecord(value) ? this.#map(shape, value) : this.#wrongType(shape, value);
      case "tuple":
        return this.#tuple(shape, value);
      case "object":
        return isRecord(value) ? this.#object(shape, value) : this.#wrongType(shape, value);
      case "dynamic":
        return this.#dynamic(value);
    }
  }

  #number(shape: NumberShape, value: unknown): void {
    const expected = findNumberProblem(shape.form, value);
    if (expected === undefined) writeNumber(this.#writer, value as number | bigint | Decimal);
    else this.#problem(`got ${describeValue(value)}, expected ${expected}`);
  }

  #array(shape: CollectionShape, value: readonly unknown[]): void {
    this.#writer.array(value.length);
    for (let index = 0; index < value.length; index += 1) this.#element(shape, index, value[index]);
  }

  #map(shape: CollectionShape, value: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    this.#writer.map(keys.length);
    for (const key of keys) {
      this.#writer.string(key);
      this.#element(shape, key, value[key]);
    }
  }

  #element(shape: CollectionShape, step: string | number, value: unknown): void {
    this.#path.push(step);
    if ((value === null || value === undefined) && shape.element.nullable !== true) {
      this.#problem("got null, expected a value");
    } else this.value(shape.element, value);
    this.#path.pop();
  }

  #tuple(shape: TupleShape, value: unknown): void {
    if (!Array.isArray(value) || value.length !== shape.elements.length) {
      this.#problem(`got ${describeValue(value)}, expected an array of ${shape.elements.length}`);
      return;
    }
    this.#writer.array(value.length);
    shape.elements.forEach((element, index) => {
      this.#path.push(index);
      this.value(element, value[index]);
      this.#path.pop();
    });
  }

  #object(shape: ObjectShape, value: Readonly<Record<string, unknown>>): void {
    this.#refuseStrangers(shape, value);
    this.#writer.map(shape.fields.length);
    for (const field of shape.fields) {
      this.#writer.string(field.name);
      this.#path.push(field.name);
      if (field.attribute?.options.writeOnly === true) this.#writer.nil();
      else this.#field(field, Object.hasOwn(value, field.name) ? value[field.name] : null);
      this.#path.pop();
    }
  }

  #field({ shape, block }: FieldShape, value: unknown): void {
    // Absent blocks are an empty list or set, never null.
    const isAbsentBlocks = block !== undefined && shape.kind !== "object" && (value === null || value === undefined);
    this.value(shape, isAbsentBlocks ? [] : value);
  }

  #refuseStrangers(shape: ObjectShape, value: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(value)) {
      if (shape.byName.has(name) || value[name] === undefined) continue;
      this.#path.push(name);
      this.#problemOnly("got a value, expected none: the schema has no such attribute");
      this.#path.pop();
    }
  }

  #dynamic(value: unknown): void {
    const pair = isRecord(value) ? (value as Partial<Dynamic>) : {};
    if (pair.type === undefined || pair.type.kind === "dynamic") {
      this.#problem(`got ${describeValue(value)}, expected { type, value } with a type that is not dynamic`);
      return;
    }
    this.#writer.array(2);
    this.#writer.binary(encodeShape(pair.type));
    this.value(pair.type, pair.value);
  }

  #wrongType(shape: Shape, value: unknown): void {
    this.#problem(`got ${describeValue(value)}, expected ${describeShape(shape)}`);
  }

  /** Notes the problem and writes null in the value's place. */
  #problem(message: string): void {
    this.#problemOnly(message);
    this.#writer.nil();
  }

  #problemOnly(message: string): void {
    this.#options.problems.push({ path: [...this.#path], message });
  }
}

/** An object with properties of its own to speak of: no array, Date, Map, Decimal and the like. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]" && !(value instanceof Decimal);
}

/** The kind of a value, never the value. */
function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isRecord(value)) return "an object";
  if (typeof value === "object") return `a ${value?.constructor.name ?? "null"}`;
  return `a ${typeof value}`;
}
