// Values in the JSON of states, read without rounding a number; object-wire-format.md, "Schema.Block Mapping Rules for JSON".
import { RemoteError } from "../../base/errors.ts";
import { Decimal } from "../decimal.ts";
import type { Path } from "../path.ts";
import {
  type CollectionShape,
  describeShape,
  type Dynamic,
  type NumberShape,
  type ObjectShape,
  type Shape,
} from "../value-type.ts";
import { formNumber } from "./number-form.ts";
import { shapeFromJson } from "./type-json.ts";
import { setEntry, type ValueProblem } from "./value.ts";

/** JSON in which numbers that JavaScript would round are Decimals. */
export type RawValue =
  string | number | boolean | null | Decimal | readonly RawValue[] | { readonly [key: string]: RawValue };

/** Up to 15 significant digits survive a JavaScript number; texts without longer ones and without exponents need no care. */
const maybeInexact = /\d[\d.]{15}|\d[eE][+-]?\d/;

/** @throws RemoteError PLUGIN_MESSAGE_MALFORMED when the bytes are no JSON */
export function parseRawJson(data: Uint8Array): RawValue {
  const text = new TextDecoder().decode(data);
  try {
    return (maybeInexact.test(text) ? JSON.parse(text, reviveNumber) : JSON.parse(text)) as RawValue;
  } catch (cause) {
    throw new RemoteError("PLUGIN_MESSAGE_MALFORMED", "a state cannot be read, expected JSON", { cause });
  }
}

/** `context.source` is the number as it was written; ECMAScript "JSON.parse source text access". */
function reviveNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const exact = Decimal.parse(context.source);
  return Number.isFinite(value) && Decimal.from(value).equals(exact) ? value : exact;
}

/**
 * The value of a JSON text by the schema. Attributes that the schema does not have are left out, missing ones are null.
 * @param problems gets what the schema's types cannot take
 */
export function fromRawJson(shape: Shape, raw: RawValue, problems: ValueProblem[], path: Path = []): unknown {
  if (raw === null) return null;
  switch (shape.kind) {
    case "string":
      return typeof raw === "string" ? raw : wrongType(shape, problems, path);
    case "bool":
      return typeof raw === "boolean" ? raw : wrongType(shape, problems, path);
    case "number":
      return number(shape, raw, problems, path);
    case "list":
    case "set":
      if (!Array.isArray(raw)) return wrongType(shape, problems, path);
      return (raw as readonly RawValue[]).map((element, index) =>
        fromRawJson(shape.element, element, problems, [...path, index]),
      );
    case "map":
      return isObject(raw) ? map(shape, raw, problems, path) : wrongType(shape, problems, path);
    case "tuple":
      if (!Array.isArray(raw) || raw.length !== shape.elements.length) return wrongType(shape, problems, path);
      return shape.elements.map((element, index) =>
        fromRawJson(element, raw[index] as RawValue, problems, [...path, index]),
      );
    case "object":
      return isObject(raw) ? object(shape, raw, problems, path) : wrongType(shape, problems, path);
    case "dynamic":
      return isObject(raw) ? dynamic(raw, problems, path) : wrongType(shape, problems, path);
  }
}

type RawObject = { readonly [key: string]: RawValue };

function isObject(raw: RawValue): raw is RawObject {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof Decimal);
}

function number(shape: NumberShape, raw: RawValue, problems: ValueProblem[], path: Path): unknown {
  if (typeof raw !== "number" && !(raw instanceof Decimal)) return wrongType(shape, problems, path);
  const formed = formNumber(shape.form, typeof raw === "number" ? raw : raw.toString());
  if ("value" in formed) return formed.value;
  problems.push({ path, message: `got another number, expected ${formed.expected}` });
  return null;
}

function map(shape: CollectionShape, raw: RawObject, problems: ValueProblem[], path: Path): Record<string, unknown> {
  const entries: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    setEntry(entries, key, fromRawJson(shape.element, value, problems, [...path, key]));
  }
  return entries;
}

function object(shape: ObjectShape, raw: RawObject, problems: ValueProblem[], path: Path): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { name, shape: fieldShape } of shape.fields) {
    const value = Object.hasOwn(raw, name) ? raw[name] : null;
    setEntry(result, name, fromRawJson(fieldShape, value ?? null, problems, [...path, name]));
  }
  return result;
}

/** Dynamic values are wrapped: `{"value": …, "type": …}`. */
function dynamic(raw: RawObject, problems: ValueProblem[], path: Path): Dynamic | null {
  const { type, value } = raw;
  if (type === undefined || value === undefined) {
    problems.push({ path, message: "got another value, expected an object of value and type" });
    return null;
  }
  const shape = shapeFromJson(type);
  return { type: shape, value: fromRawJson(shape, value, problems, path) };
}

function wrongType(shape: Shape, problems: ValueProblem[], path: Path): null {
  problems.push({ path, message: `got another type, expected ${describeShape(shape)}` });
  return null;
}
