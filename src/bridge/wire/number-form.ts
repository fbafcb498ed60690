// Numbers of cty to JavaScript and back without loss; object-wire-format.md, "Primitive values".
import { Decimal } from "../decimal.ts";
import type { NumberForm } from "../value-type.ts";
import type { MsgpackWriter } from "./msgpack.ts";

/** A number in the form of its attribute, or why that form cannot hold it. */
export type FormedNumber = { readonly value: number | bigint | Decimal } | { readonly expected: string };

/** @param raw what the wire had: an int, a float, or a decimal text */
export function formNumber(form: NumberForm, raw: number | bigint | string): FormedNumber {
  switch (form) {
    case "int":
      return typeof raw === "number" && Number.isSafeInteger(raw) ? { value: raw } : toInt(raw);
    case "number":
      return typeof raw === "number" ? { value: raw } : toNumber(raw);
    case "bigint":
      return toBigint(raw);
    case "decimal":
      return toDecimal(raw);
    case "exact":
      return typeof raw === "number" ? { value: raw } : toExact(raw);
  }
}

function toInt(raw: number | bigint | string): FormedNumber {
  const whole = findDecimal(raw)?.toBigInt();
  const value = Number(whole ?? Number.NaN);
  return Number.isSafeInteger(value) ? { value } : { expected: "a whole number from -(2^53 - 1) to 2^53 - 1" };
}

function toNumber(raw: bigint | string): FormedNumber {
  const exact = findDecimal(raw);
  const value = exact?.toNumber() ?? Number.NaN;
  if (exact !== undefined && Number.isFinite(value) && Decimal.from(value).equals(exact)) return { value };
  return { expected: "a number with at most 15 significant digits" };
}

function toBigint(raw: number | bigint | string): FormedNumber {
  const value = findDecimal(raw)?.toBigInt();
  return value === undefined ? { expected: "a whole number" } : { value };
}

function toDecimal(raw: number | bigint | string): FormedNumber {
  const value = findDecimal(raw);
  return value === undefined ? { expected: "a finite number" } : { value };
}

function toExact(raw: bigint | string): FormedNumber {
  const number = toNumber(raw);
  if ("value" in number && (typeof raw !== "bigint" || Number.isSafeInteger(number.value))) return number;
  const whole = toBigint(raw);
  return "value" in whole ? whole : toDecimal(raw);
}

function findDecimal(raw: number | bigint | string): Decimal | undefined {
  if (typeof raw === "number" && !Number.isFinite(raw)) return undefined;
  try {
    return Decimal.parse(String(raw));
  } catch {
    return undefined;
  }
}

/** The JavaScript types that a form takes, or undefined when `value` is of one of them. */
export function findNumberProblem(form: NumberForm, value: unknown): string | undefined {
  if (typeof value === "number") return findProblemOfNumber(form, value);
  if (typeof value === "bigint") return form === "bigint" || form === "exact" ? undefined : expectedBy[form];
  if (value instanceof Decimal && (form === "decimal" || form === "exact")) return undefined;
  return expectedBy[form];
}

function findProblemOfNumber(form: NumberForm, value: number): string | undefined {
  if (form === "int") return Number.isSafeInteger(value) ? undefined : expectedBy.int;
  if (form === "number" || form === "exact") return Number.isNaN(value) ? expectedBy[form] : undefined;
  return expectedBy[form];
}

const expectedBy: Readonly<Record<NumberForm, string>> = {
  int: "a whole number from -(2^53 - 1) to 2^53 - 1",
  number: "a number",
  bigint: "a bigint",
  decimal: "a Decimal",
  exact: "a number, bigint or Decimal",
};

/** Whole numbers beyond are texts, as hosts write them. */
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/** Writes a number that `findNumberProblem` accepts: whole ones as ints, others as decimal texts, which cty reads exactly. */
export function writeNumber(writer: MsgpackWriter, value: number | bigint | Decimal): void {
  if (typeof value === "number" && Number.isSafeInteger(value)) writer.int(value);
  else if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) writer.float(value);
  else if (typeof value === "bigint") writeWhole(writer, value);
  else if (value instanceof Decimal) writeDecimal(writer, value);
  else writeDecimal(writer, Decimal.from(value));
}

function writeWhole(writer: MsgpackWriter, value: bigint): void {
  if (value < minInt64 || value > maxInt64) writer.string(String(value));
  else writer.int(value);
}

function writeDecimal(writer: MsgpackWriter, value: Decimal): void {
  const whole = value.toBigInt();
  if (whole === undefined) writer.string(value.toString());
  else writeWhole(writer, whole);
}
