// Values of cty on the wire: what each is in JavaScript, and what is refused.
import {
  attribute,
  bigintType,
  boolType,
  Decimal,
  decimalType,
  defineSchema,
  dynamicType,
  intType,
  listBlock,
  listOf,
  mapOf,
  nullable,
  numberType,
  objectOf,
  setOf,
  string,
  stringType,
  tupleOf,
  unknown,
} from "../../../../src/bridge.ts";
import type { Shape } from "../../../../src/bridge/value-type.ts";
import { decodeValue, encodeValue, type ValueProblem } from "../../../../src/bridge/wire/value.ts";
import { thrownBy } from "../../../support/thrown.ts";

const decode = (shape: Shape, hex: string, problems: ValueProblem[] = []) =>
  decodeValue(shape, Buffer.from(hex.replaceAll(" ", ""), "hex"), problems);
const encode = (shape: Shape, value: unknown, unknowns: "allowed" | "refused" = "allowed") => {
  const problems: ValueProblem[] = [];
  return { hex: Buffer.from(encodeValue(shape, value, { unknowns, problems })).toString("hex"), problems };
};

const hexOf = (text: string) => Buffer.from(text).toString("hex");
const typeHex = (json: string) => `c4${json.length.toString(16).padStart(2, "0")}${hexOf(json)}`;

describe("a value on the wire", () => {
  it.each<[what: string, shape: Shape, hex: string, value: unknown]>([
    ["null", stringType, "c0", null],
    ["unknown", stringType, "d40000", unknown],
    ["a text", stringType, "a161", "a"],
    ["an empty text", stringType, "a0", ""],
    ["a truth", boolType, "c3", true],
    ["a whole number", intType, "05", 5],
    ["a whole number above 2^32", intType, "cf00000002dfdc1c35", 12_345_678_901],
    ["a whole number above 2^53", bigintType, "cf0020000000000001", 9_007_199_254_740_993n],
    ["a whole number above 2^64", bigintType, `b7${hexOf("12345678901234567890123")}`, 12_345_678_901_234_567_890_123n],
    ["a decimal fraction", numberType, `a3${hexOf("0.1")}`, 0.1],
    ["a decimal", decimalType, `b9${hexOf("3.14159265358979323846264")}`, Decimal.parse("3.14159265358979323846264")],
    ["infinity", numberType, "cb7ff0000000000000", Infinity],
    ["a list", listOf(stringType), "92a161a162", ["a", "b"]],
    ["an empty list", listOf(stringType), "90", []],
    ["a set", setOf(boolType), "91c3", [true]],
    ["a map", mapOf(intType), "81a16b01", { k: 1 }],
    ["an empty map", mapOf(intType), "80", {}],
    [
      "a map with a key that JavaScript treats specially",
      mapOf(intType),
      `81a9${hexOf("__proto__")}01`,
      JSON.parse('{"__proto__":1}'),
    ],
    ["an object", objectOf({ a: stringType, b: intType }), "82a161c0a16202", { a: null, b: 2 }],
    ["a tuple", tupleOf(stringType, intType), "92a161c0", ["a", null]],
    ["an unknown element", listOf(stringType), "92d40000a161", [unknown, "a"]],
    ["a null element, where the type allows one", listOf(nullable(stringType)), "91c0", [null]],
    ["a value of any type", dynamicType, `92${typeHex('"string"')}a161`, { type: stringType, value: "a" }],
    ["null of any type", dynamicType, `92${typeHex('"string"')}c0`, { type: stringType, value: null }],
    ["unknown of any type", dynamicType, `92${typeHex('"bool"')}d40000`, { type: boolType, value: unknown }],
    ["null without a type", dynamicType, "c0", null],
  ])("is %s, both ways", (_what, shape, hex, value) => {
    expect(decode(shape, hex)).toEqual(value);
    expect(encode(shape, value)).toEqual({ hex, problems: [] });
  });

  it.each<[what: string, shape: Shape, hex: string, value: unknown]>([
    ["a refined unknown", stringType, "c7 05 0c 81 02 a2 70 2d", unknown],
    ["an extension that nobody knows yet", stringType, "d42a00", unknown],
    ["a float that is whole", intType, "cb4000000000000000", 2],
    ["a half", numberType, "cb3fe0000000000000", 0.5],
    ["a whole number as text", intType, `a2${hexOf("12")}`, 12],
    ["a small number for a bigint", bigintType, "05", 5n],
    ["a small number for a decimal", decimalType, "05", Decimal.parse("5")],
    [
      "numbers of any type: safe, large, exact",
      dynamicType,
      `92${typeHex('["tuple",["number","number","number"]]')}9305cf0020000000000001b6${hexOf("0.12345678901234567890")}`,
      expect.objectContaining({ value: [5, 9_007_199_254_740_993n, Decimal.parse("0.1234567890123456789")] }),
    ],
  ])("may also be %s", (_what, shape, hex, value) => {
    const problems: ValueProblem[] = [];
    expect(decode(shape, hex, problems)).toEqual(value);
    expect(problems).toEqual([]);
  });

  it("has every attribute, whatever was sent", () => {
    const shape = objectOf({ b: stringType, a: stringType });
    expect(Object.keys(decode(shape, "81a162a178") as object)).toEqual(["a", "b"]);
    expect(decode(shape, "80")).toEqual({ a: null, b: null });
  });
});

describe("what a configuration may hold and a type cannot take", () => {
  it.each<[what: string, shape: Shape, hex: string, path: (string | number)[], message: RegExp]>([
    ["a fraction for a whole number", intType, `a3${hexOf("1.5")}`, [], /expected a whole number from/],
    ["a whole number that JavaScript would round", intType, "cf0020000000000001", [], /expected a whole number from/],
    [
      "a number that JavaScript would round",
      numberType,
      `b6${hexOf("0.12345678901234567890")}`,
      [],
      /at most 15 significant digits/,
    ],
    ["a fraction for a bigint", bigintType, `a3${hexOf("1.5")}`, [], /expected a whole number/],
    ["infinity for a whole number", intType, "cb7ff0000000000000", [], /expected a whole number/],
    ["null in a list", listOf(stringType), "91c0", [0], /got null, expected a value/],
    ["null in a map", mapOf(stringType), "81a16bc0", ["k"], /got null, expected a value/],
    [
      "something inside",
      objectOf({ a: listOf(intType) }),
      `81a1619205a3${hexOf("1.5")}`,
      ["a", 1],
      /expected a whole number/,
    ],
  ])("is a problem at its path: %s", (_what, shape, hex, path, message) => {
    const problems: ValueProblem[] = [];
    decode(shape, hex, problems);
    expect(problems).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});

describe("bytes that are no value of the type", () => {
  it.each<[what: string, shape: Shape, hex: string]>([
    ["nothing", stringType, ""],
    ["a second value", stringType, "a161a161"],
    ["a number for a text", stringType, "05"],
    ["a text for a truth", boolType, "a161"],
    ["a text that is no number", intType, "c3"],
    ["an object for a list", listOf(stringType), "80"],
    ["a tuple of another length", tupleOf(stringType), "92a161a161"],
    ["an attribute that the schema does not have", objectOf({ a: stringType }), "81a178a161"],
    ["a value of any type without a type", dynamicType, "a161"],
    ["a value of a type that does not exist", dynamicType, `92${typeHex('"float"')}05`],
    ["a value whose type is no JSON", dynamicType, `92${typeHex("string")}05`],
    ["a list that is cut off", listOf(stringType), "92a161"],
  ])("are malformed: %s", (_what, shape, hex) => {
    expect(thrownBy(() => decode(shape, hex)).code).toBe("PLUGIN_MESSAGE_MALFORMED");
  });

  it("are malformed: a type that is nested without end", () => {
    const json = `${'["list",'.repeat(5000)}"string"${"]".repeat(5000)}`;
    const length = json.length.toString(16).padStart(8, "0");
    expect(thrownBy(() => decode(dynamicType, `92c6${length}${hexOf(json)}90`)).code).toBe("PLUGIN_MESSAGE_MALFORMED");
  });
});

describe("what a provider returns and must not reach a state", () => {
  it.each<[what: string, shape: Shape, value: unknown, path: (string | number)[], message: RegExp]>([
    ["an unknown value", stringType, unknown, [], /got an unknown value/],
    ["a number for a text", stringType, 5, [], /got a number, expected string/],
    ["a text for a truth", boolType, "true", [], /got a string, expected bool/],
    ["NaN", numberType, Number.NaN, [], /expected a number/],
    ["a Date for a map", mapOf(stringType), new Date(0), [], /got a Date, expected map of string/],
    ["a Map for a map", mapOf(stringType), new Map([["a", "b"]]), [], /got a Map, expected map of string/],
    ["an array for a map", mapOf(stringType), [["a", "b"]], [], /got an array of 1, expected map of string/],
    ["a tuple of another length", tupleOf(stringType), [], [], /expected an array of 1/],
    ["a plain value where any type is meant", dynamicType, "a", [], /expected \{ type, value \}/],
    ["a value of a dynamic type", dynamicType, { type: dynamicType, value: 1 }, [], /a type that is not dynamic/],
    [
      "a wrong element",
      objectOf({ a: mapOf(intType) }),
      { a: { k: "x" } },
      ["a", "k"],
      /got a string, expected a whole number/,
    ],
    ["null in a set", setOf(stringType), [null], [0], /got null, expected a value/],
    ["undefined in a list", listOf(stringType), [undefined], [0], /got null, expected a value/],
  ])("is a problem, without the value in its text: %s", (_what, shape, value, path, message) => {
    const { problems } = encode(shape, value, "refused");
    expect(problems).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it("is written as null, so that the rest can be kept", () => {
    expect(encode(objectOf({ a: stringType, b: stringType }), { a: 5, b: "x" }).hex).toBe("82a161c0a162a178");
  });

  it("is null for write-only attributes and an empty list for absent blocks", () => {
    const { shape } = defineSchema({
      attributes: {
        secret_wo: string({ optional: true, writeOnly: true }),
        plain: attribute(listOf(stringType), { optional: true }),
      },
      blocks: { rule: listBlock({ attributes: { a: string({ optional: true }) } }) },
    });
    expect(encode(shape, { secret_wo: "hush" }).hex).toBe(
      `83a5${hexOf("plain")}c0a4${hexOf("rule")}90a9${hexOf("secret_wo")}c0`,
    );
  });
});
