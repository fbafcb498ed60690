// Exact decimal numbers: what OpenTofu's numbers may be and JavaScript's cannot hold.
import { InputError } from "../base/errors.ts";

/** sign, digits, fraction, exponent; the grammar of numbers in JSON, with a leading `+` and leading zeros allowed. */
const grammar = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/;

/** Beyond so many zeros a number is written with an exponent, so that `1e999999999` stays a short text. */
const maxZeros = 400;

/** A decimal number of any size and precision. Two with the same value have the same text. */
export class Decimal {
  readonly #coefficient: bigint;
  readonly #exponent: number;

  private constructor(coefficient: bigint, exponent: number) {
    this.#coefficient = coefficient;
    this.#exponent = exponent;
  }

  /** @throws InputError INVALID_ARGUMENT when the text is no decimal number */
  static parse(text: string): Decimal {
    const match = grammar.exec(text);
    if (match === null) {
      throw new InputError("INVALID_ARGUMENT", "a text is no number, expected a decimal number such as -12.5 or 1e30", {
        expected: "a decimal number",
      });
    }
    const [, sign, whole = "", fraction = "", exponent = "0"] = match;
    const digits = (whole + fraction).replace(/^0+/, "");
    const significant = digits.replace(/0+$/, "");
    if (significant === "") return new Decimal(0n, 0);
    const scale = Number(exponent) - fraction.length + (digits.length - significant.length);
    return new Decimal(BigInt(sign === "-" ? `-${significant}` : significant), scale);
  }

  /** @throws InputError INVALID_ARGUMENT for NaN and infinities */
  static from(value: number | bigint): Decimal {
    return Decimal.parse(String(value));
  }

  get isInteger(): boolean {
    return this.#exponent >= 0;
  }

  equals(other: Decimal): boolean {
    return this.#coefficient === other.#coefficient && this.#exponent === other.#exponent;
  }

  /** The nearest JavaScript number. */
  toNumber(): number {
    return Number(`${this.#coefficient}e${this.#exponent}`);
  }

  /** The whole number, or undefined when it has a fraction or more zeros than a text of it should have. */
  toBigInt(): bigint | undefined {
    if (this.#exponent < 0 || this.#exponent > maxZeros) return undefined;
    return this.#coefficient * 10n ** BigInt(this.#exponent);
  }

  /** Digits without an exponent, unless that would take hundreds of zeros. */
  toString(): string {
    const negative = this.#coefficient < 0n;
    const digits = String(negative ? -this.#coefficient : this.#coefficient);
    return (negative ? "-" : "") + this.#unsigned(digits);
  }

  #unsigned(digits: string): string {
    if (Math.abs(this.#exponent) > maxZeros) return `${digits}e${this.#exponent}`;
    if (this.#exponent >= 0) return digits + "0".repeat(this.#exponent);
    const padded = digits.padStart(1 - this.#exponent, "0");
    return `${padded.slice(0, this.#exponent)}.${padded.slice(this.#exponent)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
